import TrainingGraph

extension Trainer {
  /// The evaluations that the graph asks within a stage.
  ///
  /// - Parameter findings: what they had found when the stage's state was saved.
  func evaluationsWithin(
    _ node: TrainingNode, _ stage: some TrainingStage, _ findings: StageFindings,
    _ sources: inout RunSources
  ) throws -> EvaluationsWithin {
    var selection: SelectionSpecification?
    if case .select(let chosen)? = graph.inputs(of: node, .choice).first?.operation {
      selection = chosen
    }
    var all: [EvaluationsWithin.Asked] = []
    for node in graph.nodes {
      guard case .evaluate(let specification) = node.operation, let every = specification.every,
        specification.stage == stage.stage
      else { continue }
      let (evaluation, items) = try evaluation(
        specification, node, of: { _ in stage.policy }, &sources)
      all.append(
        EvaluationsWithin.Asked(
          evaluation: evaluation, every: every,
          chooses: graph.consumers(of: node.id).contains { $0.operation.output == .choice },
          blind: try sources.blindAccuracy(items)))
    }
    var findings = findings
    findings.maximizes = selection?.maximizes ?? true
    return EvaluationsWithin(all: all, selection: selection, findings: findings)
  }

  /// Asks the evaluations that are due after a step, and keeps the checkpoint where it is the best so far.
  ///
  /// - Throws: `TrainerError.interrupted`; those that are not done then are due again.
  func ask(
    _ within: inout EvaluationsWithin, _ stage: some TrainingStage, after step: Int, digest: String
  ) async throws {
    for asked in within.due(after: step, of: stage.steps) {
      var (record, items) = try await interruptible(stage.stage, step: step) {
        try await asked.evaluation.run(
          step: step, keep: { _ in }, isCancelled: services.isCancelled)
      }
      record.values["blind"] = asked.blind
      record.kind = EvaluationRecord.intermediate
      let isBest = try within.note(asked, record)
      // The last step's weights are there when the stage is over.
      if isBest, step < stage.steps {
        try StageStates(services.stages.stateFolder).keep(
          stage, step: step, digest: digest, within.findings)
      }
      try services.observer.receive(.intermediate(record, items))
    }
  }
}
