import Models
import TensorEngine
import TrainingGraph

/// The tensor graphs that stages train with: loss and gradients of one batch. They depend on shapes
/// alone, so that a plan can be made of them before there are weights.
public enum StageGraphs {
  /// The input that log-probabilities of a policy stage are taken at: what the step was sampled at.
  public static let temperature = "temperature"

  /// Next-token loss, each target with its weight.
  public static func supervised(
    _ configuration: QwenConfiguration, adapter: Adapter? = nil,
    precision: WeightPrecision = .float32, hasVisuals: Bool = true,
    recomputation: Recomputation = .nothing
  ) throws -> Graph {
    let g = GraphBuilder()
    let (logProbability, _) = try QwenGraph.tokenLogProbabilities(
      g, configuration, adapter: adapter, precision: precision, hasVisuals: hasVisuals,
      temperature: 1)
    let weights = try g.input(PolicyLoss.Input.weights, ["targets"])
    let loss = try g.negate(g.sum(g.multiply(weights, logProbability)))
    try g.output("loss", loss)
    try QwenGraph.declareGradients(
      of: loss, g, configuration, adapter: adapter, precision: precision,
      recomputation: recomputation)
    return try g.finish()
  }

  /// The policy loss on sampled responses, with what is reported of it.
  public static func policy(
    _ configuration: QwenConfiguration, adapter: Adapter? = nil,
    precision: WeightPrecision = .float32, hasVisuals: Bool = true,
    loss specification: LossSpecification, usesReference: Bool,
    recomputation: Recomputation = .nothing
  ) throws -> Graph {
    let g = GraphBuilder()
    let (logProbability, entropy) = try QwenGraph.tokenLogProbabilities(
      g, configuration, adapter: adapter, precision: precision, hasVisuals: hasVisuals,
      temperature: g.input(temperature, []))
    let loss = try PolicyLoss(
      g, logProbability: logProbability, specification: specification,
      usesReference: usesReference)
    try g.output("loss", loss.loss)
    try g.output("ratio", loss.ratio)
    try g.output("entropy", entropy)
    if let divergence = loss.divergence { try g.output("divergence", divergence) }
    try QwenGraph.declareGradients(
      of: loss.loss, g, configuration, adapter: adapter, precision: precision,
      recomputation: recomputation)
    return try g.finish()
  }
}
