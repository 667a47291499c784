import RecipeLanguage

/// Punishes repeated runs of words: minus `max_penalty` times the share of runs that occurred before
/// (Yeo et al., arXiv 2502.03373; the `repetition` of open-r1 and ms-swift). A text with fewer words
/// than one run has none.
public struct RepetitionReward: RewardKind {
  /// The segments read; empty for the whole response.
  public var of: [String]
  /// Words of a run.
  public var length: Int
  public var maxPenalty: Double

  public static let schema = KindSchema(
    "repetition", summary: "0, falling as runs of words repeat",
    fields: [
      .optional(
        "of", .list(.reference(.segments), count: 1...64),
        "the segments read; the whole response by default"),
      .optional("words", .count, default: "3", "words of a run"),
      .optional(
        "max_penalty", .number(.positive), default: "1.0",
        "what a text of nothing but repetitions would lose"),
    ],
    signature: { reward in
      guard let penalty = reward.optionalNumber("max_penalty") else { return nil }
      return RewardSignature(
        range: min(-penalty, 0)...0, attains: [0], reads: reward.optionalStrings("of") ?? [])
    })

  public init(of: [String] = [], length: Int = 3, maxPenalty: Double = 1) {
    self.of = of
    self.length = length
    self.maxPenalty = maxPenalty
  }

  public init(name: String, settings: Record, context: RewardContext) throws {
    self.init(
      of: settings.has("of") ? try Self.segments(settings, context) : [],
      length: try settings.integer("words"), maxPenalty: try settings.number("max_penalty"))
  }

  public func evaluate(
    _ group: RewardGroup, prior: [String: [RewardOutcome]]
  ) async throws -> [RewardOutcome] {
    group.responses.map { response in
      // A segment that is not complete hides nothing: then the whole response counts.
      let isComplete = !of.isEmpty && Self.missingSegment(of, in: response) == nil
      let share = Self.repeated(
        isComplete ? response.text(of: of) : response.response.text, length: length)
      guard share > 0 else { return .value(0) }
      return .value(
        -maxPenalty * share, because: "\((share * 100).rounded())% of its runs of words repeat")
    }
  }

  /// The share of runs of `length` words that occurred before, letter case aside.
  static func repeated(_ text: String, length: Int) -> Double {
    let words = text.lowercased().words
    guard length > 0, words.count >= length else { return 0 }
    let count = words.count - length + 1
    let runs = Set((0..<count).map { words[$0..<($0 + length)] })
    return 1 - Double(runs.count) / Double(count)
  }
}
