extension DiagnosticCode {
  static let unreachableThreshold = DiagnosticCode(
    5106, "unreachable-threshold",
    "A gate holds a reward against a number that it never, or always, passes.",
    Explanation(
      why: """
        Every reward has a known range. A threshold outside it does not separate responses: the \
        comparison has one answer for all of them, and so, mostly, does the gate.
        """,
      example: .sections(Self.rewards(threshold: "correct >= 2")),
      nearMiss: .sections(Self.rewards(threshold: "correct >= 1"))))

  private static func rewards(threshold: String) -> String {
    """
    rewards:
      found: {kind: format, of: [observation], credit: perception}
      correct: {kind: accuracy, of: [answer], credit: reasoning, primary: true}
      template: {kind: format, of: [think, answer], when: \(threshold), credit: reasoning}
    judges: {}
    """
  }
}

extension RecipeCheck {
  static let unreachableThreshold = RecipeCheck(
    .unreachableThreshold, reads: ["rewards"]
  ) { input in
    let domains = input.outline.domains
    return input.outline.rewards.flatMap { reward -> [Diagnostic] in
      guard let condition = reward.gate else { return [] }
      let gate = domains.outcomes(of: condition)
      return domains.decided(condition).map { threshold, domain, holds in
        let text =
          "\(threshold.name) \(threshold.comparison.rawValue) \(shortText(threshold.value))"
        let effect =
          if !gate.canOpen {
            ", so `\(reward.name)` is 0 for every response"
          } else {
            gate.canClose ? "" : ", so the gate of `\(reward.name)` does nothing"
          }
        let source = input.outline.reward(threshold.name)
        return Diagnostic(
          .unreachableThreshold, severity: !gate.canOpen ? .error : .warning,
          "`\(text)` is \(holds ? "always" : "never") true, because `\(threshold.name)` "
            + "can only be \(domain.phrase)\(effect)",
          at: condition.span(of: threshold.term) ?? reward.record.span(of: "when"),
          secondary: source.map {
            [.init(span: input.place(of: $0), text: "can be \(domain.phrase)")]
          } ?? [],
          help: "compare with a number that some responses pass and others do not",
          path: "\(reward.record.path).when")
      }
    }
  }
}
