import RecipeLanguage

/// What the types of a supervised stage cannot say.
enum SupervisedChecks {
  static let codes = [stepsOrEpochs, curriculumOverStage] + AdapterChecks.codes

  static let stepsOrEpochs = DiagnosticCode(
    5650, "steps-or-epochs", "A supervised stage needs either `steps` or `epochs`.",
    Explanation(
      why: """
        The length of a stage is a number of optimizer steps, or of passes over its data, from which \
        the steps follow: ceil(records x epochs / batch_size). With both there would be two answers, \
        with neither none.
        """,
      example: .sections(stages("steps: 100, epochs: 1")),
      nearMiss: .sections(stages("epochs: 1"))))

  static let curriculumOverStage = DiagnosticCode(
    5651, "curriculum-over-stage", "The stage ends before its curriculum does.",
    Explanation(
      why: """
        A curriculum trains on an easier part of the data for its first steps. When the stage has no \
        steps left after them, the rest of the data are never seen.
        """,
      example: .sections(
        stages("steps: 100, curriculum: {column: objects, value: \"1\", steps: 100}")),
      nearMiss: .sections(
        stages("steps: 100, curriculum: {column: objects, value: \"1\", steps: 99}"))))

  private static func stages(_ settings: String) -> String {
    """
    stages:
      warm: {algorithm: sft, data: traces, batch_size: 8, learning_rate: schedules.rate, \(settings)}
    data:
      traces: {kind: clipworld, split: cold_start, clips: 400}
      held_out: {kind: clipworld, split: test, clips: 100}
    eval:
      held_out: {data: held_out, after: [warm], max_new_tokens: 96 tok}
    """
  }

  static func stage(_ stage: Record, _ context: CheckContext) -> [Diagnostic] {
    length(stage, context) + curriculum(stage, context) + AdapterChecks.stage(stage, context)
  }

  private static func length(_ stage: Record, _ context: CheckContext) -> [Diagnostic] {
    switch (stage.has("steps"), stage.has("epochs")) {
    case (true, true):
      [
        Diagnostic(
          stepsOrEpochs,
          "stage `\(context.name)` is measured in steps and in epochs: it can only last "
            + "one of the two",
          at: stage.span(of: "epochs"),
          secondary: [.init(span: stage.span(of: "steps"), text: "the other length")],
          help: "remove one of them", path: "\(context.path).epochs")
      ]
    case (false, false):
      [
        Diagnostic(
          stepsOrEpochs, "stage `\(context.name)` does not say how long it lasts",
          at: stage.span(of: "algorithm"), help: "add `steps: 1000`, or `epochs: 1`",
          path: "\(context.path).steps")
      ]
    default: []
    }
  }

  private static func curriculum(_ stage: Record, _ context: CheckContext) -> [Diagnostic] {
    guard let curriculum = stage.optionalRecord("curriculum"),
      let easy = curriculum.optionalInteger("steps"), let steps = stage.optionalInteger("steps"),
      easy >= steps
    else { return [] }
    return [
      Diagnostic(
        curriculumOverStage, severity: .warning,
        "the curriculum takes \(easy) of the \(steps) steps of stage `\(context.name)`: the rest of the "
          + "data are never seen",
        at: curriculum.span(of: "steps"),
        secondary: [.init(span: stage.span(of: "steps"), text: "the whole stage")],
        help: "use fewer than \(steps) steps", path: "\(context.path).curriculum.steps")
    ]
  }
}
