extension DiagnosticCode {
  static let lopsidedRewards = DiagnosticCode(
    5109, "lopsided-rewards", "One reward decides nearly all of a sum, or next to nothing of it.",
    Explanation(
      why: """
        Normalization divides by the spread of the whole sum. A reward that makes up more than 90 % \
        of the largest possible spread leaves the others without a say; one below 2 % has none \
        (flow_grpo issue 188).
        """,
      example: .lengthPays("0.02"),
      nearMiss: .lengthPays("0.1")))
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
