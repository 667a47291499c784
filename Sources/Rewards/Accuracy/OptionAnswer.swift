import Foundation

/// Which option of a multiple choice question an answer names.
enum OptionAnswer {
  // Made once, for that takes longer than to look through an answer; patterns have no state that threads could
  // share.
  private nonisolated(unsafe) static let startPattern = /\(?[A-Z][.):]+/
  private nonisolated(unsafe) static let letterPattern = /\(?([A-Z])[.):]/
  private nonisolated(unsafe) static let namedPattern =
    /\(([A-Z])\)|\b([A-Z])[.):](?:\s|$)|\b(?:[Oo]ption|[Cc]hoice|[Aa]nswer(?:\s+is)?:?)\s+([A-Z])\b|\b([A-Z])\s*[.!]?\s*$/

  /// The option with that text, with or without its letter; or with that letter, alone or before what
  /// names no other option: `B`, `B.`, `(B)`, `B. left`. Options that are written without letters have
  /// those of their places. Nil when the answer names none, or contradicts itself.
  static func index(of answer: String, in options: [String]) -> Int? {
    let answer = answer.trimmingWhitespace
    guard !answer.isEmpty else { return nil }
    if let index = options.firstIndex(where: { $0.trimmingWhitespace == answer }) { return index }
    let letters = letters(of: options)
    if let index = letters.firstIndex(of: answer) { return index }
    if let index = options.firstIndex(where: { body(of: $0) == answer }) { return index }
    guard let given = letter(answer), let index = letters.firstIndex(of: given) else { return nil }
    let rest = body(of: answer)
    guard rest != body(of: options[index]) else { return index }
    return lastIndex(namedIn: rest, of: options).map { $0 == index } ?? true ? index : nil
  }

  /// Those that options begin with; where none does, those of their places.
  private static func letters(of options: [String]) -> [String?] {
    let written = options.map(letter)
    return written.allSatisfy { $0 == nil } ? options.indices.map(letter(at:)) : written
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
    for match in text.matches(of: namedPattern) {
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
    guard let match = text.prefixMatch(of: startPattern) else { return text }
    return String(text[match.range.upperBound...]).trimmingWhitespace
  }

  private static func letter(at place: Int) -> String? {
    place < 26 ? String(UnicodeScalar(UInt8(ascii: "A") + UInt8(place))) : nil
  }

  /// The letter that a text begins with when `.`, `)` or `:` follows it.
  private static func letter(_ text: String) -> String? {
    guard let match = text.trimmingWhitespace.prefixMatch(of: letterPattern) else { return nil }
    return String(match.1)
  }
}
