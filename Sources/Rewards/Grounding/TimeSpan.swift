/// A stretch of time in seconds, as grounding answers give it.
public struct TimeSpan: Hashable, Sendable {
  public var start: Double
  public var end: Double

  public init(start: Double, end: Double) {
    self.start = start
    self.end = end
  }

  /// The last span of a text, in seconds or by the clock, as `WrittenSpan` reads them. Nil when there
  /// is none.
  public init?(lastIn text: String) {
    guard let last = WrittenSpan.all(in: text).last else { return nil }
    self = last.span
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
