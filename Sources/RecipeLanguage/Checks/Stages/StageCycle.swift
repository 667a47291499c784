extension DiagnosticCode {
  static let stageCycle = DiagnosticCode(
    3005, "stage-cycle", "A stage starts from, or is anchored to, its own result.",
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
      stages.map { ($0.name, [$0.initial, $0.reference, $0.dataStage].compactMap { $0 }) },
      uniquingKeysWith: { first, _ in first })
    return Cycles.find(stages.map(\.name), edges).compactMap { cycle in
      guard cycle.count > 1, let stage = stages.first(where: { $0.name == cycle[0] }) else {
        return nil
      }
      let route = cycle.joined(separator: " -> ")
      if stage.initial == cycle[1] {
        return Diagnostic(
          .stageCycle, "a stage cannot start from itself: \(route)",
          at: stage.record.span(of: "init"), help: "remove one `init`",
          path: "\(stage.record.path).init")
      }
      if stage.dataStage == cycle[1] {
        return Diagnostic(
          .stageCycle, "a stage cannot read what is made from it: \(route)",
          at: stage.record.span(of: "data"), help: "read a declared data set",
          path: "\(stage.record.path).data")
      }
      let kl = stage.record.optionalRecord("kl")
      return Diagnostic(
        .stageCycle, "a stage cannot be anchored to its own result: \(route)",
        at: kl?.span(of: "reference") ?? stage.record.span,
        help: "name a stage that is finished before this one starts",
        path: "\(stage.record.path).kl.reference")
    }
  }
}
