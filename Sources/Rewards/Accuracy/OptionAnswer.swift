import Foundation

/// Which option of a multiple choice question an answer names.
enum OptionAnswer {
  /// The option with that text; or with that letter at its head, as in `A. left`, `(A) left`; or,
  /// where options have no letters, at that letter's place. Nil when the answer names none.
  static func index(of answer: String, in options: [String]) -> Int? {
    let answer = answer.trimmingWhitespace
    if let index = options.firstIndex(where: { $0.trimmingWhitespace == answer }) { return index }
    let letters = options.map(letter)
    if let index = letters.firstIndex(where: { $0 == answer }) { return index }
    if let given = letter(answer), let index = letters.firstIndex(of: given) { return index }
    guard letters.allSatisfy({ $0 == nil }), answer.utf8.count == 1, let byte = answer.utf8.first,
      byte >= UInt8(ascii: "A")
    else { return nil }
    let place = Int(byte - UInt8(ascii: "A"))
    return options.indices.contains(place) ? place : nil
  }

  /// The option that a text names last: by its own words, or by its letter in brackets, before `.`,
  /// `)` or `:`, behind "option", "answer is" and the like, or at the very end. Nil when none is named.
  static func lastIndex(namedIn text: String, of options: [String]) -> Int? {
    var found: (end: String.Index, index: Int)?
    func consider(_ end: String.Index, _ index: Int) {
      if found.map({ end > $0.end }) ?? true { found = (end, index) }
    }
    for (index, option) in options.enumerated() {
      let words = body(of: option)
      guard !words.isEmpty else { continue }
      var start = text.startIndex
      while let range = text.range(
        of: words, options: .caseInsensitive, range: start..<text.endIndex)
      {
        let before =
          range.lowerBound > text.startIndex ? text[text.index(before: range.lowerBound)] : " "
        let after = range.upperBound < text.endIndex ? text[range.upperBound] : " "
        if !isWordPart(before), !isWordPart(after) { consider(range.upperBound, index) }
        start = range.upperBound
      }
    }
    let letters = options.enumerated().map { letter($1) ?? Self.letter(at: $0) }
    let pattern =
      /\(([A-Z])\)|\b([A-Z])[.):](?:\s|$)|\b(?:[Oo]ption|[Cc]hoice|[Aa]nswer(?:\s+is)?:?)\s+([A-Z])\b|\b([A-Z])\s*[.!]?\s*$/
    for match in text.matches(of: pattern) {
      guard let named = match.1 ?? match.2 ?? match.3 ?? match.4,
        let index = letters.firstIndex(of: String(named))
      else { continue }
      consider(match.range.upperBound, index)
    }
    return found?.index
  }

  private static func isWordPart(_ character: Character) -> Bool {
    character.isLetter || character.isNumber
  }

  /// `left` of `A. left`.
  private static func body(of option: String) -> String {
    let text = option.trimmingWhitespace
    guard let match = text.prefixMatch(of: /\(?[A-Z][.):]+/) else { return text }
    return String(text[match.range.upperBound...]).trimmingWhitespace
  }

  private static func letter(at place: Int) -> String? {
    place < 26 ? String(UnicodeScalar(UInt8(ascii: "A") + UInt8(place))) : nil
  }

  /// The letter that a text begins with when `.`, `)` or `:` follows it.
  private static func letter(_ text: String) -> String? {
    guard let match = text.trimmingWhitespace.prefixMatch(of: /\(?([A-Z])[.):]/) else { return nil }
    return String(match.1)
  }
}
