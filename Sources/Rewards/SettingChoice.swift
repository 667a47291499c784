import RecipeLanguage

extension Record {
  /// A word of a closed list.
  ///
  /// - Parameter owner: whose setting it is, for the error.
  /// - Throws: `RewardError.setting` for a word that is not on the list.
  func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String, of owner: String, default fallback: Choice? = nil
  ) throws -> Choice where Choice.RawValue == String {
    if let fallback, !has(key) { return fallback }
    let word = try string(key)
    guard let choice = Choice(rawValue: word) else {
      throw RewardError.setting(
        owner: owner, key: key,
        message: Suggestion.help(for: word, among: Choice.allCases.map(\.rawValue))
          ?? "`\(word)` is not known")
    }
    return choice
  }
}
