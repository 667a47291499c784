import Foundation

/// A stretch of time in seconds, as grounding answers give it.
public struct TimeSpan: Hashable, Sendable {
  public var start: Double
  public var end: Double

  public init(start: Double, end: Double) {
    self.start = start
    self.end = end
  }

  /// Reads the last `<number> to <number>` of a text; `and` and `-` separate as well, and a unit
  /// (`s`, `sec`, `seconds`) may stand behind a number. Nil when there is none.
  public init?(lastIn text: String) {
    let pattern = /(\d+(?:\.\d+)?)\s*(?:s|secs?|seconds?)?\s*(?:to|and|-)\s*(\d+(?:\.\d+)?)/
    guard let match = text.matches(of: pattern).last, let start = Double(match.1),
      let end = Double(match.2), start.isFinite, end.isFinite
    else { return nil }
    self.init(start: start, end: end)
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
