import RecipeLanguage

/// A name that a recipe declares and refers to: `rewards.correct`.
struct Symbol: Hashable, Sendable {
  /// The section that declares it; `processes` for those of the segments.
  var section: String
  var name: String

  /// "reward", for sentences.
  var noun: String {
    if let known = Section(rawValue: section) { return known.noun }
    let irregular = ["params": "param", "secrets": "secret"]
    return irregular[section] ?? section
  }
}

/// Where a symbol is written.
struct Occurrence: Sendable {
  var symbol: Symbol
  /// The name alone.
  var range: Range<Int>
  var isDefinition: Bool
}
