import RecipeLanguage

/// How alike a segment's text and a reference are, in 0...1.
public struct SimilarityReward: ReferenceReward {
  public var of: [String]
  public var metric: TextSimilarity
  public var reference: Template

  public static let schema = KindSchema(
    "similarity", summary: "how alike the text and a reference are",
    fields: [
      RewardFields.segments,
      .required(
        "metric", .choice(TextSimilarity.allCases.map(\.rawValue)),
        "ROUGE and METEOR over stemmed words, BLEU over words, or the share of common characters"),
      RewardFields.reference,
    ], traits: [.correctness],
    signature: { reward in
      RewardSignature(
        range: 0...1, attains: [0, 1], whenIncomplete: 0, reads: reward.optionalStrings("of") ?? [],
        columns: RewardFields.columns(of: reward))
    })

  public init(of: [String], metric: TextSimilarity, reference: Template) {
    self.of = of
    self.metric = metric
    self.reference = reference
  }

  public init(name: String, settings: Record, context: RewardContext) throws {
    self.init(
      of: try Self.segments(settings, context),
      metric: try settings.choice("metric", of: "reward `\(name)`"),
      reference: try settings.template("reference"))
  }

  public func compare(_ text: String, with reference: String) -> Double {
    metric.score(text, reference)
  }
}
