import RecipeLanguage

/// Pays when the named segments together are as long as a window asks, both ends included
/// (VIDEOP2R's R_len, section 3.2.2: 0.2 for 128 to 320 tokens of observation and for 320 to 512 of
/// reasoning). Delimiters and the end token do not count. Without `of` the whole response counts,
/// delimiters and end token included (Video-R1's code).
///
/// What has to hold besides (accuracy and format not zero) is said by the reward's `when`, and that
/// more than one response of the group has to be right (Video-R1's code) by its `group_when`.
public struct LengthReward: RewardKind {
  /// The segments measured; empty for the whole response.
  public var of: [String]
  public var measure: TextLength
  public var payment: LengthPayment
  /// How the window follows the lengths of right responses; nil for a window that stays.
  public var following: LengthFollowing?
  private let name: String

  public static let schema = KindSchema(
    "length", summary: "pays when the text is as long as the window asks",
    fields: [
      .optional(
        "of", .list(.reference(.segments), count: 1...64),
        "the segments measured, delimiters excluded; the whole response by default"),
      .required(
        "window", .window(.token, or: [.word, .character]),
        "the lengths that pay in full, both ends included"),
      .optional("pays", .number(.positive), default: "0.2", "the value inside the window"),
      .optional(
        "edges", .choice(LengthPayment.Edge.allCases.map(\.rawValue)),
        default: LengthPayment.Edge.hard.rawValue,
        "how the value falls outside the window, over `edge_width`"),
      .optional(
        "edge_width", .number(.positive),
        "distance from the window, in its unit, at which nothing is paid"),
      .optional(
        "follows", .record(LengthFollowing.fields),
        "lets the window follow the lengths of right responses, per problem type"),
    ], traits: [.length],
    signature: { reward in
      guard let pays = reward.optionalNumber("pays") else { return nil }
      let of = reward.optionalStrings("of") ?? []
      let isHard = reward.optionalString("edges") == LengthPayment.Edge.hard.rawValue
      return RewardSignature(
        range: min(0, pays)...max(0, pays), support: isHard ? [0, pays].sorted() : nil,
        attains: [0, pays].sorted(), whenIncomplete: of.isEmpty ? nil : 0, reads: of,
        columns: reward.has("follows") ? ["problem_type"] : [])
    }, codes: [RewardDiagnostics.edgeWidth, RewardDiagnostics.windowOutsideBounds],
    check: LengthChecks.check)

  public init(
    of: [String], window: ClosedRange<Int>, unit: TextLength = .tokens, pays: Double = 0.2,
    edge: LengthPayment.Edge = .hard, edgeWidth: Double = 0, following: LengthFollowing? = nil,
    name: String = "length"
  ) {
    self.of = of
    measure = unit
    payment = LengthPayment(
      window: Double(window.lowerBound)...Double(window.upperBound), pays: pays, edge: edge,
      width: edgeWidth)
    self.following = following
    self.name = name
  }

  public init(name: String, settings: Record, context: RewardContext) throws {
    let owner = "reward `\(name)`"
    let window = try settings.window("window")
    guard let lower = Int(exactly: window.lower.rounded(.up)),
      let upper = Int(exactly: window.upper.rounded(.down)), lower <= upper, upper >= 0,
      let unit = TextLength(window.unit)
    else {
      throw RewardError.setting(
        owner: owner, key: "window",
        message: "no whole number of tokens, words or characters lies in it")
    }
    let edge: LengthPayment.Edge = try settings.choice("edges", of: owner)
    guard (edge == .hard) != settings.has("edge_width") else {
      throw RewardError.setting(
        owner: owner, key: "edge_width", message: "belongs to edges that are not hard")
    }
    self.init(
      of: settings.has("of") ? try Self.segments(settings, context) : [], window: lower...upper,
      unit: unit, pays: try settings.number("pays"), edge: edge,
      edgeWidth: settings.optionalNumber("edge_width") ?? 0,
      following: try settings.optionalRecord("follows").map { try LengthFollowing(settings: $0) },
      name: name)
  }

  public func evaluate(
    _ group: RewardGroup, prior: [String: [RewardOutcome]]
  ) async throws -> [RewardOutcome] {
    var payment = payment
    payment.window = window(for: group.item, group.memory)
    return group.responses.map { response in
      if let reason = Self.missingSegment(of, in: response) { return .value(0, because: reason) }
      let length = measure.length(of: of, in: response)
      let value = payment.value(Double(length))
      if payment.window.contains(Double(length)) { return .value(value) }
      let side = Double(length) < payment.window.lowerBound ? "under" : "over"
      return .value(value, because: "\(length) \(measure.rawValue), \(side) \(payment.windowText)")
    }
  }

  /// The window at this moment: the declared one until enough right responses have been seen.
  public func window(for item: DataRecord, _ memory: RewardMemory) -> ClosedRange<Double> {
    following?.window(memory[key(item)], from: payment.window) ?? payment.window
  }

  public func learn(
    from groups: [(group: RewardGroup, table: RewardTable)], into memory: inout RewardMemory
  ) {
    guard let following else { return }
    var lengths: [String: [Double]] = [:]
    for (group, table) in groups {
      for (index, response) in group.responses.enumerated()
      where following.isRight(group.item, table, index)
        && Self.missingSegment(of, in: response) == nil
      {
        lengths[key(group.item), default: []].append(Double(measure.length(of: of, in: response)))
      }
    }
    for (key, found) in lengths {
      memory[key] = following.updated(memory[key], with: found, from: payment.window)
    }
  }

  /// Where the window of the item's problem type is remembered.
  private func key(_ item: DataRecord) -> String { "\(name)/\(item.problemType)" }
}
