import Foundation

/// A value at a step.
struct ChartPoint: Sendable, Equatable {
  var x: Double
  var y: Double
}

/// A linear axis with ticks at round numbers.
struct ChartScale: Sendable {
  let low: Double
  let high: Double
  let ticks: [Double]

  /// An axis that covers `range`, rounded outward to ticks, about `count` of them.
  init(covering range: ClosedRange<Double>, ticks count: Int = 3) {
    var (low, high) = (range.lowerBound, range.upperBound)
    if !(high - low > 1e-12) {
      let padding = max(low.magnitude * 0.1, 1e-3)
      (low, high) = (low - padding, high + padding)
    }
    let step = Self.roundStep((high - low) / Double(max(1, count)))
    self.low = (low / step + 1e-9).rounded(.down) * step
    self.high = (high / step - 1e-9).rounded(.up) * step
    // No more than can be told apart, whatever the range is.
    let intervals = max(1, min(100, Int(saturating: ((self.high - self.low) / step).rounded())))
    let first = self.low
    ticks = (0...intervals).map { first + Double($0) * step }
  }

  /// An axis with exactly these ends; ticks at round numbers between them.
  init(from low: Double, to high: Double, ticks count: Int = 4) {
    let span = max(high - low, 1e-12)
    let step = Self.roundStep(span / Double(count))
    self.low = low
    self.high = low + span
    let first = (low / step).rounded(.up)
    let last = (self.high / step + 1e-9).rounded(.down)
    ticks =
      first <= last && last - first <= 100
      ? stride(from: first, through: last, by: 1).map { $0 * step } : [low]
  }

  /// Where a value lies between the ends, 0 to 1, clamped.
  func fraction(_ value: Double) -> Double {
    min(1, max(0, (value - low) / max(high - low, 1e-12)))
  }

  /// The decimals that tell neighbouring ticks apart.
  var decimals: Int {
    guard ticks.count > 1 else { return 2 }
    let step = (ticks[1] - ticks[0]).magnitude
    guard step > 0 else { return 0 }
    for decimals in 0...5 {
      let scaled = step * pow(10, Double(decimals))
      if (scaled - scaled.rounded()).magnitude < 1e-6 { return decimals }
    }
    return 5
  }

  /// The smallest of 1, 2, 2.5, 5, 10 times a power of ten that is no smaller than `raw`.
  private static func roundStep(_ raw: Double) -> Double {
    let power = pow(10, floor(log10(max(raw, 1e-12))))
    for factor in [1, 2, 2.5, 5] where factor * power >= raw * 0.999 { return factor * power }
    return 10 * power
  }
}
