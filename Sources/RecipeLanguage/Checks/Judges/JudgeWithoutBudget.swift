extension DiagnosticCode {
  static let judgeWithoutBudget = DiagnosticCode(
    5811, "judge-without-budget",
    "A judge is asked over the network, and nothing limits how often.",
    Explanation(
      why: """
        A judge is asked about every response of every group of every step. A mistake in one factor \
        is paid for before anybody looks; a budget stops the run instead.
        """,
      example: .judged(budget: "budget: {time: 2 h}"),
      nearMiss: .judged(budget: "budget: {judge_calls: 10000}")))
}

extension RecipeCheck {
  static let judgeWithoutBudget = RecipeCheck(
    .judgeWithoutBudget, reads: ["judges", "budget", "rewards", "stages"]
  ) { input in
    let budget = input.root.optionalRecord("budget")
    guard budget?.has("judge_calls") != true, budget?.has("cost") != true else { return [] }
    let calls = JudgeCalls(input)
    return input.remoteJudges.filter { !$0.rewards.isEmpty && !$0.isLocal }.map { judge in
      let questions = calls.questions(to: judge.record.path)
      return Diagnostic(
        .judgeWithoutBudget, severity: .warning,
        "nothing limits how often `\(judge.name)` is asked"
          + (questions > 0 ? ": up to \(questions) times in this run" : ""),
        at: judge.record.span(of: "api"),
        help:
          "add `budget: {judge_calls: \(max(1, calls.total))}`, or a `cost` with a `price` of the "
          + "judge", path: judge.record.path)
    }
  }
}
