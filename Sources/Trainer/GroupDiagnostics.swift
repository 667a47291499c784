import Rewards

/// What the papers plot to show whether there is anything to learn from.
struct GroupDiagnostics {
  /// Whether a reward tells the responses of a group apart; with fewer than two values it does not.
  static func isFlat(_ values: [Double]) -> Bool { Normalization.areEqual(values) }

  /// The variance of the advantages that the responses of a step were given in one scope, around their
  /// mean; nil for none. Responses that took no part count with the 0 they are trained with.
  static func variance(_ advantages: [Double]) -> Double? {
    guard !advantages.isEmpty else { return nil }
    let mean = advantages.reduce(0, +) / Double(advantages.count)
    return advantages.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(advantages.count)
  }

  /// `zero_variance_reward/<name>`: the share of groups that a reward does not tell apart (VIDEOP2R
  /// Fig. 6c has it per process, as `zero_variance/<process>`), and `advantage_variance/<process>`.
  static func values(
    _ scored: [ScoredGroup], _ credited: [CreditedGroup], rewards: [String], scopes: [String]
  ) -> [String: Double] {
    var means = Means()
    for group in scored {
      for reward in rewards {
        means.add("zero_variance_reward/\(reward)", isFlat(group.values(of: reward)))
      }
    }
    var values = means.values
    for scope in scopes {
      values["advantage_variance/\(scope)"] = variance(
        credited.flatMap { $0.scopes[scope]?.advantages ?? [] })
    }
    return values
  }
}
