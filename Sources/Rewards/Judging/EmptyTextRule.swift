import RecipeLanguage

/// What a segment without text is worth to a judge. Language models often say yes to nothing at all,
/// so only a recipe that says so has them asked.
public enum EmptyTextRule: String, CaseIterable, Sendable {
  /// The reward is 0, and nobody is asked.
  case zero
  /// The response takes no part in the normalization, and nobody is asked.
  case abstain
  /// The judge decides.
  case ask

  /// The `empty_text` of a judge; a judge without that key (a rule) decides itself.
  public init(_ settings: Record) {
    self = settings.optionalString("empty_text").flatMap(EmptyTextRule.init) ?? .ask
  }
}
