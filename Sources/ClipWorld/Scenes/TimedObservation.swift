/// The language of captions: what a clip holds, stretch by stretch, each with its time (Video-Thinker's form).
enum TimedObservation {
  /// One stretch and what is seen in it.
  struct Block: Sendable, Hashable {
    /// `00:00-00:02`
    var time: String
    /// `red square moves left`, `green flash` or `sign 3 7 4`.
    var caption: String
  }

  /// A block per fact, by start.
  static func blocks(_ facts: ClipFacts) -> [Block] {
    let all =
      facts.objects.map { ($0.span, "\($0.colour) \($0.shape) moves \($0.direction)") }
      + facts.flashes.map { ($0.span, "\($0.colour) flash") }
      + facts.signs.map { ($0.span, "sign \($0.text)") }
    // A sort that keeps the order of equals.
    return all.enumerated().sorted {
      ($0.element.0.start, $0.offset) < ($1.element.0.start, $1.offset)
    }.map { Block(time: Clock.text($0.element.0), caption: $0.element.1) }
  }

  /// The facts that times and captions state, one per line; nil unless all are well formed.
  static func parse(times: String, captions: String, film: Film) -> ClipFacts? {
    let times = times.split(separator: "\n")
    let captions = captions.split(separator: "\n")
    guard !times.isEmpty, times.count == captions.count else { return nil }
    var statements: [String] = []
    for (time, caption) in zip(times, captions) {
      guard let span = Clock.span(String(time)),
        let statement = statement(caption.split(whereSeparator: \.isWhitespace), span)
      else { return nil }
      statements.append(statement)
    }
    return Observation.parse(statements.joined(separator: " "), film: film)
  }

  /// A block as a statement of an observation.
  private static func statement(_ words: [Substring], _ span: VisibleSpan) -> String? {
    let text = words.joined(separator: " ")
    guard !words.contains(";") else { return nil }
    if words.first == "sign" { return "\(text) from \(span.text) ;" }
    if words.count == 2, words[1] == "flash" {
      return span.seconds == 1 ? "\(text) at \(span.start) ;" : nil
    }
    guard words.count == 4 else { return nil }
    return "\(words[0]) \(words[1]) from \(span.text) \(words[2]) \(words[3]) ;"
  }
}
