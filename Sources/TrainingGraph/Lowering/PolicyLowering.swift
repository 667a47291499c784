import RecipeLanguage
import Rewards

/// The nodes every policy stage has: rollout, segment, rewards and gates; then, as the algorithm
/// decides, normalize and credit; then loss and update.
struct PolicyLowering {
  private let stage: Record
  private let weights: NodeID
  private let rollout: NodeID
  private let segmented: NodeID
  /// The node that yields each reward, its gate included.
  private let rewards: [String: NodeID]
  private var scopes: [NodeID] = []

  init(_ stage: Record, _ lowering: inout Lowering) throws {
    self.stage = stage
    weights = try lowering.trainedWeights(of: stage)
    rollout = NodeID(stage.name, "rollout")
    try lowering.append(
      rollout, .rollout(try CommonFields.rollout(stage, &lowering)),
      inputs: [
        weights, try lowering.dataset(of: stage), Lowering.tokenizer,
      ], span: stage.span(of: "sampling"))
    (segmented, rewards) = try lowering.rewards(
      of: rollout, below: stage.name, areSummed: true)
  }

  /// Sums the named rewards and normalizes them in one scope.
  mutating func normalize(
    _ names: [String], as scope: String, process: String?, _ normalization: Normalization,
    _ lowering: inout Lowering
  ) throws {
    let id = NodeID(stage.name, "normalize", scope)
    let span = lowering.recipe.normalization.first { $0.name == process }?.span ?? stage.span
    try lowering.append(
      id, .normalize(NormalizationSpecification(process: process, normalization: normalization)),
      inputs: names.compactMap { rewards[$0] }, span: span)
    scopes.append(id)
  }

  /// Credit, loss and update.
  func finish(rest: Normalization?, _ lowering: inout Lowering) throws {
    let credit = NodeID(stage.name, "credit")
    try lowering.append(
      credit,
      .credit(
        CreditSpecification(
          rest: rest, truncation: try CommonFields.truncation(stage),
          rules: try CommonFields.creditRules(stage))),
      inputs: [segmented] + scopes, span: stage.span(of: "algorithm"))
    let loss = NodeID(stage.name, "loss")
    let specification = try LossFields.loss(stage)
    var reference = try stage.record("kl").optionalString("reference").map { NodeID($0) }
    if let anchor = reference, specification.kl.coefficient.onlyValue != 0 {
      reference = try lowering.frozenWeights(anchor)
    }
    try lowering.append(
      loss, .loss(specification),
      inputs: [credit, rollout] + [reference].compactMap { $0 }, span: stage.span(of: "kl"))
    let update = UpdateSpecification(
      stage: stage.name, algorithm: try stage.string("algorithm"),
      steps: try stage.integer("steps"), passesPerBatch: try stage.integer("passes_per_batch"),
      minibatches: try stage.integer("minibatches"),
      microBatch: stage.optionalInteger("micro_batch"),
      learningRate: try stage.schedule("learning_rate"),
      optimizer: try CommonFields.optimizer(stage),
      resampling: try stage.optionalRecord("dynamic_sampling").map {
        ResamplingSpecification(
          keep: try $0.expression("keep"), rounds: try $0.integer("rounds"))
      })
    let choice = try lowering.evaluationsWithin(stage, of: weights)
    try lowering.append(
      NodeID(stage.name), .update(update), inputs: [loss, weights] + choice,
      span: stage.span)
  }
}
