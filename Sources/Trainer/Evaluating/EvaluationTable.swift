import Rewards

/// What an evaluation measured, in total and by the columns that sort its questions: computed from its
/// items alone, so that it can be made again, by other columns too.
public struct EvaluationTable: Sendable, Codable, Equatable {
  /// A column of the data that questions are sorted by.
  public enum Column: String, Sendable, Codable, CaseIterable {
    case family
    case problemType = "problem_type"
    case dataSource = "data_source"

    func value(of item: EvaluatedItem.Item) -> String {
      switch self {
      case .family: item.family
      case .problemType: item.problemType
      case .dataSource: item.dataSource
      }
    }
  }

  public struct Row: Sendable, Codable, Equatable {
    /// Absent for the row of all questions.
    public var column: Column?
    /// The value of the column; empty for all questions.
    public var name: String
    public var questions: Int
    /// How many answers became what.
    public var answers: [String: Int]
    /// By `EvaluationTable.metrics`; absent where no question of the row has the metric.
    public var metrics: [String: Estimate]
    /// Accuracy with the video first, with the policy's own observation in its place second.
    public var observationOnly: PairedEstimate?

    enum CodingKeys: String, CodingKey {
      case column, name, questions, answers, metrics
      case observationOnly = "observation_only"
    }
  }

  /// A metric as a table shows it.
  public struct Metric: Sendable {
    public var key: String
    public var name: String
    public var meaning: String
  }

  /// Every metric, in the order of tables.
  public static let metrics: [Metric] =
    [
      Metric(key: "accuracy", name: "accuracy", meaning: "mean score of the primary reward"),
      Metric(key: "exact", name: "exact", meaning: "share of answers with the full score"),
      Metric(
        key: "mra", name: "MRA", meaning: "mean relative accuracy of numbers, as VSI-Bench has it"),
      Metric(
        key: "miou", name: "mIoU",
        meaning: "best intersection over union of every true span, averaged"),
    ]
    + thresholds.map {
      Metric(
        key: "recall_\($0)", name: "R@\($0)",
        meaning: "share of true spans met with an intersection over union of \($0)")
    } + [
      Metric(
        key: "format", name: "format",
        meaning: "share of greedy responses with every segment in place"),
      Metric(
        key: "sampled_format", name: "sampled format",
        meaning: "the same of sampled responses, averaged over questions"),
      Metric(
        key: "sufficiency", name: "sufficient",
        meaning: "mean verdict of the first reward that asks a judge"),
      Metric(
        key: "lucky", name: "lucky",
        meaning: "right answers with the verdict 0, of all that have one"),
      Metric(
        key: "mismatch", name: "mismatch",
        meaning: "share of responses whose thinking ends on other words than the answer"),
      Metric(
        key: "option_mismatch", name: "option mismatch",
        meaning: "share of responses whose thinking names another option last than the answer"),
    ]

  /// From which intersection over union a true span is met.
  public static let thresholds = [0.3, 0.5, 0.7]

  public var evaluation: String
  public var stage: String
  public var step: Int
  /// All questions, then by each column that tells them apart, names in order.
  public var rows: [Row]

  /// - Parameter items: of one evaluation of one stage; nil for none.
  public init?(_ items: [EvaluatedItem]) {
    guard let first = items.first else { return nil }
    evaluation = first.evaluation
    stage = first.stage
    step = first.step
    rows = [Row(items, column: nil, name: "")]
    for column in Column.allCases {
      let groups = Dictionary(grouping: items) { column.value(of: $0.item) }
      guard groups.count > 1 || !(groups.keys.first ?? "").isEmpty else { continue }
      for name in groups.keys.sorted() {
        rows.append(Row(groups[name] ?? [], column: column, name: name))
      }
    }
  }

  /// The row of all questions.
  public var total: Row? { rows.first }
}

extension EvaluationTable.Row {
  fileprivate init(
    _ items: [EvaluatedItem], column: EvaluationTable.Column?, name: String
  ) {
    let greedy = items.filter(\.isGreedy)
    var metrics: [String: Estimate] = [:]
    for metric in EvaluationTable.metrics {
      metrics[metric.key] = Estimate(greedy.compactMap { $0.values[metric.key] })
    }
    let unions = greedy.flatMap { $0.unions ?? [] }
    metrics["miou"] = Estimate(unions)
    for threshold in EvaluationTable.thresholds {
      metrics["recall_\(threshold)"] = Estimate(unions.map { $0 >= threshold ? 1 : 0 })
    }
    metrics["sampled_format"] = Self.sampledFormat(items)
    self.init(
      column: column, name: name, questions: greedy.count,
      answers: Dictionary(
        greedy.compactMap { $0.answered.map { ($0.rawValue, 1) } }, uniquingKeysWith: +),
      metrics: metrics, observationOnly: Self.observationOnly(items, greedy))
  }

  /// The responses to one question resemble each other, so what is averaged are questions.
  private static func sampledFormat(_ items: [EvaluatedItem]) -> Estimate? {
    let sampled = items.filter { $0.sample > 0 }
    let questions = Dictionary(grouping: sampled, by: \.question)
    return Estimate(
      questions.keys.sorted().map { question in
        let values = (questions[question] ?? []).compactMap { $0.values["format"] }
        return values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
      })
  }

  private static func observationOnly(
    _ items: [EvaluatedItem], _ greedy: [EvaluatedItem]
  ) -> PairedEstimate? {
    var blind: [Int: Double] = [:]
    for item in items where item.input == .observation {
      blind[item.question] = item.values["accuracy"]
    }
    return PairedEstimate(
      greedy.compactMap { item in
        guard let first = item.values["accuracy"], let second = blind[item.question] else {
          return nil
        }
        return (first, second)
      })
  }
}
