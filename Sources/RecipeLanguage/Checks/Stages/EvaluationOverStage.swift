extension DiagnosticCode {
  static let evaluationOverStage = DiagnosticCode(
    5612, "evaluation-over-stage", "A stage ends before an evaluation is first asked within it.",
    Explanation(
      why: """
        `every` asks an evaluation within the stages that it follows, besides at their ends. In a stage \
        that is no longer than that, nothing is asked on the way, and of its checkpoints only the last \
        can be chosen.
        """,
      example: .kept(asked: "after: [rl], every: 100 step"),
      nearMiss: .kept(asked: "after: [rl], every: 99 step")))
}

extension RecipeCheck {
  static let evaluationOverStage = RecipeCheck(
    .evaluationOverStage, reads: ["data", "eval", "stages"]
  ) { input in
    input.outline.evaluations.compactMap { evaluation in
      guard let every = evaluation.optionalInteger("every") else { return nil }
      let stages = (evaluation.optionalStrings("after") ?? []).compactMap(input.outline.stage)
      let short = stages.compactMap { stage in
        input.steps(of: stage, for: .evaluationOverStage).flatMap { steps in
          steps <= every ? (stage: stage, steps: steps) : nil
        }
      }
      // In the others of several stages it is asked; but of a stage that chooses by it, more is expected.
      let told =
        short.count == stages.count
        ? short : short.filter { $0.stage.best?.evaluation == evaluation.name }
      guard let first = told.first else { return nil }
      return Diagnostic(
        .evaluationOverStage, severity: .warning,
        "\(listed(told.map(\.stage.name))) \(told.count == 1 ? "ends" : "end") before "
          + "`\(evaluation.name)` is asked for the first time",
        at: evaluation.span(of: "every"),
        secondary: told.flatMap { $0.stage.lengthLabel("\($0.steps) steps") },
        help: "ask more often, such as every \(max(1, first.steps / 5)) steps, or remove `every`",
        path: "\(evaluation.path).every")
    }
  }
}
