import TensorEngine
import TrainingGraph

/// The policy loss as nodes of a tensor graph, one row per sampled token.
///
/// With `rho = exp(logp - old)`, `A` the token's advantage and `w` its averaging weight:
///
///     loss = - Σ w · min(rho · A, clip(rho, 1 - εlow, 1 + εhigh) · A) + Σ beta · v · k3
///     k3   = exp(d) - d - 1,  d = reference - logp
///
/// GRPO (DeepSeekMath, eq. 3); VIDEOP2R (arXiv 2511.11113, eq. 7) is the same sum with each
/// segment's own advantage. `w` decides the averaging (per segment, sequence, token or constant);
/// `v` averages the KL term once per sequence.
public struct PolicyLoss {
  /// The names of the inputs, each `[targets]`.
  public enum Input {
    public static let advantages = "advantages"
    /// Log-probabilities recorded while sampling.
    public static let old = "old_log_probabilities"
    /// Log-probabilities under the frozen reference; read only with a KL term.
    public static let reference = "reference_log_probabilities"
    public static let weights = "loss_weights"
    /// `beta · v`.
    public static let klWeights = "kl_weights"
  }

  /// The scalar to descend on.
  public let loss: Value
  /// `rho` of every token, `[targets]`: exactly 1 on policy.
  public let ratio: Value
  /// k3 of every token, `[targets]`; nil without a reference.
  public let divergence: Value?

  /// - Parameters:
  ///   - logProbability: `[targets]`, differentiable.
  ///   - usesReference: whether the KL term is part of the loss.
  public init(
    _ g: GraphBuilder, logProbability: Value, epsilonLow: Double, epsilonHigh: Double,
    usesReference: Bool
  ) throws {
    let rows: [Dimension] = ["targets"]
    let advantages = try g.input(Input.advantages, rows)
    let old = try g.input(Input.old, rows)
    let weights = try g.input(Input.weights, rows)

    let ratio = try g.exp(g.subtract(logProbability, old))
    let clipped = try g.clamp(ratio, low: 1 - epsilonLow, high: 1 + epsilonHigh)
    let surrogate = try g.minimum(
      g.multiply(ratio, advantages), g.multiply(clipped, advantages))
    var loss = try g.negate(g.sum(g.multiply(weights, surrogate)))

    var divergence: Value?
    if usesReference {
      let reference = try g.input(Input.reference, rows)
      let klWeights = try g.input(Input.klWeights, rows)
      let difference = try g.subtract(reference, logProbability)
      let k3 = try g.offset(g.subtract(g.exp(difference), difference), -1)
      loss = try g.add(loss, g.sum(g.multiply(klWeights, k3)))
      divergence = k3
    }
    self.loss = loss
    self.ratio = ratio
    self.divergence = divergence
  }
}
