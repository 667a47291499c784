extension DiagnosticCode {
  static let aliasing = DiagnosticCode(
    5107, "aliasing", "A right outcome and a wrong one have the same total.",
    Explanation(
      why: """
        Rewards of one scope are added up before they are normalized, so outcomes with equal totals \
        get equal advantages and the group does not tell them apart (GDPO, arXiv 2601.05242). \
        Between complete responses this lasts for the whole training, and is a warning. Where one \
        of the two is malformed, as in every published sum of accuracy and format (1 + 0 against \
        0 + 1 in Video-R1), it fades as the policy learns the format, and is only noted.
        """,
      example: .sections(Self.rewards(pays: "1")), nearMiss: .sections(Self.rewards(pays: "0.2"))))

  private static func rewards(pays: String) -> String {
    """
    rewards:
      found: {kind: format, of: [observation], credit: perception}
      correct: {kind: accuracy, of: [answer], credit: reasoning, primary: true}
      length:
        kind: length
        of: [think, answer]
        window: 8..32 tok
        pays: \(pays)
        credit: reasoning
    judges: {}
    """
  }
}

extension RecipeCheck {
  /// An inversion says more than a tie, so it goes first.
  static let aliasing = RecipeCheck(
    .aliasing, reads: ["segments", "judges", "rewards", "stages"]
  ) { input in
    OutcomeFinding.search(input) { order in
      guard let alias = order.alias else { return nil }
      guard let inversion = order.inversion else { return alias }
      return alias.isWellFormed && !inversion.isWellFormed ? alias : nil
    } report: { scope, pair in
      let subject = OutcomeFinding.subject(pair, scope)
      let name = subject.map { "`\($0.name)`" } ?? "the primary reward"
      return Diagnostic(
        .aliasing, severity: pair.isWellFormed ? .warning : .note,
        "responses with more and with less of \(name) can both total \(plain(pair.better.total)) in "
          + "\(scope.phrase), and get the same advantage",
        at: subject.map(input.place) ?? input.place(of: scope.stage),
        secondary: OutcomeFinding.labels(pair, scope, input),
        notes: [pair.better, pair.worse].map { OutcomeFinding.describe($0, scope) },
        help: "gate what makes up for \(name) on it, or change what it pays",
        path: subject?.record.path)
    }
  }
}
