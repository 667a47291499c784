import RecipeLanguage

/// How alike a segment's text and a reference are, in 0...1.
public struct SimilarityReward: RewardKind {
  public var of: [String]
  public var metric: TextSimilarity
  public var reference: Template

  public static let schema = KindSchema(
    "similarity", summary: "how alike the text and a reference are",
    fields: [
      RewardFields.segments,
      .required(
        "metric", .choice(TextSimilarity.allCases.map(\.rawValue)),
        "ROUGE over stemmed words, or the share of common characters"),
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
    let word = try settings.string("metric")
    guard let metric = TextSimilarity(rawValue: word) else {
      throw RewardError.setting(
        owner: "reward `\(name)`", key: "metric", message: "`\(word)` is no metric")
    }
    self.init(
      of: try Self.segments(settings, context), metric: metric,
      reference: try settings.template("reference"))
  }

  public func evaluate(
    _ group: RewardGroup, prior: [String: [RewardOutcome]]
  ) async throws -> [RewardOutcome] {
    let reference = try group.item.text(filling: reference)
    return group.responses.map { response in
      if let reason = Self.missingSegment(of, in: response) { return .value(0, because: reason) }
      return .value(metric.score(response.text(of: of), reference))
    }
  }
}
