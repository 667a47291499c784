import RecipeLanguage

/// A verdict is one of several words, or a number of a range.
enum VerdictForm {
  static let code = DiagnosticCode(
    5820, "verdict-form",
    "A verdict is read either as one of `labels` or as a number of a `range`.",
    Explanation(
      why: """
        The score of a verdict is computed here, not by the judge: from the word it chose, or from \
        the number it gave. With neither or both there is no saying which.
        """,
      example: example("tag: judgement"),
      nearMiss: example("tag: judgement, range: [0.0, 10.0]")))

  static let check: @Sendable (Record, CheckContext) -> [Diagnostic] = { judge, context in
    guard let verdict = judge.optionalRecord("verdict") else { return [] }
    let range = verdict.optionalNumbers("range")
    if verdict.has("labels") == verdict.has("range") {
      let what =
        verdict.has("range") ? "both `labels` and a `range`" : "neither `labels` nor a `range`"
      return [
        Diagnostic(
          code, "the verdict of `\(context.name)` has \(what), so no score can be read from it",
          at: verdict.span,
          help: "write `labels: {\"Yes\": 1, \"No\": 0}` or `range: [0.0, 10.0]`",
          path: "\(context.path).verdict")
      ]
    }
    if let range, range[0] >= range[1] {
      return [
        Diagnostic(
          code, "the range of the verdict of `\(context.name)` is empty",
          at: verdict.span(of: "range"),
          help: "write the lower end first", path: "\(context.path).verdict.range")
      ]
    }
    return []
  }

  private static func example(_ verdict: String) -> RecipeExample {
    .sections(
      """
      secrets: {judge_key: {env: ANTHROPIC_API_KEY}}
      judges:
        sufficiency:
          api: anthropic
          model: claude-3-7-sonnet-20250219
          auth: secrets.judge_key
          sees: [item.problem, item.answer, segment.observation]
          uses_reference: true
          prompt: "{item.problem} Does {item.answer} follow from {segment.observation | fence}?"
          verdict: {\(verdict)}
      budget: {judge_calls: 10000}
      """)
  }
}
