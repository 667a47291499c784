/// The language of observations: `red square from 0 to 2 moves left ; blue ring from 1 to 4 moves up ;`, with
/// `green flash at 3 ;` and `sign 3 7 4 from 1 to 3 ;` where there are such things.
/// Every word is one word of the tokenizer.
public enum Observation {
  public static func text(_ facts: ClipFacts) -> String {
    let objects = facts.objects.map {
      "\($0.colour) \($0.shape) from \($0.span.text) moves \($0.direction) ;"
    }
    let flashes = facts.flashes.map { "\($0.colour) flash at \($0.second) ;" }
    let signs = facts.signs.map { "sign \($0.text) from \($0.span.text) ;" }
    return (objects + flashes + signs).joined(separator: " ")
  }

  /// The facts an observation states; nil unless the whole text is a list of well-formed statements.
  public static func parse(_ text: String) -> ClipFacts? { parse(text, film: .usual) }

  /// The facts an observation of a clip as long as `film` states.
  static func parse(_ text: String, film: Film) -> ClipFacts? {
    let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
    guard words.last == ";" else { return nil }
    var facts = ClipFacts([])
    for statement in words.dropLast().split(separator: ";", omittingEmptySubsequences: false) {
      guard read(Array(statement), film, into: &facts) else { return nil }
    }
    return facts
  }

  /// Adds what one statement says; false when it says nothing.
  private static func read(_ words: [String], _ film: Film, into facts: inout ClipFacts) -> Bool {
    if words.first == "sign" {
      guard words.count > 5, let span = span(words.suffix(4), film) else { return false }
      let digits = words.dropFirst().dropLast(4).compactMap(digit)
      guard digits.count == words.count - 5 else { return false }
      facts.signs.append(Sign(digits: digits, span: span))
      return true
    }
    guard let colour = words.first.flatMap(Colour.init(rawValue:)) else { return false }
    if words.count == 4, words[1] == "flash", words[2] == "at", let second = digit(words[3]),
      second < film.seconds
    {
      facts.flashes.append(Flash(colour: colour, second: second))
      return true
    }
    guard words.count == 8, let shape = Shape(rawValue: words[1]),
      let span = span(words[2..<6], film), words[6] == "moves",
      let direction = Direction(rawValue: words[7])
    else { return false }
    facts.objects.append(Fact(colour: colour, shape: shape, span: span, direction: direction))
    return true
  }

  /// `from 1 to 3`.
  private static func span(_ words: ArraySlice<String>, _ film: Film) -> VisibleSpan? {
    let words = Array(words)
    guard words.count == 4, words[0] == "from", let from = digit(words[1]), words[2] == "to",
      let to = digit(words[3]), from < to, to <= film.seconds
    else { return nil }
    return VisibleSpan(from, to)
  }

  private static func digit(_ word: String) -> Int? {
    guard word.utf8.count == 1, let value = Int(word) else { return nil }
    return value
  }
}
