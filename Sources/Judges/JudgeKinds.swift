import RecipeLanguage

/// The kinds of judges that are language models.
public enum JudgeKinds {
  /// What the recipe language needs to know of them.
  public static let schemas: [KindSchema] = remote.map { $0.schema } + [LocalJudge.schema]

  /// Those that are asked over the network.
  static let remote: [any RemoteJudgeKind.Type] = [
    AnthropicJudge.self, OpenAICompatibleJudge.self,
  ]

  /// Whether a judge with this `api` is one that `JudgeRoster` makes.
  public static func isModel(_ api: String) -> Bool { schemas.contains { $0.name == api } }
}
