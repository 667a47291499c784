/// A mean over the seeds of a cell, with the interval that they leave open.
public struct SeedEstimate: Sendable, Codable, Hashable {
  public var mean: Double
  /// Seeds.
  public var count: Int
  /// Half the 95 % interval of Student's t (Student 1908); absent for one seed, which says nothing of
  /// the spread.
  public var margin: Double?

  /// Nil for no values.
  public init?(_ values: [Double]) {
    guard !values.isEmpty else { return nil }
    let size = Double(values.count)
    let mean = values.reduce(0, +) / size
    self.mean = mean
    count = values.count
    guard values.count > 1 else { return }
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    margin = Self.quantile(values.count - 1) * (squares / (size - 1) / size).squareRoot()
  }

  /// The 97.5 % point of Student's t with so many degrees of freedom: from the tables, and beyond them
  /// by the first terms of Fisher's expansion around the normal distribution.
  static func quantile(_ degrees: Int) -> Double {
    if degrees <= table.count { return table[max(1, degrees) - 1] }
    let (z, n) = (1.959963984540054, Double(degrees))
    return z + (z * z * z + z) / (4 * n)
      + (5 * z * z * z * z * z + 16 * z * z * z + 3 * z) / (96 * n * n)
  }

  private static let table = [
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
    2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056,
    2.052, 2.048, 2.045, 2.042,
  ]
}
