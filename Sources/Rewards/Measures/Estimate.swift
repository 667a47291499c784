/// A number measured on some items, with the interval that holds the true one in 95 of 100 such samples.
public struct Estimate: Hashable, Sendable, Codable {
  /// How the interval was found.
  public enum Method: String, Hashable, Sendable, Codable {
    /// Of a share: Wilson's score interval (Wilson 1927; Newcombe 1998, method 3).
    case wilson
    /// Of a mean: 1.96 standard errors to either side, from the sample standard deviation.
    case normal
  }

  public var value: Double
  /// Items that it is measured on.
  public var count: Int
  public var lower: Double
  public var upper: Double
  public var method: Method

  /// The 97.5 % point of the standard normal distribution.
  public static let quantile = 1.959963984540054

  /// The mean of values in `range`: as a share where each of them is 0 or 1, up to the rounding of scores
  /// that are computed. Nil for none. One value that is no share says nothing of the spread, so its
  /// interval is the whole range.
  public init?(_ values: [Double], in range: ClosedRange<Double> = 0...1) {
    guard !values.isEmpty else { return nil }
    let isShare =
      range == 0...1 && values.allSatisfy { abs($0) < 1e-6 || abs($0 - 1) < 1e-6 }
    count = values.count
    value = values.mean
    method = isShare ? .wilson : .normal
    let size = Double(values.count)
    if isShare {
      let interval = Self.wilson(values.count { $0 > 0.5 }, of: values.count)
      (lower, upper) = (interval.lowerBound, interval.upperBound)
    } else if values.count == 1 {
      (lower, upper) = (range.lowerBound, range.upperBound)
    } else {
      let mean = value
      let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let reach = Self.quantile * (squares / (size - 1) / size).squareRoot()
      lower = max(range.lowerBound, mean - reach)
      upper = min(range.upperBound, mean + reach)
    }
  }
}

extension Estimate {
  /// The interval of a share (Wilson 1927, eq. 4; Newcombe 1998, method 3), within 0...1: exactly 0 for
  /// none and exactly 1 for all of them.
  ///
  /// - Parameter count: at least 1.
  public static func wilson(_ hits: Int, of count: Int) -> ClosedRange<Double> {
    let size = Double(count)
    let share = Double(hits) / size
    let square = quantile * quantile
    let centre = (share + square / (2 * size)) / (1 + square / size)
    let reach =
      quantile / (1 + square / size)
      * (share * (1 - share) / size + square / (4 * size * size)).squareRoot()
    let lower = hits == 0 ? 0 : max(0, centre - reach)
    return lower...max(lower, hits == count ? 1 : min(1, centre + reach))
  }
}

/// Two measurements of the same items, and their difference item by item: what varies between items
/// but not between the measurements plays no part in its interval.
public struct PairedEstimate: Hashable, Sendable, Codable {
  public var first: Estimate
  public var second: Estimate
  /// Second minus first; by the normal method over the differences of the items, so that it has no
  /// width where all of them are equal.
  public var difference: Estimate

  /// Nil for no pairs.
  public init?(_ pairs: [(first: Double, second: Double)]) {
    guard let first = Estimate(pairs.map(\.first)), let second = Estimate(pairs.map(\.second)),
      let difference = Estimate(pairs.map { $0.second - $0.first }, in: -1...1)
    else { return nil }
    self.first = first
    self.second = second
    self.difference = difference
  }
}
