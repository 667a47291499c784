extension DiagnosticCode {
  static let gateCycle = DiagnosticCode(
    5102, "gate-cycle", "The `when` of a reward depends, directly or through others, on itself.",
    Explanation(
      why: """
        A gate reads the final values of other rewards, gates included, so rewards are computed in \
        the order of their gates. Where they wait for each other there is no such order.
        """,
      example: .sections(
        """
        rewards:
          found: {kind: format, of: [observation], when: correct > 0, credit: perception}
          correct: {kind: accuracy, of: [answer], when: found > 0, credit: reasoning, primary: true}
        judges: {}
        """),
      nearMiss: .sections(
        """
        rewards:
          found: {kind: format, of: [observation], credit: perception}
          correct: {kind: accuracy, of: [answer], when: found > 0, credit: reasoning, primary: true}
        judges: {}
        """)))
}

extension RecipeCheck {
  static let gateCycle = RecipeCheck(.gateCycle, reads: ["rewards"]) { input in
    let rewards = input.outline.rewards
    let edges = Dictionary(
      rewards.map { ($0.name, $0.dependencies) }, uniquingKeysWith: { first, _ in first })
    return Cycles.find(rewards.map(\.name), edges).compactMap { cycle in
      rewards.first { $0.name == cycle.first }.map { reward in
        Diagnostic(
          .gateCycle, "`when` depends on itself: \(cycle.joined(separator: " -> "))",
          at: reward.record.span(of: "when"),
          help: "a gate may only read rewards that do not wait for it",
          path: "\(reward.record.path).when")
      }
    }
  }
}
