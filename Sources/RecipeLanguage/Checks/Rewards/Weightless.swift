extension DiagnosticCode {
  static let weightless = DiagnosticCode(
    5104, "weightless-scope", "Every reward of a sum has weight 0 for a whole stage.",
    Explanation(
      why: """
        Weights multiply rewards in the sum that becomes an advantage. Where all of them are 0 at \
        every step the sum is always 0, and the tokens it is credited to are never trained. A single \
        weight of 0 is fine: the reward is measured, and gates may read it.
        """,
      example: .sections(Self.rewards(weight: "0")),
      nearMiss: .sections(Self.rewards(weight: "0.5")))
  )

  private static func rewards(weight: String) -> String {
    """
    rewards:
      found: {kind: format, of: [observation], weight: \(weight), credit: perception}
      correct: {kind: accuracy, of: [answer], credit: reasoning, primary: true}
    judges: {}
    """
  }
}

extension RecipeCheck {
  static let weightless = RecipeCheck(
    .weightless, reads: ["segments", "rewards", "schedules", "stages"]
  ) { input in
    // A scheduled weight may be 0 for all of one stage and not of another with the same rewards.
    var seen: Set<[String]> = []
    return input.outline.stages.flatMap { input.outline.scopes(of: $0) }.compactMap { scope in
      let steps = max(1, scope.stage.steps ?? 1)
      let isScheduled = scope.rewards.contains { !$0.weight.isConstant }
      let key = scope.rewards.map(\.name) + (isScheduled ? ["\(steps) steps"] : [])
      guard let first = scope.rewards.first, seen.insert(key).inserted,
        scope.rewards.allSatisfy({ $0.weight.range(over: steps) == 0...0 })
      else { return nil }
      return Diagnostic(
        .weightless,
        "every reward of \(scope.phrase) has weight 0 throughout `\(scope.stage.name)`, so its tokens "
          + "would never be trained",
        at: first.record.span(of: "weight"),
        secondary: scope.rewards.dropFirst().map {
          .init(span: $0.record.span(of: "weight"), text: "0 as well")
        }, help: "give one of them a weight", path: "\(first.record.path).weight")
    }
  }
}
