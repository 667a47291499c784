extension DiagnosticCode {
  static let windowInPenaltyBand = DiagnosticCode(
    5206, "window-in-penalty-band", "A length is paid by one reward and punished by another.",
    Explanation(
      why: """
        An over-long penalty falls from 0 to -1 over its band. Where a length window reaches into \
        it, the same tokens are paid for and punished, and which of the two wins is an accident of \
        their sizes (TRL pull request 3804).
        """,
      example: .sections(Self.recipe(limit: 47)), nearMiss: .sections(Self.recipe(limit: 48))))

  private static func recipe(limit: Int) -> String {
    LengthExample.recipe(
      window: "8..32 tok",
      extra: """

          overlong:
            kind: overlong
            of: [observation]
            limit: \(limit) tok
            band: 16 tok
            credit: perception
        """)
  }
}

extension RecipeCheck {
  static let windowInPenaltyBand = RecipeCheck(
    .windowInPenaltyBand, reads: ["segments", "rewards", "stages"]
  ) { input in
    LengthBudget.all(input).flatMap { budget in
      let penalties = input.outline.scopes(of: budget.stage).flatMap(\.rewards)
        .filter { $0.is(.lengthPenalty) }
      return budget.windows(input).flatMap { reward, window in
        penalties.compactMap { penalty -> Diagnostic? in
          guard let begins = penalty.penaltyBegins,
            let longest = length(of: penalty, at: window.upper, reward, budget),
            longest > Double(begins)
          else { return nil }
          return Diagnostic(
            .windowInPenaltyBand, severity: .warning,
            "`\(reward.name)` pays up to \(plain(window.upper)) tokens, where `\(penalty.name)` "
              + "counts at least \(plain(longest)) and punishes from \(begins + 1) on",
            at: reward.record.span(of: "window"),
            secondary: [
              .init(span: penalty.record.span(of: "limit"), text: "the penalty ends here"),
              .init(span: penalty.record.span(of: "band"), text: "and begins so far below"),
            ],
            help: "lower the upper end of the window, or raise `limit`",
            path: "\(reward.record.path).window")
        }
      }
    }
  }

  /// The least that a penalty counts in a complete response that is paid at the upper end; nil
  /// where it counts other segments.
  private static func length(
    of penalty: RecipeOutline.Reward, at upper: Double, _ reward: RecipeOutline.Reward,
    _ budget: LengthBudget
  ) -> Double? {
    guard !penalty.segments.isEmpty else {
      guard !reward.segments.isEmpty else { return upper }
      return upper + Double(budget.tags + budget.others(than: reward.segments))
    }
    guard !reward.segments.isEmpty, Set(reward.segments).isSubset(of: penalty.segments) else {
      return nil
    }
    let others = budget.minima.filter {
      penalty.segments.contains($0.key) && !reward.segments.contains($0.key)
    }
    return upper + Double(others.values.reduce(0, +))
  }
}
