import Foundation

/// A stretch of time in seconds, as grounding answers give it.
public struct TimeSpan: Hashable, Sendable {
  public var start: Double
  public var end: Double

  public init(start: Double, end: Double) {
    self.start = start
    self.end = end
  }

  /// Reads the last `<time> to <time>` of a text; `and` and `-` separate as well. A time is a number
  /// of seconds, behind which a unit may stand (`s`, `sec`, `seconds`), or has minutes in front
  /// (`01:30`, Video-Thinker), and hours in front of those. Nil when there is none.
  public init?(lastIn text: String) {
    let pattern =
      /(?:(?:(\d+):)?(\d+):)?(\d+(?:\.\d+)?)\s*(?:s|secs?|seconds?)?\s*(?:to|and|-)\s*(?:(?:(\d+):)?(\d+):)?(\d+(?:\.\d+)?)/
    guard let match = text.matches(of: pattern).last,
      let start = Self.seconds(match.1, match.2, match.3),
      let end = Self.seconds(match.4, match.5, match.6), start.isFinite, end.isFinite
    else { return nil }
    self.init(start: start, end: end)
  }

  private static func seconds(
    _ hours: Substring?, _ minutes: Substring?, _ seconds: Substring
  ) -> Double? {
    guard let minutes else { return Double(seconds) }
    guard let minutes = Double(minutes), let seconds = Double(seconds) else { return nil }
    return (hours.flatMap { Double($0) } ?? 0) * 3600 + minutes * 60 + seconds
  }

  /// In seconds; negative when it ends before it starts.
  public var duration: Double { end - start }

  /// Length of the common part over length of the union, in 0...1. Spans that do not overlap, and a
  /// span without duration, give 0.
  public func intersectionOverUnion(with other: TimeSpan) -> Double {
    guard duration > 0, other.duration > 0 else { return 0 }
    let common = max(0, min(end, other.end) - max(start, other.start))
    return common / (duration + other.duration - common)
  }
}
