import RecipeLanguage

/// How well the time spans that segments name agree with the true ones, in 0...1. A prediction that is
/// reversed, empty or not there has the outcome that the recipe declares; truth that is any of these
/// is no fault of the response, so the reward abstains.
public struct TemporalIoUReward: RewardKind {
  /// Where the true spans come from.
  public enum Truth: String, CaseIterable, Sendable {
    /// The text of the record's answer, in the notation of the responses.
    case answer
    /// The record's own spans, in seconds.
    case spans
  }

  /// Which spans of a segment count.
  public enum Intervals: String, CaseIterable, Sendable {
    /// The last one.
    case one
    /// All of them.
    case many
  }

  /// What becomes of a span that ends before it starts.
  public enum Reversed: String, CaseIterable, Sendable { case zero, swap, abstain }

  /// What becomes of a response whose spans cannot be used.
  public enum Unusable: String, CaseIterable, Sendable { case zero, abstain }

  public var of: [String]
  public var notation: TimeNotation
  public var intervals: Intervals
  public var truth: Truth
  public var metric: GroundingMetric
  /// Of `recall`.
  public var threshold: Double
  /// The column with frames per second, or with the length of the clip in seconds.
  public var clipColumn: String?
  public var reversed: Reversed
  public var empty: Unusable
  public var unreadable: Unusable

  public static let schema = KindSchema(
    "temporal_iou", summary: "how well the named time spans agree with the true ones",
    fields: [
      RewardFields.segments,
      .optional(
        "times", .choice(TimeNotation.allCases.map(\.rawValue)),
        default: TimeNotation.seconds.rawValue,
        "how times are written: seconds, `MM:SS`, numbers of frames, or shares of the clip"),
      .optional(
        "intervals", .choice(Intervals.allCases.map(\.rawValue)), default: "one",
        "the last span of a response, or all of them"),
      .optional(
        "truth", .choice(Truth.allCases.map(\.rawValue)), default: "answer",
        "the spans in the record's answer, or those in its `spans`, which are in seconds"),
      .optional(
        "clip_column", .identifier,
        "for `truth: spans`: the column with frames per second (`times: frames`), or with seconds of "
          + "the clip (`times: normalized`)"),
      .optional(
        "metric", .choice(GroundingMetric.allCases.map(\.rawValue)),
        default: GroundingMetric.union.rawValue,
        "of the unions, the mean of the best per true span, or the share of true spans that are met"
      ),
      .optional(
        "threshold", .number(.between(0, 1)), default: "0.5",
        "from which intersection over union `recall` counts a span as met"),
      .optional(
        "reversed", .choice(Reversed.allCases.map(\.rawValue)), default: "zero",
        "a span that ends before it starts"),
      .optional(
        "empty", .choice(Unusable.allCases.map(\.rawValue)), default: "zero",
        "a response whose spans have no duration"),
      .optional(
        "unreadable", .choice(Unusable.allCases.map(\.rawValue)), default: "zero",
        "a response in which no span can be read"),
    ], traits: [.correctness],
    signature: { reward in
      let mayAbstain = ["reversed", "empty", "unreadable"].contains {
        reward.optionalString($0) == Unusable.abstain.rawValue
      }
      let column = reward.optionalString("clip_column").map { [$0] } ?? []
      let answer = reward.optionalString("truth") == Truth.answer.rawValue ? ["answer"] : []
      return RewardSignature(
        range: 0...1, attains: [0, 1], whenIncomplete: 0, reads: reward.optionalStrings("of") ?? [],
        columns: answer + column, mayAbstain: mayAbstain)
    }, codes: [RewardDiagnostics.clipColumn], check: checkClipColumn,
    idle: { reward in
      guard reward.optionalString("metric") != GroundingMetric.recall.rawValue,
        let threshold = reward.optionalNumber("threshold"), threshold != 0.5
      else { return [] }
      return [
        IdleSetting(
          record: reward, key: "threshold", reason: "only `metric: recall` holds spans against it")
      ]
    })

  public init(
    of: [String], notation: TimeNotation = .seconds, intervals: Intervals = .one,
    truth: Truth = .answer, metric: GroundingMetric = .union, threshold: Double = 0.5,
    clipColumn: String? = nil, reversed: Reversed = .zero, empty: Unusable = .zero,
    unreadable: Unusable = .zero
  ) {
    self.of = of
    self.notation = notation
    self.intervals = intervals
    self.truth = truth
    self.metric = metric
    self.threshold = threshold
    self.clipColumn = clipColumn
    self.reversed = reversed
    self.empty = empty
    self.unreadable = unreadable
  }

  public init(name: String, settings: Record, context: RewardContext) throws {
    let owner = "reward `\(name)`"
    self.init(
      of: try Self.segments(settings, context),
      notation: try settings.choice("times", of: owner),
      intervals: try settings.choice("intervals", of: owner),
      truth: try settings.choice("truth", of: owner),
      metric: try settings.choice("metric", of: owner),
      threshold: try settings.number("threshold"),
      clipColumn: settings.optionalString("clip_column"),
      reversed: try settings.choice("reversed", of: owner),
      empty: try settings.choice("empty", of: owner),
      unreadable: try settings.choice("unreadable", of: owner))
  }

  public func evaluate(
    _ group: RewardGroup, prior: [String: [RewardOutcome]]
  ) async throws -> [RewardOutcome] {
    let truth: [TimeSpan]
    switch trueSpans(group.item) {
    case .success(let spans): truth = spans
    case .failure(let reason): return group.responses.map { _ in .abstained(reason.text) }
    }
    return group.responses.map { response in
      if let reason = Self.missingSegment(of, in: response) { return .value(0, because: reason) }
      return score(response.text(of: of), truth)
    }
  }

  /// The outcome of one text.
  func score(_ text: String, _ truth: [TimeSpan]) -> RewardOutcome {
    switch spans(in: text) {
    case .usable(let spans): .value(metric.score(spans, truth, threshold: threshold))
    case .unusable(let outcome): outcome
    }
  }

  /// For every true span the best intersection over union of any span of the response: what R@K and
  /// mIoU are computed from (Video-Thinker's grounding table). All 0 for a response without usable
  /// spans, whatever the recipe declares for it; nil where the truth is unusable.
  public func bestUnions(_ item: DataRecord, _ response: ParsedResponse) -> [Double]? {
    guard case .success(let truth) = trueSpans(item) else { return nil }
    guard Self.missingSegment(of, in: response) == nil,
      case .usable(let spans) = spans(in: response.text(of: of))
    else { return truth.map { _ in 0 } }
    return GroundingMetric.best(spans, truth)
  }

  private enum Prediction {
    case usable([TimeSpan])
    case unusable(RewardOutcome)
  }

  /// The spans of a text, or what the recipe declares for a text whose spans cannot be used.
  private func spans(in text: String) -> Prediction {
    var spans = notation.spans(in: text)
    if intervals == .one { spans = spans.suffix(1) }
    guard !spans.isEmpty else {
      return .unusable(outcome(unreadable, "`\(text)` names no span in \(notation.rawValue)"))
    }
    if spans.contains(where: { $0.duration < 0 }) {
      switch reversed {
      case .zero: return .unusable(.value(0, because: "a span ends before it starts"))
      case .abstain: return .unusable(.abstained("a span ends before it starts"))
      case .swap:
        spans = spans.map { $0.duration < 0 ? TimeSpan(start: $0.end, end: $0.start) : $0 }
      }
    }
    guard spans.contains(where: { $0.duration > 0 }) else {
      return .unusable(outcome(empty, "the spans have no duration"))
    }
    return .usable(spans)
  }

  private func outcome(_ rule: Unusable, _ reason: String) -> RewardOutcome {
    rule == .zero ? .value(0, because: reason) : .abstained(reason)
  }

  private struct Unknown: Error { let text: String }

  /// The true spans in the unit of the responses.
  private func trueSpans(_ item: DataRecord) -> Result<[TimeSpan], Unknown> {
    let spans: [TimeSpan]
    switch truth {
    case .answer: spans = notation.spans(in: item.answer)
    case .spans:
      guard let factor = unitsPerSecond(item) else {
        return .failure(
          Unknown(text: "the column `\(clipColumn ?? "clip_column")` is no number above 0"))
      }
      spans = item.spans.map { TimeSpan(start: $0.start * factor, end: $0.end * factor) }
    }
    guard !spans.isEmpty, spans.allSatisfy({ $0.duration > 0 }) else {
      let text = truth == .answer ? "the ground truth `\(item.answer)`" : "the record's spans"
      return .failure(Unknown(text: "\(text) are no spans in \(notation.rawValue) with a duration"))
    }
    return .success(spans)
  }

  /// Nil where the record does not say.
  private func unitsPerSecond(_ item: DataRecord) -> Double? {
    if notation == .seconds || notation == .clock { return 1 }
    guard let clipColumn, let text = item.text(of: clipColumn),
      let number = TaskAccuracy.number(text), number > 0
    else { return nil }
    return notation == .frames ? number : 1 / number
  }

  @Sendable private static func checkClipColumn(
    _ reward: Record, _ context: CheckContext
  ) -> [Diagnostic] {
    let times = reward.optionalString("times") ?? ""
    let isNeeded =
      reward.optionalString("truth") == Truth.spans.rawValue
      && [TimeNotation.frames.rawValue, TimeNotation.normalized.rawValue].contains(times)
    guard isNeeded, !reward.has("clip_column") else { return [] }
    return [
      Diagnostic(
        RewardDiagnostics.clipColumn,
        "true spans are in seconds and those of responses are \(times): nothing says how they compare",
        at: reward.span(of: "times"),
        help: times == TimeNotation.frames.rawValue
          ? "name the column with frames per second, as `clip_column: fps`"
          : "name the column with the seconds of the clip, as `clip_column: duration`",
        path: "\(context.path).times")
    ]
  }
}
