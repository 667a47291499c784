import RecipeLanguage

/// How right the policy answers from its own text alone: it is asked again with the named segments in
/// place of the video, and that answer is measured (Vision-SR1's description reward: perception is
/// rewarded without a judge). A response whose segments are not complete scores 0.
public struct SelfSufficiencyReward: RewardKind {
  /// The segments that stand in for the video.
  public var of: [String]
  /// The measure, and the segment of the second answer that it reads.
  public var accuracy: AccuracyReward

  public static let schema = KindSchema(
    "self_sufficiency", summary: "how right the policy answers from its own text alone",
    fields: [
      RewardFields.segments,
      .required("answer", .reference(.segments), "the segment that holds the second answer"),
      AccuracyReward.measureField, AccuracyReward.toleranceField,
    ], traits: [.correctness, .asksPolicy],
    signature: AccuracyReward.signature)

  public init(of: [String], accuracy: AccuracyReward) {
    self.of = of
    self.accuracy = accuracy
  }

  public init(name: String, settings: Record, context: RewardContext) throws {
    self.init(
      of: try Self.segments(settings, context),
      accuracy: AccuracyReward(
        segment: try settings.string("answer"),
        measure: settings.has("measure")
          ? try settings.choice("measure", of: "reward `\(name)`") : nil,
        tolerance: try settings.number("tolerance")))
  }

  public var material: RewardMaterial? { .answersFromText(segments: of) }

  public func evaluate(
    _ group: RewardGroup, prior: [String: [RewardOutcome]]
  ) async throws -> [RewardOutcome] {
    guard let answers = material.flatMap({ group.material[$0] }),
      answers.count == group.responses.count
    else {
      return group.responses.map { _ in
        .abstained("the policy was not asked again with \(of.joined(separator: ", ")) alone")
      }
    }
    return group.responses.indices.map { index in
      if let reason = Self.missingSegment(of, in: group.responses[index]) {
        return .value(0, because: reason)
      }
      return accuracy.score(group.item, answers[index])
    }
  }
}
