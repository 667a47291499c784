import RecipeLanguage

/// The kinds of generators that are language models: those of judges, which write text in place of a
/// verdict.
public enum GeneratorKinds {
  /// What the recipe language needs to know of them.
  public static let schemas: [KindSchema] = JudgeKinds.remote.map { kind in
    KindSchema(
      kind.schema.name, summary: kind.schema.summary,
      fields: kind.schema.fields.filter { !ofVerdicts.contains($0.name) }.map { field in
        field.name == RemoteJudgeFields.sampling.name ? sampling : field
      }, traits: kind.schema.traits)
  }

  /// Whether a generator with this `api` is one that `JudgeRoster` makes.
  public static func isRemote(_ api: String) -> Bool { JudgeKinds.isRemote(api) }

  /// What only a judge has.
  private static let ofVerdicts = [
    RemoteJudgeFields.verdict.name, RemoteJudgeFields.emptyText.name,
  ]

  /// Responses are longer than verdicts.
  private static let sampling = FieldSchema.optional(
    "sampling",
    .record([
      .optional("temperature", .number(.between(0, 2)), default: "0.0", "0 is greedy"),
      .optional("max_new_tokens", .responseLength, default: "2048 tok", "longest answer"),
      .optional("seed", .seed, "makes sampled answers repeatable, where the server honours it"),
    ]), default: "{}", "how its answer is drawn; further attempts differ only if it is sampled")
}
