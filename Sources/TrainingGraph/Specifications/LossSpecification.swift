import RecipeLanguage
import Rewards

/// The policy loss: a surrogate of the ratio of new to old policy, and a KL penalty, averaged over
/// tokens.
public struct LossSpecification: Sendable, Equatable {
  public var surrogate: Surrogate
  public var ratio: RatioLevel
  public var averaging: Averaging
  /// The divisor of `constant` averaging, in tokens.
  public var maximumLength: Int
  public var kl: KLPenalty

  public init(
    surrogate: Surrogate, ratio: RatioLevel = .token, averaging: Averaging, maximumLength: Int,
    kl: KLPenalty
  ) {
    self.surrogate = surrogate
    self.ratio = ratio
    self.averaging = averaging
    self.maximumLength = maximumLength
    self.kl = kl
  }
}

/// What a token's ratio and advantage are made into.
public enum Surrogate: Sendable, Hashable {
  /// `min(rho A, clip(rho, 1 - low, 1 + high) A)`: PPO and GRPO. `delta` also bounds the ratio where
  /// a negative advantage leaves it unbounded (two-sided clipping: INTELLECT-2, arXiv 2505.07291).
  case clip(low: Double, high: Double, delta: Double? = nil)
  /// `stop(min(rho, 1 + high)) A log pi`: no token loses its gradient (MiniMax-M1, arXiv 2506.13585,
  /// eq. 4).
  case cispo(high: Double)
  /// `4 / tau sigmoid(tau (rho - 1)) A`, with one temperature where the advantage is positive and
  /// another elsewhere: the gradient fades instead of ending (SAPO, arXiv 2511.20347).
  case sapo(positive: Double, negative: Double)

  /// The words of recipes.
  public enum Name: String, CaseIterable, Sendable {
    case clip, cispo, sapo
  }

  public var name: Name {
    switch self {
    case .clip: .clip
    case .cispo: .cispo
    case .sapo: .sapo
    }
  }
}

/// What has one ratio of new to old policy: `exp` of the mean of its tokens' log-ratios.
public enum RatioLevel: String, CaseIterable, Sendable {
  case token
  /// All tokens of a response (GSPO, arXiv 2507.18071, eq. 7).
  case sequence
  /// The tokens of each declared segment, and those of the rest.
  case segment
}

/// The penalty for leaving the reference policy.
public struct KLPenalty: Sendable, Equatable {
  /// How the divergence is estimated from one token, with `d = log pi_ref - log pi` (Schulman 2020,
  /// "Approximating KL divergence").
  public enum Estimator: String, CaseIterable, Sendable {
    /// `-d`: unbiased, may be negative; the mean of its gradient is 0 unless it is corrected.
    case k1
    /// `d² / 2`: biased, with the gradient of the divergence on policy.
    case k2
    /// `exp(d) - d - 1`: unbiased and never negative.
    case k3
  }

  /// Beta, by step; needs a reference where it is ever above 0.
  public var coefficient: Schedule
  public var estimator: Estimator
  /// Whether the estimate is multiplied by the ratio, so that value and gradient are unbiased also
  /// for tokens of an older policy (DeepSeek-V3.2, arXiv 2512.02556; TRL's
  /// `use_bias_correction_kl`).
  public var isCorrected: Bool
  public var averaging: Averaging

  public init(
    coefficient: Schedule, estimator: Estimator = .k3, isCorrected: Bool = false,
    averaging: Averaging = .sequence
  ) {
    self.coefficient = coefficient
    self.estimator = estimator
    self.isCorrected = isCorrected
    self.averaging = averaging
  }
}
