import RecipeLanguage

extension Lowering {
  /// Appends the evaluations that are asked within a stage, of the policy that it trains, and what they choose.
  /// Evaluations that choose nothing stand beside the stage: they change no bit of it, nor its digest.
  ///
  /// - Parameter weights: what the stage trains.
  /// - Returns: The node that chooses the stage's result; none where that is the last checkpoint.
  mutating func evaluationsWithin(_ stage: Record, of weights: NodeID) throws -> [NodeID] {
    let best = recipe.choice(of: stage)
    var choice: [NodeID] = []
    for evaluation in recipe.evaluations {
      guard let every = evaluation.optionalInteger("every"),
        try evaluation.strings("after").contains(stage.name)
      else { continue }
      let node = try evaluate(
        evaluation, of: weights, stage: stage.name, data: dataset(of: evaluation), every: every)
      guard let best, best.evaluation == evaluation.name else { continue }
      let id = NodeID(stage.name, "best")
      try append(
        id,
        .select(
          SelectionSpecification(text: best.text, metric: best.metric, maximizes: best.maximizes)),
        inputs: [node], span: best.span)
      choice = [id]
    }
    if let best, choice.isEmpty { throw LoweringError.noCandidates(best.text, stage: stage.name) }
    return choice
  }
}
