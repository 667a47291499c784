extension DiagnosticCode {
  static let stageCycle = DiagnosticCode(
    3005, "stage-cycle", "A stage starts, directly or through others, from itself.",
    Explanation(
      why: """
        `init` names the stage whose weights another one starts from, so the stages form a tree. \
        Stages that start from each other have no first one.
        """,
      example: .sections(Self.stages(initial: "second")),
      nearMiss: .sections(Self.stages(initial: nil))))

  private static func stages(initial: String?) -> String {
    """
    stages:
      first:
        algorithm: sft\(initial.map { "\n    init: \($0)" } ?? "")
        data: traces
        steps: 100
        batch_size: 8
        learning_rate: schedules.rate
      second:
        algorithm: sft
        init: first
        data: questions
        steps: 100
        batch_size: 8
        learning_rate: 1.0e-3
    eval:
      held_out: {data: held_out, after: [second], max_new_tokens: 96 tok}
    """
  }
}

extension RecipeCheck {
  static let stageCycle = RecipeCheck(.stageCycle, reads: ["stages"]) { input in
    let stages = input.outline.stages
    let edges = Dictionary(
      stages.map { ($0.name, [$0.initial].compactMap { $0 }) },
      uniquingKeysWith: { first, _ in first })
    return Cycles.find(stages.map(\.name), edges).compactMap { cycle in
      stages.first { $0.name == cycle.first }.map { stage in
        Diagnostic(
          .stageCycle, "a stage cannot start from itself: \(cycle.joined(separator: " -> "))",
          at: stage.record.span(of: "init"), help: "remove one `init`",
          path: "\(stage.record.path).init")
      }
    }
  }
}
