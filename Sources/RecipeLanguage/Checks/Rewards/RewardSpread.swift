extension RecipeExample {
  /// Three rewards in one sum, the last of which spans what it pays.
  static func lengthPays(_ amount: String) -> RecipeExample {
    .sections(
      """
      rewards:
        found: {kind: format, of: [observation], credit: perception}
        correct: {kind: accuracy, of: [answer], credit: reasoning, primary: true}
        template: {kind: format, of: [think, answer], credit: reasoning}
        length:
          kind: length
          of: [think, answer]
          window: 8..32 tok
          pays: \(amount)
          when: correct > 0 and template > 0
          credit: reasoning
      judges: {}
      """)
  }
}

extension AdvantageScope {
  /// How far a reward can move the sum.
  struct Part {
    var reward: RecipeOutline.Reward
    /// Without its weight.
    var width: Double
    /// With the largest weight of the stage.
    var spread: Double
  }

  /// What the rewards that move the sum most span.
  static func largest(_ parts: [Part]) -> [String] {
    let shown = parts.sorted { $0.spread > $1.spread }.prefix(6)
    let rest = parts.count - shown.count
    return shown.map { "`\($0.reward.name)` spans \(plain($0.spread))" }
      + (rest > 0 ? ["\(rest) more span less"] : [])
  }

  /// The rewards that can move the sum at all.
  func spreads(_ outline: RecipeOutline) -> [Part] {
    let steps = max(1, stage.steps ?? 1)
    let domains = outline.domains
    return rewards.map { reward in
      let range = domains.ungated(reward.name)?.range ?? reward.signature.range
      let width = range.upperBound - range.lowerBound
      let weights = reward.weight.range(over: steps)
      let largest = max(abs(weights.lowerBound), abs(weights.upperBound))
      return Part(reward: reward, width: width, spread: width * largest)
    }.filter { $0.spread > 0 }
  }
}
