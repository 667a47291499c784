extension DiagnosticCode {
  static let failureScoredZero = DiagnosticCode(
    5810, "failure-scored-zero", "A failed call of a judge counts as a bad response.",
    Explanation(
      why: """
        With `on_failure: zero` an outage of the server teaches the policy that whatever it wrote \
        during the outage was wrong. Dropping the group, or abstaining, teaches nothing.
        """,
      example: .judged(settings: ["on_failure: zero"]),
      nearMiss: .judged(settings: ["on_failure: abstain"])))
}

extension RecipeCheck {
  static let failureScoredZero = RecipeCheck(.failureScoredZero, reads: ["judges"]) { input in
    input.remoteJudges.filter { $0.record.optionalString("on_failure") == "zero" }.map { judge in
      let span = judge.record.span(of: "on_failure")
      return Diagnostic(
        .failureScoredZero, severity: .warning,
        "when `\(judge.name)` cannot be reached, good responses are punished as if it had said no",
        at: span, help: "write `on_failure: drop_group` or `abstain`",
        fixes: [.replace(span, with: "drop_group", isSafe: false)],
        path: "\(judge.record.path).on_failure")
    }
  }
}
