import Foundation

/// A number that may change over the steps of a stage.
public enum Schedule: Sendable, Hashable {
  /// A value from a moment on.
  public struct Point: Sendable, Hashable {
    public var at: SchedulePosition
    public var value: Double

    public init(at: SchedulePosition, value: Double) {
      self.at = at
      self.value = value
    }
  }

  /// What the value is between two points.
  public enum Between: String, Sendable, Hashable, CaseIterable {
    /// That of the point before.
    case hold
    /// On the straight line from one to the other.
    case linear
  }

  case constant(Double)
  /// From `from` to `to` in a straight line, after a warm-up that rises to `from`; at the horizon, the
  /// end of the stage where there is none, it arrives and stays.
  case linear(
    from: Double, to: Double, warmup: SchedulePosition = .step(0), horizon: SchedulePosition? = nil)
  /// From `peak` to `floor` along half a cosine, after a warm-up that rises to `peak`.
  case cosine(
    peak: Double, floor: Double, warmup: SchedulePosition = .step(0),
    horizon: SchedulePosition? = nil)
  /// Through points in ascending order; before the first and after the last it does not change.
  case piecewise([Point], between: Between)

  /// The value for the update about to be made.
  ///
  /// Warm-up step `i` of `w` has `(i + 1) / w` of the start value, so that no update is lost to a rate
  /// of zero; the end value is reached at the last step.
  ///
  /// - Parameters:
  ///   - step: updates made so far, from 0; clamped to the stage.
  ///   - total: updates of the whole stage.
  ///   - epoch: updates of one pass over the stage's data, for positions in epochs.
  public func value(step: Int, of total: Int, epoch: Double? = nil) -> Double {
    let step = max(0, min(step, total - 1))
    func place(_ position: SchedulePosition) -> Int { position.step(of: total, epoch: epoch) }
    func progress(_ warmup: Int, _ horizon: SchedulePosition?) -> Double {
      // 0 at the first step after the warm-up, 1 at the last step.
      let span = (horizon.map(place) ?? total) - 1 - warmup
      return span > 0 ? min(1, Double(step - warmup) / Double(span)) : horizon == nil ? 0 : 1
    }
    switch self {
    case .constant(let value): return value
    case .linear(let from, let to, let warmup, let horizon):
      let warmup = place(warmup)
      if step < warmup { return from * Double(step + 1) / Double(warmup) }
      return from + (to - from) * progress(warmup, horizon)
    case .cosine(let peak, let floor, let warmup, let horizon):
      let warmup = place(warmup)
      if step < warmup { return peak * Double(step + 1) / Double(warmup) }
      let fall = (1 + cos(.pi * progress(warmup, horizon))) / 2
      return floor + (peak - floor) * fall
    case .piecewise(let points, let between):
      guard let next = points.firstIndex(where: { place($0.at) > step }) else {
        return points.last?.value ?? 0
      }
      guard next > 0 else { return points[0].value }
      let (before, after) = (points[next - 1], points[next])
      guard between == .linear else { return before.value }
      let start = place(before.at)
      let share = Double(step - start) / Double(place(after.at) - start)
      return before.value + (after.value - before.value) * share
    }
  }

  /// Whether it is one number at every step of every stage.
  public var isConstant: Bool { onlyValue != nil }

  /// The number that it is at every step of every stage; nil where it changes.
  public var onlyValue: Double? {
    switch self {
    case .constant(let value): return value
    case .linear(let from, let to, let warmup, _), .cosine(let from, let to, let warmup, _):
      return from == to && (warmup.value == 0 || from == 0) ? from : nil
    case .piecewise(let points, _):
      guard let first = points.first?.value else { return nil }
      return points.allSatisfy { $0.value == first } ? first : nil
    }
  }

  /// Steps of a stage between which it only rises or only falls: its extremes are among its values
  /// there.
  public func turningPoints(of total: Int, epoch: Double? = nil) -> [Int] {
    var steps = [0, total - 1]
    func add(_ position: SchedulePosition) {
      let step = position.step(of: total, epoch: epoch)
      steps += [step - 1, step]
    }
    switch self {
    case .constant: return [0]
    case .linear(_, _, let warmup, let horizon), .cosine(_, _, let warmup, let horizon):
      add(warmup)
      horizon.map(add)
    case .piecewise(let points, _): points.forEach { add($0.at) }
    }
    return Set(steps.filter { (0..<max(1, total)).contains($0) }).sorted()
  }

  /// Its lowest and highest value over a stage.
  public func range(over total: Int, epoch: Double? = nil) -> ClosedRange<Double> {
    let values = turningPoints(of: total, epoch: epoch).map {
      value(step: $0, of: total, epoch: epoch)
    }
    let low = values.min() ?? 0
    return low...max(low, values.max() ?? 0)
  }

  /// Its lowest and highest value over any stage.
  public var range: ClosedRange<Double> {
    let values: [Double]
    switch self {
    case .constant(let value): values = [value]
    case .linear(let from, let to, let warmup, _), .cosine(let from, let to, let warmup, _):
      values = [from, to] + (warmup.value > 0 ? [0] : [])
    case .piecewise(let points, _): values = points.map(\.value)
    }
    let low = values.min() ?? 0
    return low...max(low, values.max() ?? 0)
  }

  /// Every position in it.
  var positions: [SchedulePosition] {
    switch self {
    case .constant: []
    case .linear(_, _, let warmup, let horizon), .cosine(_, _, let warmup, let horizon):
      [warmup, horizon].compactMap { $0 }
    case .piecewise(let points, _): points.map(\.at)
    }
  }

  /// Whether it cannot be computed without the number of steps in an epoch.
  public var countsEpochs: Bool { positions.contains { $0.unit == .epoch && $0.value > 0 } }
}
