import RecipeLanguage

/// What the length of a text is counted in.
public enum TextLength: String, Hashable, Sendable, CaseIterable {
  /// Of the policy's tokenizer.
  case tokens
  /// Runs between white space.
  case words
  /// Unicode characters as people count them.
  case characters

  /// Nil for a unit that measures no text.
  init?(_ unit: Unit) {
    switch unit {
    case .token: self = .tokens
    case .word: self = .words
    case .character: self = .characters
    default: return nil
    }
  }

  /// The length of the named segments together, delimiters excluded; of the whole response, with
  /// delimiters and end token, where none is named.
  func length(of names: [String], in response: ParsedResponse) -> Int {
    guard !names.isEmpty else {
      switch self {
      case .tokens: return response.response.tokens.count
      case .words: return response.response.text.words.count
      case .characters: return response.response.text.count
      }
    }
    let segments = names.compactMap(response.segment)
    switch self {
    case .tokens: return segments.reduce(0) { $0 + $1.contentTokenCount }
    case .words: return segments.flatMap(\.occurrences).reduce(0) { $0 + $1.content.words.count }
    case .characters: return segments.flatMap(\.occurrences).reduce(0) { $0 + $1.content.count }
    }
  }
}
