import TensorEngine
import TrainingGraph

/// The policy loss as nodes of a tensor graph, one row per sampled token.
///
/// With `rho` the ratio of new to old policy, `A` the token's advantage and `w` its averaging weight:
///
///     loss = - Σ w · surrogate(rho, A) + Σ beta · v · KL
///     surrogate = min(rho · A, clip(rho, 1 - low, 1 + high) · A)
///     KL = exp(d) - d - 1,  d = reference - logp
///
/// GRPO (DeepSeekMath, eq. 3); VIDEOP2R (arXiv 2511.11113, eq. 7) is the same sum with each
/// segment's own advantage. `w` decides the averaging (per segment, sequence, token or constant);
/// `v` averages the KL term, once per sequence unless the loss says otherwise. The other surrogates
/// and estimators are those of `LossSpecification`.
public struct PolicyLoss {
  /// The names of the inputs, each `[targets]` unless said.
  public enum Input {
    public static let advantages = "advantages"
    /// Log-probabilities recorded while sampling.
    public static let old = "old_log_probabilities"
    /// Log-probabilities under the frozen reference; read only with a KL term.
    public static let reference = "reference_log_probabilities"
    public static let weights = "loss_weights"
    /// `beta · v`.
    public static let klWeights = "kl_weights"
    /// int32: the part of the batch that the token shares its ratio with; read only where a ratio
    /// belongs to more than a token.
    public static let parts = "ratio_parts"
    /// `[parts, 1]`: tokens of each part.
    public static let partSizes = "ratio_part_sizes"
  }

  /// The scalar to descend on.
  public let loss: Value
  /// What is raised, before weights, `[targets]`.
  public let surrogate: Value
  /// `rho` of every token, `[targets]`: exactly 1 on policy.
  public let ratio: Value
  /// The KL estimate of every token, `[targets]`; nil without a reference.
  public let divergence: Value?

  /// - Parameters:
  ///   - logProbability: `[targets]`, differentiable.
  ///   - usesReference: whether the KL term is part of the loss.
  public init(
    _ g: GraphBuilder, logProbability: Value, specification: LossSpecification, usesReference: Bool
  ) throws {
    let rows: [Dimension] = ["targets"]
    let advantages = try g.input(Input.advantages, rows)
    let old = try g.input(Input.old, rows)
    let weights = try g.input(Input.weights, rows)

    let ratio = try Self.ratio(g, g.subtract(logProbability, old), specification.ratio)
    let surrogate = try Self.surrogate(
      g, specification.surrogate, advantages: advantages, logProbability: logProbability,
      ratio: Self.ownRatio(g, ratio, logProbability, specification.ratio))
    var loss = try g.negate(g.sum(g.multiply(weights, surrogate)))

    var divergence: Value?
    if usesReference {
      let reference = try g.input(Input.reference, rows)
      let klWeights = try g.input(Input.klWeights, rows)
      var estimate = try Self.divergence(
        g, specification.kl.estimator, logProbability: logProbability, reference: reference)
      if specification.kl.isCorrected { estimate = try g.multiply(estimate, ratio) }
      loss = try g.add(loss, g.sum(g.multiply(klWeights, estimate)))
      divergence = estimate
    }
    self.loss = loss
    self.surrogate = surrogate
    self.ratio = ratio
    self.divergence = divergence
  }
}

extension PolicyLoss {
  /// The ratio of every token; of a part, `exp` of the mean log-ratio of its tokens (GSPO, eq. 7).
  private static func ratio(
    _ g: GraphBuilder, _ logRatio: Value, _ level: RatioLevel
  ) throws -> Value {
    guard level != .token else { return try g.exp(logRatio) }
    let parts = try g.input(Input.parts, ["targets"], .int32)
    let sizes = try g.input(Input.partSizes, ["parts", 1])
    let sums = try g.scatterAddRows(
      g.reshape(logRatio, ["targets", 1]), indices: parts, count: "parts")
    let means = try g.gatherRows(table: g.divide(sums, sizes), indices: parts)
    return try g.exp(g.reshape(means, ["targets"]))
  }

  /// The ratio with the gradient of the token's own probability: `stop(rho) · pi / stop(pi)`, so
  /// that a token is credited with its own advantage where those of a part differ (GSPO-token,
  /// arXiv 2507.18071, section 4.3). Equal to the gradient of `rho` where they don't.
  private static func ownRatio(
    _ g: GraphBuilder, _ ratio: Value, _ logProbability: Value, _ level: RatioLevel
  ) throws -> Value {
    guard level != .token else { return ratio }
    let one = try g.exp(g.subtract(logProbability, g.stopGradient(logProbability)))
    return try g.multiply(g.stopGradient(ratio), one)
  }

  /// What is to be raised, per token.
  private static func surrogate(
    _ g: GraphBuilder, _ surrogate: Surrogate, advantages: Value, logProbability: Value,
    ratio: Value
  ) throws -> Value {
    switch surrogate {
    case .clip(let low, let high, let delta):
      let clipped = try g.clamp(ratio, low: 1 - low, high: 1 + high)
      let bounded = try delta.map { try g.minimum(ratio, g.constant($0)) } ?? ratio
      return try g.minimum(g.multiply(bounded, advantages), g.multiply(clipped, advantages))
    case .cispo(let high):
      let factor = try g.stopGradient(g.minimum(ratio, g.constant(1 + high)))
      return try g.multiply(g.multiply(factor, advantages), logProbability)
    case .sapo(let positive, let negative):
      func bySign(_ positive: Double, _ negative: Double) throws -> Value {
        let zero = g.constant(0)
        let shape = g.shape(of: advantages)
        return try g.add(
          g.select(.greater, advantages, zero, g.fill(positive, shape)),
          g.select(.lessOrEqual, advantages, zero, g.fill(negative, shape)))
      }
      let argument = try g.multiply(bySign(positive, negative), g.offset(ratio, -1))
      let sigmoid = try g.reciprocal(g.offset(g.exp(g.negate(argument)), 1))
      let scale = try g.multiply(bySign(4 / positive, 4 / negative), advantages)
      return try g.multiply(scale, sigmoid)
    }
  }

  private static func divergence(
    _ g: GraphBuilder, _ estimator: KLPenalty.Estimator, logProbability: Value, reference: Value
  ) throws -> Value {
    let difference = try g.subtract(reference, logProbability)
    switch estimator {
    case .k1: return try g.negate(difference)
    case .k2: return try g.scale(g.square(difference), 0.5)
    case .k3: return try g.offset(g.subtract(g.exp(difference), difference), -1)
    }
  }
}
