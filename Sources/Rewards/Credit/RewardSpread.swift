/// How far rewards lie apart: the one notion of equal rewards that all of normalization has.
///
/// It asks for the range, never whether a deviation is 0: the mean of seven times 2.2 is not 2.2, so the
/// deviation of equal rewards can be about 1e-16, and dividing by that and a small epsilon makes
/// advantages of a million.
extension Normalization {
  /// What the rounding of sums can change, as a share of the numbers (of 1 for smaller ones).
  static let rounding = 1e-12

  /// Whether no two rewards are further apart than the tolerance, and than rounding explains. Fewer
  /// than two always are.
  public static func areEqual(_ rewards: [Double], tolerance: Double = 0) -> Bool {
    guard let low = rewards.min(), let high = rewards.max() else { return true }
    return high - low <= max(tolerance, rounding * max(1, abs(low), abs(high)))
  }

  /// The standard deviation of rewards, which is 0 exactly where they are equal.
  func spread(of rewards: [Double], around mean: Double) -> Double {
    Self.areEqual(rewards, tolerance: tolerance) ? 0 : deviation.of(rewards, around: mean)
  }

  /// A centred reward over a spread and epsilon. A spread of 0 is nothing to divide by: the advantage
  /// is 0, however far away the centre of another scope is.
  func standardized(_ centred: Double, by spread: Double) -> Double {
    spread > 0 ? centred / (spread + epsilon) : 0
  }
}
