extension DiagnosticCode {
  static let deviationOfConstant = DiagnosticCode(
    5303, "deviation-of-constant",
    "All rewards of a scope are constant, so there is no deviation to divide by.",
    Explanation(
      why: """
        A scope sums its rewards and compares the sums of a group. When none of its rewards can differ \
        between two responses, the deviation is 0 and so is every advantage: the tokens of that scope \
        are sampled, judged and never trained.
        """,
      example: .sections(Self.rewards(gate: "found > 1")),
      nearMiss: .sections(Self.rewards(gate: "found > 0"))))

  private static func rewards(gate: String) -> String {
    """
    rewards:
      found: {kind: format, of: [observation], credit: perception}
      correct: {kind: accuracy, of: [answer], when: \(gate), credit: reasoning, primary: true}
    judges: {}
    """
  }
}

extension RecipeCheck {
  static let deviationOfConstant = RecipeCheck(
    .deviationOfConstant, reads: ["normalization", "rewards", "segments", "stages"]
  ) { input in
    let domains = input.outline.domains
    return input.outline.scopes.compactMap { scope in
      guard scope.isScaled, !scope.rewards.isEmpty else { return nil }
      var total = 0.0
      for reward in scope.rewards {
        guard let value = domains[reward.name]?.onlyValue, let weight = reward.weight.onlyValue
        else { return nil }
        total += value * weight
      }
      let process = scope.process ?? "response"
      return Diagnostic(
        .deviationOfConstant,
        "the rewards of \(scope.phrase) add up to \(shortText(total)) for every response: there is no "
          + "deviation to divide by, and every advantage is 0",
        at: scope.settings.setting("scale")?.origin == .written
          ? scope.settings.span(of: "scale") : input.place(of: scope.rewards[0]),
        secondary: scope.rewards.map {
          .init(span: input.place(of: $0), text: "the same for every response")
        },
        help: "let a reward of `\(process)` differ between responses", path: scope.settings.path)
    }
  }
}
