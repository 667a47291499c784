extension DiagnosticCode {
  static let overBudget = DiagnosticCode(
    5901, "over-budget", "The recipe can need more than its budget.",
    Explanation(
      why: """
        The run would stop when the budget is spent, in the middle of a stage. The most that a run \
        can need is a product that is known before it starts.
        """,
      example: .judged(budget: "budget: {judge_calls: 6599}"),
      nearMiss: .judged(budget: "budget: {judge_calls: 6600}")))
}

extension RecipeCheck {
  static let overBudget = RecipeCheck(
    .overBudget, reads: ["budget", "stages", "rewards", "judges", "generators", "eval", "data"]
  ) { input in
    guard let budget = input.root.optionalRecord("budget") else { return [] }
    let calls = JudgeCalls(input)
    var found: [Diagnostic] = []
    func report(_ key: String, _ message: String, _ notes: [String], _ help: String) {
      found.append(
        Diagnostic(
          .overBudget, message, at: budget.span(of: key), notes: notes, help: help,
          path: "budget.\(key)"))
    }
    if let limit = budget.optionalInteger("judge_calls"), calls.total > limit {
      report(
        "judge_calls",
        "judges can be asked \(calls.total) times, \(calls.total - limit) more than the budget allows",
        calls.questionLines,
        "allow \(calls.total), or lower a factor")
    }
    if let limit = budget.optionalInteger("tokens"), calls.tokens > limit {
      report(
        "tokens",
        "the policy can write \(calls.tokens) tokens, \(calls.tokens - limit) more than the budget "
          + "allows",
        calls.tokenLines,
        "allow \(calls.tokens), or lower a factor")
    }
    if let limit = budget.optionalQuantity("cost") {
      let costs = JudgeCosts(calls, input)
      // Prices are decimal fractions: a thousandth of a cent is no overrun.
      if costs.total > limit.value + 1e-5 {
        let cents = (costs.total * 100).rounded(.up) / 100
        report(
          "cost",
          "judges can cost \(shortText(cents)) USD, more than the budget of \(limit) allows",
          costs.lines.map(\.text),
          "allow `\(shortText(cents)) USD`, or lower a factor")
      }
    }
    return found
  }
}
