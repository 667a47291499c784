extension DiagnosticCode {
  static let lopsidedRewards = DiagnosticCode(
    5109, "lopsided-rewards", "One reward decides nearly all of a sum, or next to nothing of it.",
    Explanation(
      why: """
        Normalization divides by the spread of the whole sum. A reward that makes up more than 90 % \
        of the largest possible spread leaves the others without a say; one below 2 % has none \
        (flow_grpo issue 188).
        """,
      example: .sections(Self.rewards(pays: "0.02")),
      nearMiss: .sections(Self.rewards(pays: "0.2"))))

  private static func rewards(pays: String) -> String {
    """
    rewards:
      found: {kind: format, of: [observation], credit: perception}
      correct: {kind: accuracy, of: [answer], credit: reasoning, primary: true}
      template: {kind: format, of: [think, answer], credit: reasoning}
      length:
        kind: length
        of: [think, answer]
        window: 8..32 tok
        pays: \(pays)
        when: correct > 0 and template > 0
        credit: reasoning
    judges: {}
    """
  }
}

extension RecipeCheck {
  static let lopsidedRewards = RecipeCheck(
    .lopsidedRewards, reads: ["segments", "rewards", "stages"]
  ) { input in
    input.outline.distinctScopes.flatMap { scope -> [Diagnostic] in
      let parts = scope.spreads(input.outline)
      let whole = parts.reduce(0) { $0 + $1.spread }
      guard parts.count > 1, whole > 0, whole.isFinite else { return [] }
      let largest = AdvantageScope.largest(parts)
      func finding(_ part: AdvantageScope.Part, _ consequence: String, _ help: String) -> Diagnostic
      {
        let share = "\(plain((1000 * part.spread / whole).rounded() / 10)) %"
        return Diagnostic(
          .lopsidedRewards, severity: .warning,
          "`\(part.reward.name)` is \(share) of what \(scope.phrase) can total, so \(consequence)",
          at: input.place(of: part.reward),
          notes: largest, help: help,
          path: part.reward.record.path)
      }
      if let most = parts.first(where: { $0.spread > 0.9 * whole }) {
        return [
          finding(
            most, "the other rewards hardly change an advantage",
            "let it pay less, or the others more")
        ]
      }
      return parts.filter { $0.spread < 0.02 * whole }.map {
        finding($0, "it hardly changes an advantage", "let it pay more, or remove it")
      }
    }
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
