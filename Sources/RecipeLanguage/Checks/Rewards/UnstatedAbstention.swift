extension DiagnosticCode {
  static let unstatedAbstention = DiagnosticCode(
    5111, "unstated-abstention",
    "A reward can be without a value, and the recipe does not say what follows.",
    Explanation(
      why: """
        A judge that is asked over the network fails now and then, and its reward then has no value. \
        Whether such a group is dropped, the response left out, or the run stopped changes what is \
        trained; where nothing is written the whole group is dropped. Trainers that put a 0 or a \
        NaN there instead have ruined runs (ms-swift issue 8123).
        """,
      example: .judged(statesFailure: false), nearMiss: .judged()))
}

extension RecipeCheck {
  static let unstatedAbstention = RecipeCheck(
    .unstatedAbstention, reads: ["judges", "rewards"]
  ) { input in
    input.remoteJudges.compactMap { judge in
      guard let setting = judge.record.setting("on_failure"), setting.origin == .default,
        let reward = judge.rewards.first
      else { return nil }
      let policy = setting.value.string ?? "drop_group"
      let edit = judge.record.edit(adding: "on_failure", policy, before: "sees")
      return Diagnostic(
        .unstatedAbstention, severity: .warning,
        "`\(reward.name)` has no value when a call of `\(judge.name)` fails, and the recipe does not "
          + "say what follows, so the whole group is dropped",
        at: input.place(of: reward),
        secondary: [.init(span: judge.record.span(of: "api"), text: "asked over the network")],
        help: "write `on_failure: drop_group`, `abstain` or `stop` in `\(judge.record.path)`",
        fixes: edit.map { [Fix("write the default out", isSafe: true, edits: [$0])] } ?? [],
        path: "\(judge.record.path).on_failure")
    }
  }
}
