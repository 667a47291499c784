extension DiagnosticCode {
  static let selectionNotAsked = DiagnosticCode(
    5611, "selection-not-asked",
    "The evaluation that chooses a stage's best checkpoint is not asked within the stage.",
    Explanation(
      why: """
        The best checkpoint is one of the steps that the evaluation was asked at. One that is only \
        asked when the stage is over, or after other stages, leaves nothing to choose from.
        """,
      example: .kept(asked: "after: [rl]"), nearMiss: .kept()))
}

extension RecipeCheck {
  static let selectionNotAsked = RecipeCheck(
    .selectionNotAsked, reads: ["eval", "stages"]
  ) { input in
    input.outline.stages.compactMap { stage in
      guard let metric = stage.best, let evaluation = input.outline.evaluation(metric.evaluation)
      else { return nil }
      let follows = evaluation.optionalStrings("after")?.contains(stage.name) ?? true
      guard !follows || !evaluation.has("every") else { return nil }
      let steps = stage.steps.map { "\(max(1, $0 / 5))" } ?? "20"
      return Diagnostic(
        .selectionNotAsked,
        follows
          ? "`eval.\(evaluation.name)` is asked once, at the end of the stage, so there is nothing to choose from"
          : "`eval.\(evaluation.name)` does not follow `\(stage.name)`, so it is never asked of its checkpoints",
        at: metric.span, secondary: [.init(span: evaluation.span, text: "the evaluation")],
        help: follows
          ? "give the evaluation `every: \(steps) step`"
          : "add `\(stage.name)` to its `after`, and `every: \(steps) step`",
        path: "\(stage.record.path).keep.best")
    }
  }
}
