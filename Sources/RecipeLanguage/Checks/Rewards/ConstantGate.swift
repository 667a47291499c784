extension DiagnosticCode {
  static let constantGate = DiagnosticCode(
    5105, "constant-gate", "A gate is false, or true, whatever the rewards it reads are.",
    Explanation(
      why: """
        A gate that is never true makes its reward 0 for every response; one that is always true \
        does nothing. Both are mostly a condition with one word wrong.
        """,
      example: .sections(Self.rewards(gate: "correct > 0.5 and correct < 0.2")),
      nearMiss: .sections(Self.rewards(gate: "correct > 0.2 and correct < 0.5"))))

  private static func rewards(gate: String) -> String {
    """
    rewards:
      found: {kind: format, of: [observation], credit: perception}
      correct: {kind: accuracy, of: [answer], credit: reasoning, primary: true}
      template: {kind: format, of: [think, answer], when: \(gate), credit: reasoning}
    judges: {}
    """
  }
}

extension RecipeCheck {
  static let constantGate = RecipeCheck(.constantGate, reads: ["rewards"]) { input in
    let domains = input.outline.domains
    return input.outline.rewards.compactMap { reward in
      guard let condition = reward.gate else { return nil }
      let gate = domains.outcomes(of: condition)
      guard !gate.canOpen || !gate.canClose,
        // A threshold that is decided by itself is reported as such.
        domains.decided(condition).isEmpty
      else { return nil }
      let values = condition.names.compactMap { name in
        domains[name].map { "`\(name)` can be \($0.phrase)" }
      }
      let consequence =
        gate.canOpen
        ? "is always true, so the gate of `\(reward.name)` does nothing"
        : "is never true, so `\(reward.name)` is 0 for every response"
      return Diagnostic(
        .constantGate, severity: .warning,
        "`\(condition.text)` \(consequence)", at: reward.record.span(of: "when"), notes: values,
        help: gate.canOpen ? "remove `when`, or correct it" : "correct the condition",
        path: "\(reward.record.path).when")
    }
  }
}
