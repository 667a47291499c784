import RecipeLanguage

/// How rewards become advantages: A = (r - mean) / (std + epsilon) over a scope (GRPO eq. 1;
/// VIDEOP2R eq. 6, once per process).
public struct Normalization: Hashable, Sendable {
  /// Which rewards are compared with each other.
  public enum Scope: String, CaseIterable, Sendable {
    /// The responses to one prompt.
    case group
    /// All responses of an update.
    case batch
  }

  /// What is subtracted.
  public enum Center: String, CaseIterable, Sendable { case mean, none }

  /// What is divided by.
  public enum Scale: String, CaseIterable, Sendable { case std, none }

  /// Which standard deviation: divided by n - 1, or by n.
  public enum Deviation: String, CaseIterable, Sendable { case sample, population }

  /// What happens to a group whose rewards are all equal, or fewer than `minimumCount`.
  public enum ZeroVariance: String, CaseIterable, Sendable {
    /// It counts in the averages of the loss, and the KL penalty acts on its tokens.
    case keep
    /// Its tokens do not enter the loss, KL penalty included.
    case drop
  }

  public var over: Scope
  public var center: Center
  public var scale: Scale
  public var deviation: Deviation
  /// Added to the standard deviation. The public GRPO codes of Video-R1 and TRL use 1e-4.
  public var epsilon: Double
  /// With fewer rewards than this every advantage is 0.
  public var minimumCount: Int
  public var zeroVariance: ZeroVariance

  public init(
    over: Scope = .group, center: Center = .mean, scale: Scale = .std,
    deviation: Deviation = .sample, epsilon: Double = 1e-4, minimumCount: Int = 2,
    zeroVariance: ZeroVariance = .keep
  ) {
    self.over = over
    self.center = center
    self.scale = scale
    self.deviation = deviation
    self.epsilon = epsilon
    self.minimumCount = minimumCount
    self.zeroVariance = zeroVariance
  }

  /// Reads an entry of a recipe's `normalization`.
  public init(settings: Record) throws {
    let owner = settings.path
    self.init(
      over: try settings.choice("over", of: owner),
      center: try settings.choice("center", of: owner),
      scale: try settings.choice("scale", of: owner),
      deviation: try settings.choice("std", of: owner),
      epsilon: try settings.number("epsilon"),
      minimumCount: try settings.integer("minimum_count"),
      zeroVariance: try settings.choice("zero_variance", of: owner))
  }

  /// Normalizes the rewards of one scope. Members without a reward (they abstained) enter neither
  /// mean nor deviation and get advantage 0. When all rewards are equal (up to the rounding of their
  /// sums) every centred or scaled advantage is exactly 0; with fewer than `minimumCount` of them
  /// every advantage is.
  /// Throws when a reward is not finite.
  public func apply(_ rewards: [Double?]) throws -> NormalizedScope {
    let present = rewards.compactMap { $0 }
    guard present.allSatisfy(\.isFinite) else {
      throw RewardError.credit(message: "a reward that is not finite cannot be normalized")
    }
    guard let low = present.min(), let high = present.max() else {
      return NormalizedScope(
        advantages: rewards.map { _ in 0 }, mean: 0, deviation: 0, count: 0, isZeroVariance: true)
    }
    guard present.count >= minimumCount else {
      return NormalizedScope(
        advantages: rewards.map { _ in 0 }, mean: present.reduce(0, +) / Double(present.count),
        deviation: 0, count: present.count, isZeroVariance: true)
    }
    let count = Double(present.count)
    let isZeroVariance = high - low <= 1e-12 * max(1, abs(low), abs(high))
    let mean = isZeroVariance ? low : present.reduce(0, +) / count
    let squares = present.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let divisor = deviation == .sample ? count - 1 : count
    let spread = isZeroVariance ? 0 : (squares / divisor).squareRoot()
    let advantages = rewards.map { reward -> Double in
      guard let reward else { return 0 }
      if isZeroVariance, scale == .std || center == .mean { return 0 }
      let centred = center == .mean ? reward - mean : reward
      return scale == .std ? centred / (spread + epsilon) : centred
    }
    return NormalizedScope(
      advantages: advantages, mean: mean, deviation: spread, count: present.count,
      isZeroVariance: isZeroVariance)
  }
}

/// Rewards of one scope after normalization.
public struct NormalizedScope: Hashable, Sendable {
  /// One per member; 0 for members that abstained.
  public let advantages: [Double]
  /// Mean reward of the members that have one; 0 when none has.
  public let mean: Double
  /// Standard deviation of their rewards.
  public let deviation: Double
  /// How many members have a reward.
  public let count: Int
  /// All rewards were equal (or too few were there), so nothing can be learned from this scope.
  public let isZeroVariance: Bool
}
