import RecipeLanguage

/// Codes of what the reward kinds find in a recipe.
public enum RewardDiagnostics {
  static let oneSegment = DiagnosticCode(
    5150, "one-segment", "An accuracy reward names more than one segment.")
  static let unseenSegment = DiagnosticCode(
    5850, "unseen-segment", "A judge is to score a segment that it does not see.")

  static let bandAboveLimit = DiagnosticCode(
    5250, "band-above-limit", "The band of an over-long penalty is wider than its limit.")

  /// All of them, for the catalogue.
  public static let all = [oneSegment, unseenSegment, bandAboveLimit]
}
