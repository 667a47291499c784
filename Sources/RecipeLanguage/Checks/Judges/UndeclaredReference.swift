extension DiagnosticCode {
  static let undeclaredReference = DiagnosticCode(
    5805, "undeclared-reference", "A judge sees the right answer without `uses_reference: true`.",
    Explanation(
      why: """
        Whether a judge knows the right answer decides what its verdict means, so a recipe says so \
        in as many words.
        """,
      example: .judged(usesReference: false), nearMiss: .judged(usesReference: true)))
}

extension RecipeCheck {
  static let undeclaredReference = RecipeCheck(.undeclaredReference, reads: ["judges"]) { input in
    input.judges.flatMap { judge -> [Diagnostic] in
      guard judge.record.optionalBoolean("uses_reference") == false else { return [] }
      return judge.sees.filter(JudgeView.isReference).prefix(1).map { source in
        Diagnostic(
          .undeclaredReference,
          "`\(judge.name)` sees `\(source)`, which tells it the right answer, and the recipe does "
            + "not say so",
          at: judge.span(ofSeen: source),
          help: "add `uses_reference: true`, or remove `\(source)` from `sees`",
          path: "\(judge.record.path).sees")
      }
    }
  }
}
