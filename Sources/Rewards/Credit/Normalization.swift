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
    /// Those of all updates so far, the latest most, per problem type; see `RunningMoments`.
    case running
  }

  /// What is subtracted.
  public enum Center: String, CaseIterable, Sendable {
    case mean
    /// The mean of the other responses (RLOO; NeMo-RL).
    case leaveOneOut = "leave_one_out"
    case none
  }

  /// What is divided by.
  public enum Scale: String, CaseIterable, Sendable {
    case std
    /// The deviation of the other responses; where they are all equal nothing is divided (NeMo-RL).
    case leaveOneOut = "leave_one_out"
    case none
  }

  /// Which standard deviation: divided by n - 1, or by n.
  public enum Deviation: String, CaseIterable, Sendable { case sample, population }

  /// What happens to a group whose rewards are all equal, or fewer than `minimumCount`.
  public enum ZeroVariance: String, CaseIterable, Sendable {
    /// It counts in the averages of the loss, and the KL penalty acts on its tokens.
    case keep
    /// Its tokens do not enter the loss, KL penalty included.
    case drop
  }

  /// The order of summing the rewards of a scope and normalizing.
  public enum Aggregation: String, CaseIterable, Sendable {
    case sumThenNormalize = "sum_then_normalize"
    /// Every reward for itself, then their weighted sum (GDPO, arXiv 2601.05242, eqs. 4 to 6).
    case normalizeThenSum = "normalize_then_sum"
  }

  /// What an abstention takes out of the comparison.
  public enum Abstention: String, CaseIterable, Sendable {
    /// The whole response, because a sum over the other rewards would be on another scale.
    case response
    /// That reward alone: the response counts with the sum of its others (TRL). A response that
    /// every reward abstains from takes no part.
    case reward
  }

  public var over: Scope
  /// Whose deviation is divided by; nil for that of `over`.
  public var scaleOver: Scope?
  public var center: Center
  public var scale: Scale
  public var deviation: Deviation
  /// Added to the standard deviation. The public GRPO codes of Video-R1 and TRL use 1e-4.
  public var epsilon: Double
  /// Rewards that lie no further apart than this count as equal.
  public var tolerance: Double
  /// With fewer rewards than this every advantage is 0.
  public var minimumCount: Int
  public var zeroVariance: ZeroVariance
  public var aggregation: Aggregation
  /// Whether the sums of `normalizeThenSum` are normalized over the batch (GDPO eq. 7).
  public var whitens: Bool
  public var abstention: Abstention
  /// The share of what is remembered that an update keeps, under `running`.
  public var decay: Double

  public init(
    over: Scope = .group, scaleOver: Scope? = nil, center: Center = .mean, scale: Scale = .std,
    deviation: Deviation = .sample, epsilon: Double = 1e-4, tolerance: Double = 0,
    minimumCount: Int = 2, zeroVariance: ZeroVariance = .keep,
    aggregation: Aggregation = .sumThenNormalize, whitens: Bool = true,
    abstention: Abstention = .response, decay: Double = 0.99
  ) {
    self.over = over
    self.scaleOver = scaleOver
    self.center = center
    self.scale = scale
    self.deviation = deviation
    self.epsilon = epsilon
    self.tolerance = tolerance
    self.minimumCount = minimumCount
    self.zeroVariance = zeroVariance
    self.aggregation = aggregation
    self.whitens = whitens
    self.abstention = abstention
    self.decay = decay
  }

  /// Reads an entry of a recipe's `normalization`, or that of a stage.
  public init(settings: Record) throws {
    let owner = settings.path
    self.init(
      over: try settings.choice("over", of: owner),
      scaleOver: settings.has("scale_over") ? try settings.choice("scale_over", of: owner) : nil,
      center: try settings.choice("center", of: owner),
      scale: try settings.choice("scale", of: owner),
      deviation: try settings.choice("std", of: owner),
      epsilon: try settings.number("epsilon"),
      tolerance: try settings.number("tolerance"),
      minimumCount: try settings.integer("minimum_count"),
      zeroVariance: try settings.choice("zero_variance", of: owner),
      aggregation: try settings.choice("aggregate", of: owner),
      whitens: try settings.boolean("whiten"),
      abstention: try settings.choice("abstention", of: owner),
      decay: try settings.number("decay"))
  }

  /// Whether anything is remembered from update to update.
  public var isRunning: Bool { over == .running || scaleOver == .running }

  /// Normalizes the rewards of one scope. Members without a reward (they abstained) enter neither
  /// mean nor deviation and get advantage 0. When all rewards are equal (up to the tolerance, and to
  /// the rounding of their sums) every centred or scaled advantage is exactly 0; with fewer than
  /// `minimumCount` of them every advantage is.
  /// Throws when a reward is not finite.
  public func apply(_ rewards: [Double?]) throws -> NormalizedScope {
    let present = rewards.compactMap { $0 }
    guard present.allSatisfy(\.isFinite) else {
      throw RewardError.credit(message: "a reward that is not finite cannot be normalized")
    }
    guard let lowest = present.min() else {
      return NormalizedScope(
        advantages: rewards.map { _ in 0 }, mean: 0, deviation: 0, count: 0, isZeroVariance: true)
    }
    guard present.count >= minimumCount else {
      return NormalizedScope(
        advantages: rewards.map { _ in 0 }, mean: present.reduce(0, +) / Double(present.count),
        deviation: 0, count: present.count, isZeroVariance: true)
    }
    let count = Double(present.count)
    let isZeroVariance = Self.areEqual(present, tolerance: tolerance)
    let mean = isZeroVariance ? lowest : present.reduce(0, +) / count
    let spread = self.spread(of: present, around: mean)
    let advantages = rewards.enumerated().map { index, reward -> Double in
      guard let reward else { return 0 }
      if isZeroVariance, scale != .none || center != .none { return 0 }
      let others = {
        rewards.enumerated().compactMap { $0 == index ? nil : $1 }
      }
      let centred =
        switch center {
        case .mean: reward - mean
        case .leaveOneOut: reward - others().mean
        case .none: reward
        }
      switch scale {
      case .none: return centred
      case .std: return standardized(centred, by: spread)
      case .leaveOneOut:
        let others = others()
        let spread = self.spread(of: others, around: others.mean)
        return spread > 0 ? standardized(centred, by: spread) : centred
      }
    }
    return NormalizedScope(
      advantages: advantages, mean: mean, deviation: spread, count: present.count,
      isZeroVariance: isZeroVariance)
  }
}

extension Normalization.Deviation {
  /// 0 for too few values to have one.
  func of(_ values: [Double], around mean: Double) -> Double {
    let divisor = self == .sample ? Double(values.count) - 1 : Double(values.count)
    guard divisor > 0 else { return 0 }
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / divisor).squareRoot()
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
