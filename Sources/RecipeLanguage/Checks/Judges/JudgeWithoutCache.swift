extension DiagnosticCode {
  static let judgeWithoutCache = DiagnosticCode(
    5801, "judge-without-cache", "A judge's verdicts are not kept.",
    Explanation(
      why: """
        Without the cache equal questions are paid for again, a resumed run can get other verdicts \
        than the one it resumes, and nobody can replay the run without the judge.
        """,
      example: .judged(settings: ["cache: false"]), nearMiss: .judged(settings: ["cache: true"])))
}

extension RecipeCheck {
  static let judgeWithoutCache = RecipeCheck(.judgeWithoutCache, reads: ["judges"]) { input in
    // What this program runs itself says the same again.
    input.remoteJudges.filter {
      $0.record.optionalBoolean("cache") == false && !$0.isLocal
    }.map { judge in
      let span = judge.record.span(of: "cache")
      return Diagnostic(
        .judgeWithoutCache, severity: .warning,
        "the verdicts of `\(judge.name)` are not kept, so the run can be neither resumed nor "
          + "replayed with the same rewards",
        at: span, help: "remove `cache: false`",
        fixes: [.replace(span, with: "true", isSafe: false)], path: "\(judge.record.path).cache")
    }
  }
}
