import RecipeLanguage

/// DAPO's soft punishment of over-long responses (arXiv 2503.14476, eq. 13): 0 up to `limit - band`
/// tokens, then falling in a straight line to -1 at `limit`, and -1 beyond.
///
/// Without `of` the tokens of the whole response count, delimiters and end token included, as DAPO
/// counts them. With it those inside the named segments do; where one of them is not complete the
/// whole response counts, so that no response escapes by leaving a segment open.
public struct OverlongReward: RewardKind {
  /// The segments measured; empty for the whole response.
  public var of: [String]
  /// Tokens from which the value is -1.
  public var limit: Int
  /// Tokens over which it falls.
  public var band: Int

  public static let schema = KindSchema(
    "overlong", summary: "0, falling to -1 as the response nears a limit",
    fields: [
      .optional(
        "of", .list(.reference(.segments), count: 1...64),
        "the segments measured; the whole response by default"),
      .required("limit", .quantity(.token), "length from which the value is -1"),
      .required("band", .quantity(.token), "tokens below the limit over which it falls"),
    ], traits: [.lengthPenalty],
    signature: { reward in
      RewardSignature(
        range: -1...0, attains: [-1, 0], reads: reward.optionalStrings("of") ?? [])
    }, codes: [RewardDiagnostics.bandAboveLimit],
    check: { record, context in
      guard let limit = record.optionalQuantity("limit"),
        let band = record.optionalQuantity("band"), band.value > limit.value
      else { return [] }
      return [
        Diagnostic(
          RewardDiagnostics.bandAboveLimit,
          "a band of \(band) below a limit of \(limit) begins under 0 tokens, so every response "
            + "would be punished",
          at: record.span(of: "band"),
          secondary: [.init(span: record.span(of: "limit"), text: "the limit")],
          help: "use a band of at most \(limit)", path: "\(context.path).band")
      ]
    })

  public init(of: [String] = [], limit: Int, band: Int) {
    self.of = of
    self.limit = limit
    self.band = band
  }

  public init(name: String, settings: Record, context: RewardContext) throws {
    self.init(
      of: settings.has("of") ? try Self.segments(settings, context) : [],
      limit: try settings.integer("limit"), band: try settings.integer("band"))
  }

  public func evaluate(
    _ group: RewardGroup, prior: [String: [RewardOutcome]]
  ) async throws -> [RewardOutcome] {
    group.responses.map { response in
      let length = length(of: response)
      let value = value(length)
      return value == 0
        ? .value(0) : .value(value, because: "\(length) tokens, \(limit) is the limit")
    }
  }

  /// The punishment of so many tokens.
  public func value(_ length: Int) -> Double {
    if length <= limit - band { return 0 }
    if length >= limit { return -1 }
    return Double(limit - band - length) / Double(band)
  }

  private func length(of response: ParsedResponse) -> Int {
    let segments = of.compactMap(response.segment)
    guard !of.isEmpty, segments.count == of.count, segments.allSatisfy(\.isFound) else {
      return response.response.tokens.count
    }
    return segments.reduce(0) { $0 + $1.contentTokenCount }
  }
}
