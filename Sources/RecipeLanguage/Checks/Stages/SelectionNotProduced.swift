extension DiagnosticCode {
  static let selectionNotProduced = DiagnosticCode(
    5610, "selection-not-produced",
    "Nothing yields the metric by which a stage's best checkpoint is chosen.",
    Explanation(
      why: """
        `keep.best` makes the best of the evaluated steps the stage's result. Without a value for any \
        of them there is nothing to choose by.
        """,
      example: .kept(best: "{maximize: eval.validation.acuracy}"), nearMiss: .kept()))
}

extension RecipeCheck {
  static let selectionNotProduced = RecipeCheck(
    .selectionNotProduced, reads: ["eval", "rewards", "segments", "judges", "stages"]
  ) { input in
    input.outline.stages.compactMap { stage in
      guard let best = stage.record.optionalRecord("keep")?.optionalRecord("best") else {
        return nil
      }
      let path = "\(stage.record.path).keep.best"
      if let problem = EvaluationMetric.malformation(of: best, of: "`keep.best`") {
        return Diagnostic(
          .selectionNotProduced, problem.message, at: problem.span, help: problem.help, path: path)
      }
      return EvaluationMetric(best).flatMap { metric in
        metric.absence(input.outline).map {
          Diagnostic(
            .selectionNotProduced, "nothing yields `\(metric.text)`: \($0.reason)",
            at: metric.span, help: $0.help, path: path)
        }
      }
    }
  }
}
