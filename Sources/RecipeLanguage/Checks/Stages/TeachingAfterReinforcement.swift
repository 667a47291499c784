extension DiagnosticCode {
  static let teachingAfterReinforcement = DiagnosticCode(
    5504, "sft-after-rl", "A supervised stage starts from a reinforced policy.",
    Explanation(
      why: """
        Supervised training imitates its data whatever the policy had learned: what the rewards of \
        the stage before have built is forgotten within the first hundred steps or so. Where that is \
        the plan (distilling filtered rollouts, say) an allow comment says so.
        """,
      example: .sections(Self.stages(initial: "rl")),
      nearMiss: .sections(Self.stages(initial: "warm"))))

  private static func stages(initial: String) -> String {
    ExampleStages.text() + """

        polish:
          algorithm: sft
          init: \(initial)
          data: traces
          steps: 100
          batch_size: 8
          learning_rate: 1.0e-4
      """
  }
}

extension RecipeCheck {
  static let teachingAfterReinforcement = RecipeCheck(
    .teachingAfterReinforcement, reads: ["stages"]
  ) { input in
    input.outline.stages.filter { $0.is(.supervised) }.compactMap { stage in
      guard let before = input.outline.ancestors(of: stage).first(where: { $0.is(.policy) }) else {
        return nil
      }
      let span = stage.record.span(of: "init")
      return Diagnostic(
        .teachingAfterReinforcement, severity: .warning,
        "stage `\(stage.name)` imitates its data from the weights of `\(before.name)`, and forgets "
          + "what the rewards taught there",
        at: span,
        secondary: [
          .init(span: before.record.span(of: "algorithm"), text: "trains on rewards")
        ],
        help: "put the supervised stage before `\(before.name)`, or say why in a comment "
          + "`# sousvide: allow(\(DiagnosticCode.teachingAfterReinforcement.name)) …`",
        path: "\(stage.record.path).init")
    }
  }
}
