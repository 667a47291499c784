import TrainingGraph

/// How much of a batch the surrogate bounds, as TRL 1 counts it: ratios below the range where the
/// advantage is negative, and above it where the advantage is positive; elsewhere the bound changes
/// nothing. A mean over what has a ratio: tokens, sequences or segments.
struct ClipStatistics: Equatable {
  /// Share bounded from below; always 0 under CISPO, which has no lower bound.
  private(set) var low = 0.0
  /// Share bounded from above.
  private(set) var high = 0.0

  /// Share bounded at all.
  var region: Double { low + high }

  /// - Parameters:
  ///   - ratios: of every token.
  ///   - advantages: of every token.
  /// - Returns: nil under SAPO, which bounds nothing.
  init?(_ surrogate: Surrogate, ratios: [Float], advantages: [Double], parts: RatioParts) {
    let bounds: (low: Double, high: Double)
    switch surrogate {
    case .clip(let low, let high, _): bounds = (1 - low, 1 + high)
    case .cispo(let high): bounds = (-.infinity, 1 + high)
    case .sapo: return nil
    }
    let count = Double(max(parts.sizes.count, 1))
    for (token, part) in parts.parts.enumerated() {
      let (ratio, advantage) = (Double(ratios[token]), advantages[token])
      let share = 1 / (count * Double(parts.sizes[part]))
      if ratio < bounds.low, advantage < 0 { low += share }
      if ratio > bounds.high, advantage > 0 { high += share }
    }
  }
}
