import RecipeLanguage

/// Pays right responses when the group does at least as well with the video as with its frames
/// changed (T-GRPO: Video-R1 section 3.2). With acc the mean accuracy of the group and acc' that of the
/// second arm: `bonus` for every response with an accuracy above `right_above` where
/// acc >= factor * acc', else 0. The paper's factor is 1, its code's 0.8; both pay 0.3. Items that are
/// no videos are paid nothing.
public struct CounterfactualReward: RewardKind {
  public var accuracy: AccuracyReward
  public var frames: FrameChange
  /// Responses of the second arm over those of the group.
  public var share: Double
  public var factor: Double
  public var bonus: Double
  public var rightAbove: Double

  public static let schema = KindSchema(
    "counterfactual",
    summary: "pays right responses where the video does better than its frames changed",
    fields: [
      .required("of", .list(.reference(.segments), count: 1...1), "the segment of the answer"),
      .optional(
        "frames", .choice(FrameChange.allCases.map(\.rawValue)),
        default: FrameChange.shuffled.rawValue, "what the second arm of rollouts sees"),
      .optional(
        "share", .number(.positive), default: "0.5",
        "responses of the second arm, as a share of the group"),
      .optional(
        "factor", .number(.nonNegative), default: "1.0",
        "times the accuracy of the second arm: what the first has to reach"),
      .optional("bonus", .number(.positive), default: "0.3", "the value of a right response then"),
      .optional(
        "right_above", .number(.between(0, 1)), default: "0.1",
        "the accuracy above which a response is right"),
    ], traits: [.asksPolicy],
    signature: { reward in
      guard let bonus = reward.optionalNumber("bonus") else { return nil }
      return RewardSignature(
        range: min(0, bonus)...max(0, bonus), support: [0, bonus].sorted(), whenIncomplete: 0,
        reads: reward.optionalStrings("of") ?? [], columns: ["answer", "problem_type"],
        dispatch: ["problem_type": TaskAccuracy.problemTypes])
    })

  public init(
    accuracy: AccuracyReward, frames: FrameChange = .shuffled, share: Double = 0.5,
    factor: Double = 1, bonus: Double = 0.3, rightAbove: Double = 0.1
  ) {
    self.accuracy = accuracy
    self.frames = frames
    self.share = share
    self.factor = factor
    self.bonus = bonus
    self.rightAbove = rightAbove
  }

  public init(name: String, settings: Record, context: RewardContext) throws {
    let segments = try Self.segments(settings, context)
    guard let segment = segments.first, segments.count == 1 else {
      throw RewardError.setting(
        owner: "reward `\(name)`", key: "of", message: "an answer is read from exactly one segment")
    }
    self.init(
      accuracy: AccuracyReward(segment: segment),
      frames: try settings.choice("frames", of: "reward `\(name)`"),
      share: try settings.number("share"), factor: try settings.number("factor"),
      bonus: try settings.number("bonus"), rightAbove: try settings.number("right_above"))
  }

  public var material: RewardMaterial? { .changedFrames(frames, share: share) }

  public func evaluate(
    _ group: RewardGroup, prior: [String: [RewardOutcome]]
  ) async throws -> [RewardOutcome] {
    func all(_ outcome: RewardOutcome) -> [RewardOutcome] { group.responses.map { _ in outcome } }
    guard group.item.dataType == "video" else { return all(.value(0, because: "it is no video")) }
    guard let arm = material.flatMap({ group.material[$0] }), !arm.isEmpty else {
      return all(.abstained("no responses to \(frames.rawValue) frames were sampled"))
    }
    // The comparison is between whole arms, whatever a gate lets through.
    let own = group.siblings.map { accuracy.score(group.item, $0) }.compactMap(\.value)
    let other = arm.map { accuracy.score(group.item, $0) }.compactMap(\.value)
    guard !own.isEmpty, !other.isEmpty else {
      return all(accuracy.score(group.item, group.siblings.first))
    }
    let comparison =
      "\(Self.short(own.mean)) with the video, \(Self.short(other.mean)) with \(frames.rawValue) frames"
    // Means over arms of different sizes are rounded differently.
    guard own.mean >= factor * other.mean - 1e-9 else {
      return all(.value(0, because: comparison))
    }
    return group.responses.map { response in
      guard let value = accuracy.score(group.item, response).value, value > rightAbove else {
        return .value(0, because: "it is not right")
      }
      return .value(bonus, because: comparison)
    }
  }

  private static func short(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
}
