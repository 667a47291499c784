extension DiagnosticCode {
  static let teachingIgnored = DiagnosticCode(
    5505, "rl-ignores-sft",
    "A policy stage starts from the first weights, past a supervised stage.",
    Explanation(
      why: """
        A stage without `init` starts from the model's own weights. When a supervised stage was \
        trained and nothing starts from it, its work is thrown away, and reinforcement begins with a \
        policy that knows neither the format nor the task.
        """,
      example: .sections(Self.stages("")),
      nearMiss: .sections(Self.stages("init: warm\n    "))))

  private static func stages(_ start: String) -> String {
    """
    stages:
      warm: {algorithm: sft, data: traces, steps: 100, batch_size: 8, learning_rate: 1.0e-3}
      rl:
        algorithm: process_aware_grpo
        \(start)data: questions
        steps: 100
        prompts_per_step: 8
        group_size: 8
        sampling: {temperature: 1.0, max_new_tokens: 96 tok}
        kl: {coefficient: 0}
        learning_rate: schedules.rate
    """
  }
}

extension RecipeCheck {
  static let teachingIgnored = RecipeCheck(.teachingIgnored, reads: ["stages"]) { input in
    let idle = input.outline.stagesWithoutSuccessor.filter { $0.is(.supervised) }
    guard let teacher = idle.last else { return [] }
    return input.outline.stages.filter { $0.is(.policy) && $0.initial == nil }.map { stage in
      Diagnostic(
        .teachingIgnored, severity: .warning,
        "stage `\(stage.name)` starts from the first weights: what `\(teacher.name)` teaches is lost",
        at: stage.record.span(of: "algorithm"),
        secondary: [.init(span: teacher.record.span, text: "nothing starts from this stage")],
        help: "write `init: \(teacher.name)`",
        fixes: [
          stage.record.edit(adding: "init", teacher.name, before: "data")
            .map { Fix("write `init: \(teacher.name)`", isSafe: false, edits: [$0]) }
        ].compactMap { $0 }, path: stage.record.path)
    }
  }
}

extension RecipeOutline {
  /// The stages that no other starts from.
  var stagesWithoutSuccessor: [Stage] {
    let used = Set(stages.compactMap(\.initial))
    return stages.filter { !used.contains($0.name) }
  }
}
