import RecipeLanguage

/// How right the answer is, in 0...1, by the measure of the record's problem type (VIDEOP2R eq. 4;
/// the measures are those of Video-R1's public code, see `TaskAccuracy`).
public struct AccuracyReward: RewardKind {
  /// The segment that holds the answer.
  public var segment: String
  /// One measure for every record; nil to go by the record's problem type.
  public var measure: AccuracyMeasure?
  public var regression: TaskAccuracy.Regression
  /// How far off a number may be under `near`.
  public var tolerance: Double

  static let measureField = FieldSchema.optional(
    "measure", .choice(AccuracyMeasure.allCases.map(\.rawValue)),
    "one measure for every record, in place of that of its problem type")
  static let toleranceField = FieldSchema.optional(
    "tolerance", .number(.nonNegative), default: "0.01",
    "how far off an answer may be under the measure `near`")

  /// Of a reward that scores one answer to a record by these measures.
  @Sendable static func signature(_ reward: Record) -> RewardSignature {
    let isOne = reward.has("measure")
    return RewardSignature(
      range: 0...1, attains: [0, 1], whenIncomplete: 0,
      reads: reward.optionalStrings("of") ?? [],
      columns: isOne ? ["answer"] : ["answer", "problem_type"],
      dispatch: isOne ? [:] : ["problem_type": TaskAccuracy.problemTypes])
  }

  public static let schema = KindSchema(
    "accuracy", summary: "how right the answer is, by the measure of the problem type",
    fields: [
      RewardFields.segments,
      measureField,
      .optional(
        "regression", .choice(TaskAccuracy.Regression.allCases.map(\.rawValue)),
        default: TaskAccuracy.Regression.relativeError.rawValue,
        "the measure of regression questions"),
      toleranceField,
    ], traits: [.correctness],
    signature: signature, codes: [RewardDiagnostics.oneSegment],
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
    },
    idle: { reward in
      var idle: [IdleSetting] = []
      if let measure = reward.optionalString("measure") {
        if reward.optionalString("regression") != TaskAccuracy.Regression.relativeError.rawValue {
          idle.append(
            IdleSetting(
              record: reward, key: "regression",
              reason: "`measure: \(measure)` is the measure of every record"))
        }
        if measure != AccuracyMeasure.near.rawValue, reward.optionalNumber("tolerance") != 0.01 {
          idle.append(
            IdleSetting(
              record: reward, key: "tolerance",
              reason: "`measure: \(measure)` has no tolerance"))
        }
      }
      return idle
    })

  public init(
    segment: String, measure: AccuracyMeasure? = nil,
    regression: TaskAccuracy.Regression = .relativeError, tolerance: Double = 0.01
  ) {
    self.segment = segment
    self.measure = measure
    self.regression = regression
    self.tolerance = tolerance
  }

  public init(name: String, settings: Record, context: RewardContext) throws {
    let segments = try Self.segments(settings, context)
    guard let segment = segments.first, segments.count == 1 else {
      throw RewardError.setting(
        owner: "reward `\(name)`", key: "of", message: "accuracy reads exactly one segment")
    }
    let owner = "reward `\(name)`"
    self.init(
      segment: segment,
      measure: settings.has("measure") ? try settings.choice("measure", of: owner) : nil,
      regression: try settings.choice("regression", of: owner),
      tolerance: try settings.number("tolerance"))
  }

  public func evaluate(
    _ group: RewardGroup, prior: [String: [RewardOutcome]]
  ) async throws -> [RewardOutcome] {
    group.responses.map { score(group.item, $0) }
  }

  /// The outcome of one response, which is nil where there is none. A record that cannot be scored
  /// takes no part with any response, also with one that has no answer.
  func score(_ item: DataRecord, _ response: ParsedResponse?) -> RewardOutcome {
    if case .abstained(let reason) = score(item.answer, item) { return .abstained(reason) }
    guard let response else { return .value(0, because: "there is no answer") }
    if let reason = Self.missingSegment([segment], in: response) {
      return .value(0, because: reason)
    }
    return score(response.segment(segment)?.trimmed ?? "", item)
  }

  /// The score of one answer to the question of `item`.
  private func score(_ answer: String, _ item: DataRecord) -> RewardOutcome {
    if let measure {
      return TaskAccuracy.score(
        measure, predicted: answer, truth: item.answer, options: item.options,
        tolerance: tolerance)
    }
    return TaskAccuracy.score(
      problemType: item.problemType, predicted: answer, truth: item.answer, options: item.options,
      regression: regression, tolerance: tolerance)
  }
}
