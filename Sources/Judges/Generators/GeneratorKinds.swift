import RecipeLanguage

/// The kinds of generators that are language models: those of judges, which write text in place of a
/// verdict.
public enum GeneratorKinds {
  /// What the recipe language needs to know of them.
  public static let schemas: [KindSchema] = JudgeKinds.schemas.map { kind in
    KindSchema(
      kind.name, summary: kind.summary,
      fields: kind.fields.filter { !ofVerdicts.contains($0.name) }.map { field in
        guard field.name == RemoteJudgeFields.sampling.name else { return field }
        return kind.name == LocalJudge.schema.name ? localSampling : sampling
      }, traits: kind.traits)
  }

  /// What only a judge has.
  private static let ofVerdicts = [
    RemoteJudgeFields.verdict.name, RemoteJudgeFields.emptyText.name,
  ]

  /// Responses are longer than verdicts.
  private static let longest = "2048 tok"

  private static let summary =
    "how its answer is drawn; further attempts differ only if it is sampled"
  private static let localSampling = LocalJudge.sampling(longest: longest, summary)
  private static let sampling = RemoteJudgeFields.sampling(
    longest: longest, summary)
}
