extension DiagnosticCode {
  static let emptyTextJudged = DiagnosticCode(
    5804, "empty-text-judged", "A judge is asked about empty text.",
    Explanation(
      why: """
        Language models often say yes to nothing at all, and a policy finds that out: empty segments \
        become the cheapest way to a reward.
        """,
      example: .judged(settings: ["empty_text: ask"]),
      nearMiss: .judged(settings: ["empty_text: zero"])))
}

extension RecipeCheck {
  static let emptyTextJudged = RecipeCheck(.emptyTextJudged, reads: ["judges"]) { input in
    input.judges.filter { $0.record.optionalString("empty_text") == "ask" }.map { judge in
      let span = judge.record.span(of: "empty_text")
      return Diagnostic(
        .emptyTextJudged, severity: .warning,
        "`\(judge.name)` is asked about segments without text, and judges are known to approve of "
          + "nothing",
        at: span, help: "write `empty_text: zero`",
        fixes: [.replace(span, with: "zero", isSafe: false)],
        path: "\(judge.record.path).empty_text")
    }
  }
}
