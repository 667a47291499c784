extension DiagnosticCode {
  static let unusedStage = DiagnosticCode(
    5605, "unused-stage", "Nothing starts from a stage, measures it or is anchored to it.",
    Explanation(
      why: """
        The last stage of a recipe is its result. Any other is trained for something that follows: a \
        stage that starts from it, an evaluation, a KL penalty. Without any of them its steps change \
        nothing that anyone sees.
        """,
      example: .sections(Self.stages(initial: "first")),
      nearMiss: .sections(Self.stages(initial: "second"))))

  private static func stages(initial: String) -> String {
    """
    stages:
      first: {algorithm: sft, data: traces, steps: 100, batch_size: 8, learning_rate: schedules.rate}
      second:
        algorithm: sft
        init: first
        data: traces
        steps: 100
        batch_size: 8
        learning_rate: 1.0e-3
      third:
        algorithm: sft
        init: \(initial)
        data: questions
        steps: 100
        batch_size: 8
        learning_rate: 1.0e-3
    eval:
      held_out: {data: held_out, after: [third], max_new_tokens: 96 tok}
    """
  }
}

extension RecipeCheck {
  static let unusedStage = RecipeCheck(.unusedStage, reads: ["eval", "stages"]) { input in
    let outline = input.outline
    let measured = Set(outline.evaluations.flatMap { $0.optionalStrings("after") ?? [] })
    let anchors = Set(
      outline.stages.compactMap { $0.record.optionalRecord("kl")?.optionalString("reference") })
    // A policy stage that should have started from it says so itself.
    let isReported = outline.stages.contains { $0.is(.policy) && $0.initial == nil }
    let read = Set(
      (outline.stages.compactMap(\.data)
        + outline.evaluations.compactMap { $0.optionalString("data") })
        .compactMap(RecipeOutline.Stage.name(ofItems:)))
    return outline.stagesWithoutSuccessor.filter { stage in
      !read.contains(stage.name) && stage.name != outline.stages.last?.name
        && !measured.contains(stage.name)
        && !anchors.contains(stage.name) && !(isReported && stage.is(.supervised))
    }.map { stage in
      let work = stage.steps.map { "its \($0) steps" } ?? "its training"
      return Diagnostic(
        .unusedStage, severity: .warning,
        "nothing starts from stage `\(stage.name)`, measures it or is anchored to it: \(work) would "
          + "be for nothing",
        at: stage.record.span(of: "algorithm"),
        help:
          "write `init: \(stage.name)` in the stage that should follow, evaluate it, or remove it",
        path: stage.record.path)
    }
  }
}
