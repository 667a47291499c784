extension DiagnosticCode {
  static let selectedAndReported = DiagnosticCode(
    5613, "selected-and-reported",
    "A stage's checkpoint is chosen and reported by the same questions.",
    Explanation(
      why: """
        The best of many checkpoints on some questions is partly the luckiest on them. What is reported \
        of it on the same questions is too good; questions that had no part in the choice say what it \
        is worth.
        """,
      example: .kept(reported: "validation"), nearMiss: .kept()))
}

extension RecipeCheck {
  static let selectedAndReported = RecipeCheck(
    .selectedAndReported, reads: ["data", "eval", "stages"]
  ) { input in
    let outline = input.outline
    return outline.stages.compactMap { stage in
      guard let metric = stage.best, let evaluation = outline.evaluation(metric.evaluation),
        let data = evaluation.optionalString("data")
      else { return nil }
      let isReported = outline.evaluations.contains {
        $0.optionalString("data") != data
          && $0.optionalStrings("after")?.contains(stage.name) ?? false
      }
      guard !isReported else { return nil }
      return Diagnostic(
        .selectedAndReported, severity: .warning,
        "the best checkpoint of `\(stage.name)` is chosen by questions of `\(data)`, and nothing is asked of "
          + "it on others: what is reported of it is too good",
        at: metric.span,
        secondary: [.init(span: evaluation.span(of: "data"), text: "the questions")],
        help: "add an evaluation `after: [\(stage.name)]` on data that are set aside for it",
        path: "\(stage.record.path).keep.best")
    }
  }
}
