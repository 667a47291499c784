import Trainer

/// What the steps of a stage came to in the end.
enum StepMeans {
  /// Means over the last quarter of the steps: `length/<segment>`, `truncated`, `informative_groups`, `kl`, …
  static func ofLastQuarter(_ steps: [StepRecord]) -> [String: Double] {
    var sums: [String: (sum: Double, count: Int)] = [:]
    func add(_ name: String, _ value: Double) {
      let old = sums[name] ?? (0, 0)
      sums[name] = (old.sum + value, old.count + 1)
    }
    for step in steps.suffix(max(1, steps.count / 4)) {
      for (name, value) in step.values where !name.hasPrefix("memory/") { add(name, value) }
      if let share = step.informativeGroups { add("informative_groups", share) }
    }
    return sums.mapValues { $0.sum / Double($0.count) }
  }
}

extension RunMetrics {
  /// Tokens that the policy wrote in all steps and evaluations.
  var generatedTokens: Double {
    let written =
      steps.map { $0.values["generated_tokens"] }
      + (evaluations + intermediate).map { $0.values["generated_tokens"] }
    return written.reduce(0) { $0 + ($1 ?? 0) }
  }
}

extension StepRecord {
  /// The share of groups whose responses some process tells apart; nil where nothing was sampled.
  var informativeGroups: Double? {
    if let flat = values["zero_variance/all"] { return 1 - flat }
    let scopes = values.filter { $0.key.hasPrefix("zero_variance/") }
    return scopes.count == 1 ? scopes.first.map { 1 - $0.value } : nil
  }
}
