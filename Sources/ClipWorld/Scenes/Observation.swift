/// The language of observations: `red square from 0 to 2 moves left ; blue ring from 1 to 4 moves up ;`.
/// Every word is one word of the tokenizer.
public enum Observation {
  public static func text(_ facts: [Fact]) -> String {
    facts.map {
      "\($0.colour) \($0.shape) from \($0.span.text) moves \($0.direction) ;"
    }.joined(separator: " ")
  }

  /// The facts an observation states; nil unless the whole text is a list of well-formed statements.
  public static func parse(_ text: String) -> [Fact]? {
    let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
    let length = 9
    guard !words.isEmpty, words.count % length == 0 else { return nil }
    var facts: [Fact] = []
    for start in stride(from: 0, to: words.count, by: length) {
      let word = Array(words[start..<start + length])
      guard let colour = Colour(rawValue: word[0]), let shape = Shape(rawValue: word[1]),
        word[2] == "from", let from = second(word[3]), word[4] == "to", let to = second(word[5]),
        from < to, word[6] == "moves", let direction = Direction(rawValue: word[7]), word[8] == ";"
      else { return nil }
      facts.append(
        Fact(colour: colour, shape: shape, span: VisibleSpan(from, to), direction: direction))
    }
    return facts
  }

  private static func second(_ word: String) -> Int? {
    guard word.count == 1, let value = Int(word), value <= Scene.seconds else { return nil }
    return value
  }
}
