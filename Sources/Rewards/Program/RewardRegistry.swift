import RecipeLanguage

/// The kinds of reward that recipes can name.
public struct RewardRegistry: Sendable {
  public let kinds: [any RewardKind.Type]

  public init(_ kinds: [any RewardKind.Type]) { self.kinds = kinds }

  /// Everything that ships with this module.
  public static let standard = RewardRegistry([
    FormatReward.self,
    AccuracyReward.self,
    LengthReward.self,
    OverlongReward.self,
    JudgeReward.self,
    TextMatchReward.self,
    SimilarityReward.self,
    TemporalIoUReward.self,
    RepetitionReward.self,
    ConsistencyReward.self,
    SelfSufficiencyReward.self,
    CounterfactualReward.self,
    ExpressionReward.self,
  ])

  /// The part of the language's vocabulary that these kinds make up.
  public var schemas: [KindSchema] { kinds.map { $0.schema } }

  /// The reward kind of that name with its settings.
  public func make(
    kind: String, name: String, settings: Record, context: RewardContext
  ) throws -> any RewardKind {
    guard let type = kinds.first(where: { $0.schema.name == kind }) else {
      throw RewardError.unknown(
        what: "reward kind", name: kind,
        help: Suggestion.help(for: kind, among: schemas.map(\.name)))
    }
    return try type.init(name: name, settings: settings, context: context)
  }

  /// One entry of a recipe's `rewards`, with its gates.
  public func reward(settings: Record, context: RewardContext) throws -> Reward {
    let kind = try make(
      kind: try settings.string("kind"), name: settings.name, settings: settings, context: context)
    return Reward(
      name: settings.name, kind: kind, gate: settings.optionalExpression("when"),
      groupGate: settings.optionalExpression("group_when"))
  }
}
