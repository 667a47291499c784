extension DiagnosticCode {
  static let sweptObjective = DiagnosticCode(
    6005, "swept-objective", "The objective is computed from a reward that the sweep changes.",
    Explanation(
      why: """
        Each cell would be measured with a ruler of its own: the cell whose reward is easiest to get \
        wins, whatever was learned.
        """,
      example: .swept(objective: "{maximize: eval.validation.reward.observation_length}"),
      nearMiss: .swept(objective: "{maximize: eval.validation.reward.correct}")))
}

extension RecipeCheck {
  static let sweptObjective = RecipeCheck(.sweptObjective, reads: []) { input in
    guard let plan = input.sweep, let metric = EvaluationMetric(sweepOf: input.root) else {
      return []
    }
    var names: [String] = []
    var pending = metric.rewards(input.outline)
    while let name = pending.popLast() {
      guard !names.contains(name), let reward = input.outline.reward(name) else { continue }
      names.append(name)
      pending += reward.dependencies
    }
    let changed = names.filter { name in
      Set(plan.recipes.map { $0.root.rewardText(name) }).count > 1
    }
    guard let first = changed.first, let reward = input.outline.reward(first) else { return [] }
    return [
      Diagnostic(
        .sweptObjective,
        "`\(metric.text)` is computed from the reward `\(first)`, which differs from cell to cell: "
          + "the cells cannot be compared by it",
        at: metric.span, secondary: [.init(span: reward.record.span, text: "changed by the sweep")],
        help: "choose by a measure that is the same in every cell, such as "
          + "`eval.\(metric.evaluation).accuracy`", path: "sweep.objective")
    ]
  }
}

extension Record {
  /// All that decides the value of a reward, its judge included.
  fileprivate func rewardText(_ name: String) -> String {
    let reward = optionalRecord("rewards")?.optionalRecord(name)
    let judge = reward?.optionalString("judge").flatMap {
      optionalRecord("judges")?.optionalRecord($0)
    }
    return (reward?.canonicalText ?? "") + (judge?.canonicalText ?? "")
  }
}
