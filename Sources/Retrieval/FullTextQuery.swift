/// A question as a query of SQLite's full-text index: its words, and its pairs of neighbouring words as
/// phrases, any of which may match.
///
/// Every word stands in quotes, and holds nothing but letters, marks and numbers, so that no question can
/// be read as syntax. The pairs tell "list 5" from a 5 elsewhere.
struct FullTextQuery: Equatable {
  /// Words that are looked for at most; those after them are left out.
  static let longest = 512

  /// Nil for a text without a word.
  let expression: String?

  init(_ text: String) {
    let words = text.split { !$0.isWordCharacter }.prefix(Self.longest).map(String.init)
    let pairs = zip(words, words.dropFirst()).map { "\($0) \($1)" }
    var seen: Set<String> = []
    let terms = (words + pairs).filter { seen.insert($0).inserted }
    expression = terms.isEmpty ? nil : terms.map { "\"\($0)\"" }.joined(separator: " OR ")
  }
}

extension Character {
  fileprivate var isWordCharacter: Bool { isLetter || isNumber }
}
