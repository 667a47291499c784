import RecipeLanguage

/// How right the answer is, in 0...1, by the measure of the record's problem type (VIDEOP2R eq. 4;
/// the measures are those of Video-R1's public code, see `TaskAccuracy`).
public struct AccuracyReward: RewardKind {
  /// The segment that holds the answer.
  public var segment: String
  public var regression: TaskAccuracy.Regression

  public static let schema = KindSchema(
    "accuracy", summary: "how right the answer is, by the measure of the problem type",
    fields: [
      RewardFields.segments,
      .optional(
        "regression", .choice(TaskAccuracy.Regression.allCases.map(\.rawValue)),
        default: TaskAccuracy.Regression.relativeError.rawValue,
        "the measure of regression questions"),
    ], traits: [.correctness],
    signature: { reward in
      RewardSignature(
        range: 0...1, attains: [0, 1], whenIncomplete: 0,
        reads: reward.optionalStrings("of") ?? [], columns: ["answer", "problem_type"],
        dispatch: ["problem_type": TaskAccuracy.problemTypes])
    }, codes: [RewardDiagnostics.oneSegment],
    check: { record, context in
      guard let segments = record.optionalStrings("of"), segments.count > 1 else { return [] }
      return [
        Diagnostic(
          RewardDiagnostics.oneSegment,
          "accuracy reads one answer, but `\(context.path).of` names \(segments.count) segments",
          at: record.span(of: "of"),
          help: "name the segment that holds the answer, as `of: [answer]`",
          path: context.path)
      ]
    })

  public init(segment: String, regression: TaskAccuracy.Regression = .relativeError) {
    self.segment = segment
    self.regression = regression
  }

  public init(name: String, settings: Record, context: RewardContext) throws {
    let segments = try Self.segments(settings, context)
    guard let segment = segments.first, segments.count == 1 else {
      throw RewardError.setting(
        owner: "reward `\(name)`", key: "of", message: "accuracy reads exactly one segment")
    }
    self.init(
      segment: segment,
      regression: try settings.choice("regression", of: "reward `\(name)`"))
  }

  public func evaluate(
    _ group: RewardGroup, prior: [String: [RewardOutcome]]
  ) async throws -> [RewardOutcome] {
    group.responses.map { response in
      if let reason = Self.missingSegment([segment], in: response) {
        return .value(0, because: reason)
      }
      return TaskAccuracy.score(
        problemType: group.item.problemType, predicted: response.segment(segment)?.trimmed ?? "",
        truth: group.item.answer, regression: regression)
    }
  }
}
