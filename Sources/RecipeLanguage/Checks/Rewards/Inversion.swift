extension DiagnosticCode {
  static let inversion = DiagnosticCode(
    5108, "inversion", "A wrong outcome has a higher total than a right one.",
    Explanation(
      why: """
        What totals more gets the higher advantage. Where rewards beside the primary one can add up \
        to more than it, the policy is trained towards responses that are wrong and otherwise \
        pleasing, and away from right ones (open-r1 pull request 213). Between complete responses \
        this is a warning; where the right response is the malformed one it is only noted, since \
        preferring a complete response is what a format reward is for until the format is learned.
        """,
      example: .sections(Self.rewards(gate: "template > 0")),
      nearMiss: .sections(Self.rewards(gate: "correct > 0 and template > 0"))))

  private static func rewards(gate: String) -> String {
    """
    rewards:
      found: {kind: format, of: [observation], credit: perception}
      correct: {kind: accuracy, of: [answer], credit: reasoning, primary: true}
      template: {kind: format, of: [think, answer], credit: reasoning}
      length:
        kind: length
        of: [think, answer]
        window: 8..32 tok
        pays: 1.5
        when: \(gate)
        credit: reasoning
    judges: {}
    """
  }
}

extension RecipeCheck {
  static let inversion = RecipeCheck(
    .inversion, reads: ["segments", "judges", "rewards", "stages"]
  ) { input in
    OutcomeFinding.search(input, \.inversion) { scope, pair in
      let subject = OutcomeFinding.subject(pair, scope)
      let name = subject.map { "`\($0.name)`" } ?? "the primary reward"
      return Diagnostic(
        .inversion, severity: pair.isWellFormed ? .warning : .note,
        "a response with less of \(name) can total \(plain(pair.worse.total)) in \(scope.phrase) "
          + "where one with more totals \(plain(pair.better.total)), so the wrong one is preferred",
        at: subject.map(input.place) ?? input.place(of: scope.stage),
        secondary: OutcomeFinding.labels(pair, scope, input),
        notes: [pair.better, pair.worse].map { OutcomeFinding.describe($0, scope) },
        help: "gate what makes up for \(name) on it, or let it pay less",
        path: subject?.record.path)
    }
  }
}
