/// Spans as Video-Thinker writes them: `00:02-00:05`.
enum Clock {
  /// Made once, for that takes longer than a match; a pattern has no state that threads could share.
  private nonisolated(unsafe) static let pattern =
    /\s*([0-9]{2}):([0-9]{2})-([0-9]{2}):([0-9]{2})\s*/

  static func text(_ span: VisibleSpan) -> String { "\(time(span.start))-\(time(span.end))" }

  /// A span of whole seconds in that notation; nil for anything else.
  static func span(_ text: String) -> VisibleSpan? {
    guard let match = text.wholeMatch(of: pattern),
      let start = seconds(match.1, match.2), let end = seconds(match.3, match.4), start < end
    else { return nil }
    return VisibleSpan(start, end)
  }

  private static func time(_ seconds: Int) -> String {
    "\(seconds / 600)\(seconds / 60 % 10):\(seconds % 60 / 10)\(seconds % 10)"
  }

  private static func seconds(_ minutes: Substring, _ seconds: Substring) -> Int? {
    guard let minutes = Int(minutes), let seconds = Int(seconds), seconds < 60 else { return nil }
    return minutes * 60 + seconds
  }
}
