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

  static let edgeWidth = DiagnosticCode(
    5251, "edge-width", "Edges of a length window and their width do not go together.",
    Explanation(
      why: """
        Linear and cosine edges fall from the full value at the window to 0 at some distance, which \
        only the recipe can choose: a default would be wrong for most units and windows. Hard edges \
        fall at once, so a width means that other edges were meant.
        """,
      example: .sections(length("edges: cosine")),
      nearMiss: .sections(length("edges: cosine, edge_width: 16"))))

  static let windowOutsideBounds = DiagnosticCode(
    5252, "window-outside-bounds",
    "A window that follows lengths cannot start where it may not go.",
    Explanation(
      why: """
        A window that follows the lengths of right responses moves between two quantiles and stays \
        within its bounds. Quantiles in the wrong order, bounds in another unit, or a start outside \
        of them leave nothing that it could mean.
        """,
      example: .sections(length("follows: {right: correct > 0, within: 16..64 tok}")),
      nearMiss: .sections(length("follows: {right: correct > 0, within: 4..64 tok}"))))

  static let clipColumn = DiagnosticCode(
    5151, "clip-column", "True time spans and those of responses are in units that do not compare.",
    Explanation(
      why: """
        The spans of a record are in seconds. Numbers of frames compare with them only where the \
        frames per second are known, and shares of a clip only where its length is: the record has \
        to say it in a column.
        """,
      example: .sections(grounding("")),
      nearMiss: .sections(grounding(", clip_column: fps"))))

  private static func length(_ settings: String) -> String {
    rewards(
      """
      correct: {kind: accuracy, of: [answer], credit: reasoning, primary: true}
        brevity: {kind: length, of: [think], window: 8..24 tok, \(settings), when: correct > 0, credit: reasoning}
      """)
  }

  private static func grounding(_ setting: String) -> String {
    rewards(
      """
      correct: {kind: accuracy, of: [answer], credit: reasoning, primary: true}
        grounded: {kind: temporal_iou, of: [observation], times: frames, truth: spans\(setting), credit: perception}
      """)
  }

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
  public static let all = [
    oneSegment, unseenSegment, bandAboveLimit, edgeWidth, windowOutsideBounds, clipColumn,
  ]
}
