import Foundation

/// Whether two shares differ that were measured on the same items: McNemar's test, exact (McNemar 1947). Only
/// items on which the measurements disagree say anything; where neither is better, each of those is as likely
/// to go one way as the other.
public struct McNemar: Hashable, Sendable, Codable {
  /// Items that only the first measurement has.
  public var onlyFirst: Int
  /// Items that only the second has.
  public var onlySecond: Int
  /// Two-sided: twice the binomial probability of a split as uneven, and at most 1.
  public var probability: Double

  /// Nil for no pairs, and for values that are no share: other than 0 and 1.
  public init?(_ pairs: [(first: Double, second: Double)]) {
    guard !pairs.isEmpty,
      pairs.allSatisfy({ Self.isShare($0.first) && Self.isShare($0.second) })
    else { return nil }
    self.init(
      onlyFirst: pairs.count { $0.first > 0.5 && $0.second < 0.5 },
      onlySecond: pairs.count { $0.first < 0.5 && $0.second > 0.5 })
  }

  public init(onlyFirst: Int, onlySecond: Int) {
    self.onlyFirst = onlyFirst
    self.onlySecond = onlySecond
    let count = onlyFirst + onlySecond
    // Binomial coefficients by logarithms: 0.5^count is 0 from 1,075 on.
    var logarithm = -Double(count) * log(2.0)
    var sum = exp(logarithm)
    for hits in stride(from: 1, through: min(onlyFirst, onlySecond), by: 1) {
      logarithm += log(Double(count - hits + 1) / Double(hits))
      sum += exp(logarithm)
    }
    probability = min(1, 2 * sum)
  }

  private static func isShare(_ value: Double) -> Bool {
    abs(value) < 1e-6 || abs(value - 1) < 1e-6
  }
}
