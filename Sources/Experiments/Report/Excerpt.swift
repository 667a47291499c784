/// Long texts on a page: the start and the end of one, and how much lies between.
enum Excerpt {
  /// Nil for a text that is short enough to be shown whole.
  static func ends(
    of text: String, within limit: Int
  ) -> (start: Substring, left: Int, end: Substring)? {
    // Bytes are counted first, because most texts have fewer of them than the limit.
    guard text.utf8.count > limit else { return nil }
    let count = text.count
    guard count > limit else { return nil }
    let tail = limit / 3
    return (text.prefix(limit - tail), count - limit, text.suffix(tail))
  }

  /// The text with its middle left out, where it is longer than `limit` characters.
  ///
  /// - Parameter draw: how what remains is drawn.
  static func html(
    _ text: String, within limit: Int, draw: (String) -> HTML = { HTML(text: $0) }
  ) -> HTML {
    guard let ends = ends(of: text, within: limit) else { return draw(text) }
    return """
      \(draw(String(ends.start))) <span class="cut">… \(Format.count(ends.left)) characters left out …</span> \
      \(draw(String(ends.end)))
      """
  }
}
