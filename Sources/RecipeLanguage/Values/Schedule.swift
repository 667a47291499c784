import Foundation

/// A number that may change over the steps of a stage.
public enum Schedule: Sendable, Hashable {
  case constant(Double)
  /// From `from` to `to` in a straight line, after `warmupSteps` that rise to `from`.
  case linear(from: Double, to: Double, warmupSteps: Int)
  /// From `peak` to `floor` along half a cosine, after `warmupSteps` that rise to `peak`.
  case cosine(peak: Double, floor: Double, warmupSteps: Int)

  /// The value for the update about to be made.
  ///
  /// Warm-up step `i` of `w` has `(i + 1) / w` of the start value, so that no update is lost to a rate
  /// of zero; the end value is reached at the last step.
  ///
  /// - Parameters:
  ///   - step: updates made so far, from 0; clamped to the stage.
  ///   - total: updates of the whole stage.
  public func value(step: Int, of total: Int) -> Double {
    let step = max(0, min(step, total - 1))
    switch self {
    case .constant(let value): return value
    case .linear(let from, let to, let warmup):
      if step < warmup { return from * Double(step + 1) / Double(warmup) }
      return from + (to - from) * progress(step, total, after: warmup)
    case .cosine(let peak, let floor, let warmup):
      if step < warmup { return peak * Double(step + 1) / Double(warmup) }
      let fall = (1 + cos(.pi * progress(step, total, after: warmup))) / 2
      return floor + (peak - floor) * fall
    }
  }

  /// 0 at the first step after the warm-up, 1 at the last step.
  private func progress(_ step: Int, _ total: Int, after warmup: Int) -> Double {
    let span = total - 1 - warmup
    return span > 0 ? Double(step - warmup) / Double(span) : 0
  }
}
