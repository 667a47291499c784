import RecipeLanguage

/// 1 when the thinking arrives at the answer that is given, else 0 (VIDEOP2R 12.1 counts the
/// mismatches). Whether the answer is right plays no part.
public struct ConsistencyReward: RewardKind {
  /// What becomes of thinking that arrives at nothing.
  public enum Undecided: String, CaseIterable, Sendable { case abstain, zero }

  public var reasoning: String
  public var answer: String
  public var undecided: Undecided

  public static let schema = KindSchema(
    "consistency", summary: "1 when the thinking arrives at the answer that is given, else 0",
    fields: [
      .required(
        "of", .list(.reference(.segments), count: 2...2), "the thinking, then the answer"),
      .optional(
        "undecided", .choice(Undecided.allCases.map(\.rawValue)), default: "abstain",
        "thinking that arrives at nothing"),
    ],
    signature: { reward in
      RewardSignature(
        range: 0...1, support: [0, 1], whenIncomplete: 0, reads: reward.optionalStrings("of") ?? [],
        mayAbstain: reward.optionalString("undecided") == Undecided.abstain.rawValue)
    })

  public init(reasoning: String, answer: String, undecided: Undecided = .abstain) {
    self.reasoning = reasoning
    self.answer = answer
    self.undecided = undecided
  }

  public init(name: String, settings: Record, context: RewardContext) throws {
    let segments = try Self.segments(settings, context)
    guard segments.count == 2 else {
      throw RewardError.setting(
        owner: "reward `\(name)`", key: "of", message: "consistency reads two segments")
    }
    self.init(
      reasoning: segments[0], answer: segments[1],
      undecided: try settings.choice("undecided", of: "reward `\(name)`"))
  }

  public func evaluate(
    _ group: RewardGroup, prior: [String: [RewardOutcome]]
  ) async throws -> [RewardOutcome] {
    group.responses.map { response in
      if let reason = Self.missingSegment([reasoning, answer], in: response) {
        return .value(0, because: reason)
      }
      return outcome(
        thinking: response.text(of: [reasoning]), answer: response.text(of: [answer]),
        options: group.item.options)
    }
  }

  func outcome(thinking: String, answer: String, options: [String]) -> RewardOutcome {
    guard
      let differs = Mismatch.thinkVersusAnswer(think: thinking, answer: answer, options: options)
    else {
      let reason = "the thinking arrives at nothing"
      return undecided == .zero ? .value(0, because: reason) : .abstained(reason)
    }
    return differs ? .value(0, because: "the thinking arrives at another answer") : .value(1)
  }
}
