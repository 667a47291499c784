/// How findings about two outcomes of one scope are put.
enum OutcomeFinding {
  /// The first pair that `find` finds over the steps of the scope's stage, for every scope of the
  /// recipe. Weights may change over a stage, so the steps at which one of them turns are looked at.
  static func search(
    _ input: CheckInput, _ find: (OutcomeOrder) -> OutcomeOrder.Pair?,
    report: (AdvantageScope, OutcomeOrder.Pair) -> Diagnostic
  ) -> [Diagnostic] {
    input.outline.distinctScopes.compactMap { scope in
      let steps = max(1, scope.stage.steps ?? 1)
      let turns = scope.rewards.flatMap { $0.weight.turningPoints(of: steps) }
      for step in Set(turns + [0, steps - 1]).sorted() {
        guard let order = OutcomeOrder(scope, in: input.outline, step: step, of: steps) else {
          return nil
        }
        if let pair = find(order) { return report(scope, pair) }
      }
      return nil
    }
  }

  /// "`correct` 1, `template` 0 with `think` not complete: 1 in total".
  static func describe(_ outcome: RewardOutcomeCase, _ scope: AdvantageScope) -> String {
    let values = scope.rewards.map { "`\($0.name)` \(plain(outcome.values[$0.name] ?? 0))" }
    let missing =
      outcome.incomplete.isEmpty
      ? "" : " with \(outcome.incomplete.map { "`\($0)`" }.joined(separator: ", ")) not complete"
    return "\(values.joined(separator: ", "))\(missing): \(plain(outcome.total)) in total"
  }

  /// The reward that the pair is about: the first that is higher in the more right outcome.
  static func subject(
    _ pair: OutcomeOrder.Pair, _ scope: AdvantageScope
  ) -> RecipeOutline.Reward? {
    scope.correctness.first { better($0, pair) } ?? scope.correctness.first
  }

  /// Labels at the rewards that make up for it.
  static func labels(
    _ pair: OutcomeOrder.Pair, _ scope: AdvantageScope, _ input: CheckInput
  ) -> [Diagnostic.Label] {
    scope.rewards.filter {
      (pair.worse.values[$0.name] ?? 0) > (pair.better.values[$0.name] ?? 0)
    }.map { .init(span: input.place(of: $0), text: "makes up for it") }
  }

  private static func better(_ reward: RecipeOutline.Reward, _ pair: OutcomeOrder.Pair) -> Bool {
    (pair.better.values[reward.name] ?? 0) > (pair.worse.values[reward.name] ?? 0)
  }
}
