import Foundation

/// How times are written in answers.
public enum TimeNotation: String, Hashable, Sendable, CaseIterable {
  /// `3.5 to 7`, with or without a unit behind the numbers.
  case seconds
  /// `00:03-00:07`, with hours in front and a fraction behind where needed (Video-Thinker).
  case clock
  /// Numbers of frames, `12 to 30`.
  case frames
  /// Shares of the clip, `0.1 to 0.35`.
  case normalized

  /// Every span of a text from left to right, reversed ones and empty ones included: two times with
  /// `to`, `and`, `-`, a dash or `..` between them, or in brackets with a comma. In seconds under
  /// `seconds` and `clock`, else in the notation's own unit.
  public func spans(in text: String) -> [TimeSpan] {
    let ascii = text.replacing("\u{2013}", with: "-").replacing("\u{2014}", with: "-")
    if self == .clock {
      let pattern =
        /((?:[0-9]+:)?[0-9]{1,3}:[0-9]{2}(?:\.[0-9]+)?)\s*(?:to|and|-|\.\.|,)\s*((?:[0-9]+:)?[0-9]{1,3}:[0-9]{2}(?:\.[0-9]+)?)/
      return ascii.matches(of: pattern).compactMap { match in
        Self.clock(match.1).flatMap { start in
          Self.clock(match.2).map { TimeSpan(start: start, end: $0) }
        }
      }
    }
    let pattern =
      /([0-9]+(?:\.[0-9]+)?)\s*(?:s|secs?|seconds?|frames?)?\s*(?:to|and|-|\.\.)\s*([0-9]+(?:\.[0-9]+)?)|[\[(]\s*([0-9]+(?:\.[0-9]+)?)\s*,\s*([0-9]+(?:\.[0-9]+)?)\s*[\])]/
    return ascii.matches(of: pattern).compactMap { match in
      guard let first = match.1 ?? match.3, let second = match.2 ?? match.4,
        let start = Double(first), let end = Double(second), start.isFinite, end.isFinite
      else { return nil }
      return TimeSpan(start: start, end: end)
    }
  }

  /// `1:02:03.5` in seconds; nil where minutes behind hours, or seconds, reach 60.
  private static func clock(_ text: Substring) -> Double? {
    let parts = text.split(separator: ":").compactMap { Double($0) }
    guard parts.count >= 2, let seconds = parts.last, seconds < 60 else { return nil }
    let minutes = parts[parts.count - 2]
    if parts.count == 3 {
      return minutes < 60 ? parts[0] * 3600 + minutes * 60 + seconds : nil
    }
    return minutes * 60 + seconds
  }
}
