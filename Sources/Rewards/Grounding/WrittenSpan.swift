/// Two times of a text that stand for a span: the one reading of times that all rewards and measures have.
/// Times are separated by `to`, `and`, `-`, a dash or `..`; or by a comma, in brackets or by the clock.
struct WrittenSpan {
  /// What both times are written in. A time of the clock beside a number says nothing for sure.
  enum Form {
    /// Numbers, with or without a unit behind them.
    case number
    /// `01:30`, with hours in front and a fraction behind where needed (Video-Thinker).
    case clock
  }

  var form: Form
  /// In seconds by the clock, else in whatever numbers stand for.
  var span: TimeSpan

  /// Two times and what is between them. Made once, for that takes longer than to look through a text; a pattern
  /// has no state that threads could share.
  private nonisolated(unsafe) static let pattern =
    /((?:[0-9]+:){0,2}[0-9]+(?:\.[0-9]+)?)\s*(?:s|secs?|seconds?|frames?)?\s*(?:to|and|-|\.\.)\s*((?:[0-9]+:){0,2}[0-9]+(?:\.[0-9]+)?)|[\[(]\s*([0-9]+(?:\.[0-9]+)?)\s*,\s*([0-9]+(?:\.[0-9]+)?)\s*[\])]|((?:[0-9]+:){1,2}[0-9]+(?:\.[0-9]+)?)\s*,\s*((?:[0-9]+:){1,2}[0-9]+(?:\.[0-9]+)?)/

  /// Every span of a text from left to right, reversed ones and empty ones included. What looks like one
  /// within a longer number or time, as in `1.2.3 to 4`, is none.
  static func all(in text: String) -> [WrittenSpan] {
    guard text.utf8.contains(where: { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
      return []
    }
    let ascii = text.replacing("\u{2013}", with: "-").replacing("\u{2014}", with: "-")
    return ascii.matches(of: pattern).compactMap { match in
      guard let first = match.1 ?? match.3 ?? match.5, let second = match.2 ?? match.4 ?? match.6,
        isWhole(first.startIndex..<second.endIndex, in: ascii)
      else { return nil }
      return WrittenSpan(first, second)
    }
  }

  private init?(_ first: Substring, _ second: Substring) {
    let isClock = first.contains(":")
    guard isClock == second.contains(":"),
      let start = isClock ? Self.clock(first) : Double(first),
      let end = isClock ? Self.clock(second) : Double(second), start.isFinite, end.isFinite
    else { return nil }
    form = isClock ? .clock : .number
    span = TimeSpan(start: start, end: end)
  }

  /// `1:02:03.5` in seconds; nil where seconds are not written with two digits, or where they, or
  /// minutes behind hours, reach 60.
  private static func clock(_ text: Substring) -> Double? {
    let parts = text.split(separator: ":")
    let numbers = parts.compactMap { Double($0) }
    guard numbers.count == parts.count, numbers.count >= 2, let seconds = numbers.last,
      seconds < 60,
      parts.last?.prefix(while: { $0 != "." }).count == 2
    else { return nil }
    let minutes = numbers[numbers.count - 2]
    guard numbers.count == 3 else { return minutes * 60 + seconds }
    return minutes < 60 ? numbers[0] * 3600 + minutes * 60 + seconds : nil
  }

  /// Whether neither end of a range cuts through a number or a time.
  private static func isWhole(_ range: Range<String.Index>, in text: String) -> Bool {
    func isDigit(_ character: Character?) -> Bool {
      character.map { ("0"..."9").contains($0) } ?? false
    }
    let before = text[..<range.lowerBound].suffix(2)
    let after = text[range.upperBound...].prefix(2)
    if isDigit(before.last) || isDigit(after.first) { return false }
    if before.last == ".", before.first != "." || before.count == 1 { return false }
    if before.last == ":", isDigit(before.dropLast().last) { return false }
    return !([":", "."].contains(after.first) && isDigit(after.dropFirst().first))
  }
}
