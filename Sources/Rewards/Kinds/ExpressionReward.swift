import RecipeLanguage

/// A formula over the final values of other rewards, gates included, and the columns of the data.
public struct ExpressionReward: RewardKind {
  public var value: Expression

  public static let schema = KindSchema(
    "expression", summary: "a formula over other rewards and the columns of the data",
    fields: [
      .required(
        "value", .expression(.number, .formula),
        "its value, as in `correct + 0.5 * reasoning_format`")
    ],
    signature: { reward in
      guard let value = reward.optionalExpression("value") else { return nil }
      let domain = value.infer { _ in nil }.whole
      return RewardSignature(
        range: domain.range.clamped(to: finite), support: domain.support,
        attains: domain.onlyValue.map { [$0] } ?? [], columns: value.columns,
        isPure: domain.isPure, mayAbstain: domain.mayAbstain)
    }, formula: "value")

  /// A reward is a finite number.
  private static let finite = -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude

  public init(value: Expression) { self.value = value }

  public init(name: String, settings: Record, context: RewardContext) throws {
    self.init(value: try settings.expression("value"))
  }

  public var readsRewards: [String] { value.rewardNames }

  public func evaluate(
    _ group: RewardGroup, prior: [String: [RewardOutcome]]
  ) async throws -> [RewardOutcome] {
    group.responses.indices.map { index in
      let found = prior.compactMapValues { $0.indices.contains(index) ? $0[index] : nil }
      if let value = value.value(in: .response(group.item, found))?.number { return .value(value) }
      return RewardOutcome.missing(value, found, reader: "the formula")
    }
  }
}
