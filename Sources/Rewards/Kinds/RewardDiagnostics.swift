import RecipeLanguage

/// Codes of what the reward kinds find in a recipe.
public enum RewardDiagnostics {
  static let oneSegment = DiagnosticCode(
    5150, "one-segment", "An accuracy reward names more than one segment.",
    Explanation(
      why: """
        The answer is compared with the truth as one text. Which of two segments holds it cannot be \
        guessed, and their texts joined are no answer.
        """,
      example: .sections(accuracy(of: "[think, answer]")),
      nearMiss: .sections(accuracy(of: "[answer]"))))

  static let unseenSegment = DiagnosticCode(
    5850, "unseen-segment", "A judge is to score a segment that it does not see.",
    Explanation(
      why: """
        A judge decides on what `sees` lists and on nothing else. It would score the segment without \
        having read it, so the reward would be noise to whoever wrote the segment.
        """,
      example: .sections(judge(sees: "item.problem, item.answer")),
      nearMiss: .sections(judge(sees: "item.problem, item.answer, segment.observation"))))

  static let bandAboveLimit = DiagnosticCode(
    5250, "band-above-limit", "The band of an over-long penalty is wider than its limit.",
    Explanation(
      why: """
        The penalty grows over the band just below the limit. A band that is wider than the limit \
        begins under 0 tokens, so that the shortest response would be punished too.
        """,
      example: .sections(overlong(band: "128 tok")), nearMiss: .sections(overlong(band: "32 tok"))))

  private static func accuracy(of segments: String) -> String {
    rewards("correct: {kind: accuracy, of: \(segments), credit: reasoning, primary: true}")
  }

  private static func overlong(band: String) -> String {
    rewards(
      """
      correct: {kind: accuracy, of: [answer], credit: reasoning, primary: true}
        overlong: {kind: overlong, limit: 96 tok, band: \(band), credit: reasoning}
      """)
  }

  private static func judge(sees: String) -> String {
    """
    judges:
      sufficiency: {api: oracle, sees: [\(sees)], uses_reference: true}
    """
  }

  /// What the example is about, with what the base needs besides.
  private static func rewards(_ text: String) -> String {
    """
    rewards:
      sufficient: {kind: judge, judge: sufficiency, of: [observation], credit: perception}
      \(text)
    """
  }

  /// All of them, for the catalogue.
  public static let all = [oneSegment, unseenSegment, bandAboveLimit]
}
