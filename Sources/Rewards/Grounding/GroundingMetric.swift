/// How several spans are compared with several true ones, in 0...1. For one of each all but `recall`
/// are the intersection over union.
public enum GroundingMetric: String, Hashable, Sendable, CaseIterable {
  /// Of the unions of both sides (VideoChat-R1's grounded answers).
  case union
  /// For every true span the best intersection over union of any predicted one, averaged
  /// (Video-Thinker's mIoU).
  case meanBest = "mean_best"
  /// The share of true spans that some predicted one meets with at least a threshold (R@K).
  case recall

  /// - Parameters:
  ///   - predicted: empty for no answer, which scores 0.
  ///   - truth: spans with a duration.
  ///   - threshold: of `recall`.
  public func score(_ predicted: [TimeSpan], _ truth: [TimeSpan], threshold: Double) -> Double {
    guard !truth.isEmpty else { return 0 }
    switch self {
    case .union: return Self.overUnion(predicted, truth)
    case .meanBest, .recall:
      let best = Self.best(predicted, truth)
      if self == .recall { return Double(best.count { $0 >= threshold }) / Double(best.count) }
      return best.reduce(0, +) / Double(best.count)
    }
  }

  /// For every true span the best intersection over union of any predicted one.
  static func best(_ predicted: [TimeSpan], _ truth: [TimeSpan]) -> [Double] {
    truth.map { span in predicted.map { $0.intersectionOverUnion(with: span) }.max() ?? 0 }
  }

  /// Time that both sides cover over time that either covers.
  private static func overUnion(_ a: [TimeSpan], _ b: [TimeSpan]) -> Double {
    let (left, right) = (merged(a), merged(b))
    func total(_ spans: [TimeSpan]) -> Double { spans.reduce(0) { $0 + $1.duration } }
    let common = left.reduce(0) { sum, span in
      right.reduce(sum) { $0 + max(0, min(span.end, $1.end) - max(span.start, $1.start)) }
    }
    let union = total(left) + total(right) - common
    return union > 0 ? common / union : 0
  }

  /// The same time as spans that are in order and do not touch; those without duration are left out.
  static func merged(_ spans: [TimeSpan]) -> [TimeSpan] {
    var merged: [TimeSpan] = []
    for span in spans.filter({ $0.duration > 0 }).sorted(by: { $0.start < $1.start }) {
      if let last = merged.last, span.start <= last.end {
        merged[merged.count - 1].end = max(last.end, span.end)
      } else {
        merged.append(span)
      }
    }
    return merged
  }
}
