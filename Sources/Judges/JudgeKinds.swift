import RecipeLanguage

/// The kinds of judges that are language models.
public enum JudgeKinds {
  /// What the recipe language needs to know of them.
  public static let schemas: [KindSchema] = [
    AnthropicJudge.schema, OpenAICompatibleJudge.schema, LocalJudge.schema,
  ]
}
