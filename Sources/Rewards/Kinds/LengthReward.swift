import RecipeLanguage

/// Pays when the named segments together hold a number of tokens inside a window, both ends
/// included (VIDEOP2R's R_len, section 3.2.2: 0.2 for 128 to 320 tokens of observation and for 320
/// to 512 of reasoning). Delimiters and the end token do not count. What has to hold besides
/// (accuracy and format not zero) is said by the reward's `when`, and that more than one response
/// of the group has to be right (Video-R1's code) by its `group_when`.
public struct LengthReward: RewardKind {
  public var of: [String]
  /// Tokens, both ends included.
  public var window: ClosedRange<Int>
  public var pays: Double

  public static let schema = KindSchema(
    "length", summary: "pays when the segments together are as long as the window asks",
    fields: [
      RewardFields.segments,
      .required("window", .window(.token), "tokens inside the delimiters, both ends included"),
      .optional("pays", .number(.positive), default: "0.2", "the value inside the window"),
    ], traits: [.length],
    signature: { reward in
      guard let pays = reward.optionalNumber("pays") else { return nil }
      return RewardSignature(
        range: min(0, pays)...max(0, pays), support: [0, pays].sorted(),
        whenIncomplete: 0, reads: reward.optionalStrings("of") ?? [])
    })

  public init(of: [String], window: ClosedRange<Int>, pays: Double = 0.2) {
    self.of = of
    self.window = window
    self.pays = pays
  }

  public init(name: String, settings: Record, context: RewardContext) throws {
    let window = try settings.window("window")
    guard let lower = Int(exactly: window.lower.rounded(.up)),
      let upper = Int(exactly: window.upper.rounded(.down)), lower <= upper, upper >= 0
    else {
      throw RewardError.setting(
        owner: "reward `\(name)`", key: "window", message: "no whole number of tokens lies in it")
    }
    self.init(
      of: try Self.segments(settings, context), window: lower...upper,
      pays: try settings.number("pays"))
  }

  public func evaluate(
    _ group: RewardGroup, prior: [String: [RewardOutcome]]
  ) async throws -> [RewardOutcome] {
    return group.responses.map { response in
      if let reason = Self.missingSegment(of, in: response) { return .value(0, because: reason) }
      let length = of.reduce(0) { $0 + (response.segment($1)?.contentTokenCount ?? 0) }
      if window.contains(length) { return .value(pays) }
      let side = length < window.lowerBound ? "under" : "over"
      return .value(
        0, because: "\(length) tokens, \(side) \(window.lowerBound)..\(window.upperBound)")
    }
  }
}
