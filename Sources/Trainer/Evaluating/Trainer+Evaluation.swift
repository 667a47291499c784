import Models
import TrainingGraph

extension Trainer {
  /// An evaluation made ready, with the node of its questions.
  ///
  /// - Parameter policy: what is evaluated, by the node that samples.
  func evaluation(
    _ specification: EvaluationSpecification, _ node: TrainingNode,
    of policy: (TrainingNode) throws -> PolicyModel, _ sources: inout RunSources
  ) throws -> (evaluation: Evaluation, items: TrainingNode) {
    let segmented = try input(of: node, .segmented)
    let rolloutNode = try input(of: segmented, .rollouts)
    guard case .rollout(let rollout) = rolloutNode.operation else {
      throw TrainerError.brokenGraph(node: node.id.path, missing: "rollout")
    }
    let itemsNode = try input(of: rolloutNode, .items)
    let evaluation = Evaluation(
      specification: specification, rollout: rollout,
      rewards: try RewardPlan(graph, segmented: segmented, makeJudge: services.makeJudge),
      items: try sources.items(itemsNode),
      format: try sources.format(try input(of: rolloutNode, .tokenizer)),
      policy: try policy(rolloutNode), rolloutsInFlight: settings.rolloutsInFlight,
      batchSize: settings.evaluationBatch)
    return (evaluation, itemsNode)
  }

  /// Evaluates the result of a stage.
  ///
  /// - Parameter step: the training steps that the result has had in its stage.
  func evaluate(
    _ specification: EvaluationSpecification, _ node: TrainingNode,
    _ weights: [NodeID: PolicyModel], step: Int, _ sources: inout RunSources
  ) async throws -> (record: EvaluationRecord, items: [EvaluatedItem]) {
    let (evaluation, itemsNode) = try evaluation(
      specification, node, of: { try policy(of: $0, weights) }, &sources)
    let digest = digests[node.id] ?? ""
    var result = try await interruptible(specification.stage, step: step) {
      try await evaluation.run(
        step: step, goingOnFrom: services.journal?.parts(digest: digest) ?? [],
        keep: { try services.journal?.keep($0, digest: digest) },
        isCancelled: services.isCancelled)
    }
    result.record.values["blind"] = try sources.blindAccuracy(itemsNode)
    return result
  }

  /// The steps of a stage.
  func steps(of stage: String, _ sources: inout RunSources) throws -> Int {
    guard let node = graph[NodeID(stage)] else { return 0 }
    switch node.operation {
    case .supervise(let specification):
      if case .steps(let steps) = specification.duration { return steps }
      return specification.duration.steps(
        records: try sources.items(try input(of: node, .items)).records.count,
        batchSize: specification.batchSize)
    case .update(let specification): return specification.steps
    default: return 0
    }
  }
}
