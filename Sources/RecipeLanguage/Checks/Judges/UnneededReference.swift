extension DiagnosticCode {
  static let unneededReference = DiagnosticCode(
    5813, "unneeded-reference", "`uses_reference: true` where the judge sees no reference.",
    Explanation(
      why: """
        The recipe says that the judge knows the right answer, but nothing shows it to the judge: \
        either it was forgotten in `sees`, or the statement is wrong.
        """,
      example: .judged(
        sees: "[item.problem, segment.observation]",
        prompt: "{item.problem} {segment.observation | fence}"),
      nearMiss: .judged(
        sees: "[item.problem, segment.observation]", usesReference: false,
        prompt: "{item.problem} {segment.observation | fence}")))
}

extension RecipeCheck {
  static let unneededReference = RecipeCheck(.unneededReference, reads: ["judges"]) { input in
    input.judges.filter {
      // A column of the data's own can be a reference too.
      $0.record.optionalBoolean("uses_reference") == true
        && $0.sees.allSatisfy {
          ["item.problem", "item.options", Template.media].contains($0) || isSegment($0)
        }
    }.map { judge in
      Diagnostic(
        .unneededReference, severity: .warning,
        "`\(judge.name)` is said to use the reference, but sees none: it judges without the answer",
        at: judge.record.span(of: "uses_reference"),
        help: "add `item.answer` to `sees`, or remove `uses_reference`",
        path: "\(judge.record.path).uses_reference")
    }
  }

  private static func isSegment(_ source: String) -> Bool {
    JudgeView.segment(of: source) != nil
  }
}
