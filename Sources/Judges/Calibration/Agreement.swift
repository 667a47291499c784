import Rewards

/// How far two people, or a person and a judge, agree on the same things.
public struct Agreement: Sendable, Hashable {
  /// A number with its 95 % confidence interval.
  public struct Estimate: Sendable, Hashable, Encodable {
    public var value: Double
    public var low: Double
    public var high: Double
  }

  /// Every label that occurs, in the order of rows and columns.
  public let labels: [String]
  /// Counts: a row for each label of the reference, a column for each label of the judge.
  public let confusion: [[Int]]

  /// - Parameters:
  ///   - labels: those that are known beforehand come first.
  ///   - pairs: the reference's label and the judge's.
  public init(labels known: [String], pairs: [(reference: String, judge: String)]) {
    let seen = Set(pairs.flatMap { [$0.reference, $0.judge] }).subtracting(known)
    let labels = known + seen.sorted()
    let places = Dictionary(
      labels.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    var counts = [[Int]](
      repeating: [Int](repeating: 0, count: labels.count), count: labels.count)
    for pair in pairs {
      guard let row = places[pair.reference], let column = places[pair.judge] else { continue }
      counts[row][column] += 1
    }
    self.init(labels: labels, confusion: counts)
  }

  /// - Parameter confusion: as many rows and columns as labels.
  init(labels: [String], confusion: [[Int]]) {
    self.labels = labels
    self.confusion = confusion
  }

  public var count: Int { confusion.joined().reduce(0, +) }

  /// The share of equal labels, with Wilson's interval; nil without examples.
  public var share: Estimate? {
    guard count > 0 else { return nil }
    let equal = confusion.indices.reduce(0) { $0 + confusion[$1][$1] }
    let interval = Rewards.Estimate.wilson(equal, of: count)
    return Estimate(
      value: Double(equal) / Double(count), low: interval.lowerBound, high: interval.upperBound)
  }

  /// Cohen's kappa (Cohen 1960), with the interval of its large-sample standard error (Fleiss, Cohen
  /// and Everitt 1969, eq. 13); nil where chance alone explains everything: without examples, or
  /// when both use one and the same label throughout.
  public var kappa: Estimate? {
    let n = Double(count)
    guard n > 0 else { return nil }
    let p = confusion.map { $0.map { Double($0) / n } }
    let rows = p.map { $0.reduce(0, +) }
    let columns = labels.indices.map { column in p.reduce(0) { $0 + $1[column] } }
    let observed = labels.indices.reduce(0.0) { $0 + p[$1][$1] }
    let expected = labels.indices.reduce(0.0) { $0 + rows[$1] * columns[$1] }
    guard expected < 1 else { return nil }
    let kappa = (observed - expected) / (1 - expected)

    var diagonal = 0.0
    var rest = 0.0
    for row in labels.indices {
      for column in labels.indices {
        // A row's label as the other one uses it, and the other way round.
        let margin = row == column ? rows[row] + columns[row] : columns[row] + rows[column]
        if row == column {
          let term = 1 - margin * (1 - kappa)
          diagonal += p[row][row] * term * term
        } else {
          rest += p[row][column] * margin * margin
        }
      }
    }
    let last = kappa - expected * (1 - kappa)
    let variance =
      (diagonal + (1 - kappa) * (1 - kappa) * rest - last * last)
      / (n * (1 - expected) * (1 - expected))
    let spread = Rewards.Estimate.quantile * max(0, variance).squareRoot()
    return Estimate(value: kappa, low: max(-1, kappa - spread), high: min(1, kappa + spread))
  }
}
