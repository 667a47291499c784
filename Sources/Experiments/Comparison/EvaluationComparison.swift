import Foundation
import Rewards
import Trainer

/// What several runs measured in the same evaluations, side by side: intervals, and differences from the first
/// run question by question.
public struct EvaluationComparison: Sendable, Codable, Equatable {
  /// One metric of one run.
  public struct Measured: Sendable, Codable, Equatable {
    public var value: Double
    /// Nil where the run kept no responses.
    public var estimate: Estimate?
  }

  /// A run's metric less the first run's, over the questions that both answered.
  public struct Difference: Sendable, Codable, Equatable {
    public enum Test: String, Sendable, Codable {
      /// Of shares: exact.
      case mcnemar
      /// Of other scores: the mean difference over its standard error as a standard normal.
      case normal
    }

    public var estimate: Estimate
    /// Two-sided.
    public var probability: Double
    public var test: Test
  }

  public struct Row: Sendable, Codable, Equatable {
    /// By `EvaluationTable.metrics`.
    public var metric: String
    /// By run; nil where the run has none.
    public var measured: [Measured?]
    /// By run; nil for the first, and where no question was answered by both.
    public var differences: [Difference?]
  }

  /// One evaluation, after one stage of every run.
  public struct Table: Sendable, Codable, Equatable {
    public var evaluation: String
    /// By run; nil where the run has no such evaluation.
    public var stages: [String?]
    public var rows: [Row]
  }

  public var runs: [String]
  public var tables: [Table]

  /// Evaluations that the first run and another one have: after every stage that all of those made, and after the
  /// last of each where those are called differently.
  ///
  /// - Parameter runs: at least one; the first is what others are compared with.
  /// - Throws: `ExperimentError.malformed`, `.cannotRead`.
  public init(_ runs: [RunDirectory]) throws {
    self.runs = runs.map(\.name)
    let records = try runs.map { try $0.metrics().evaluations }
    tables = []
    for evaluation in (records.first ?? []).map(\.evaluation).uniqued {
      let stages = records.map { $0.filter { $0.evaluation == evaluation }.map(\.stage).uniqued }
      guard stages.dropFirst().contains(where: { !$0.isEmpty }) else { continue }
      let common = (stages.first ?? []).filter { stage in
        stages.allSatisfy { $0.isEmpty || $0.contains(stage) }
      }
      var choices = common.map { stage in stages.map { $0.isEmpty ? nil : stage } }
      let last = stages.map(\.last)
      if !choices.contains(last) { choices.append(last) }
      for choice in choices {
        let sides = try zip(zip(runs, records), choice).map { run, stage in
          try stage.map { try Side(run.0, run.1, evaluation, stage: $0) }
        }
        tables.append(Table(evaluation: evaluation, stages: choice, rows: Self.rows(sides)))
      }
    }
  }

  private static func rows(_ sides: [Side?]) -> [Row] {
    EvaluationTable.metrics.compactMap { metric in
      let measured = sides.map { $0?.measured(metric.key) }
      guard measured.contains(where: { $0 != nil }) else { return nil }
      let differences = sides.enumerated().map { index, side -> Difference? in
        guard index > 0, let first = sides[0], let side else { return nil }
        return Difference(first.pairs(with: side, metric.key))
      }
      return Row(metric: metric.key, measured: measured, differences: differences)
    }
  }
}

extension EvaluationComparison.Difference {
  fileprivate init?(_ pairs: [(first: Double, second: Double)]) {
    guard let pair = PairedEstimate(pairs) else { return nil }
    if let exact = McNemar(pairs) {
      self.init(estimate: pair.difference, probability: exact.probability, test: .mcnemar)
      return
    }
    let places = Array(pairs.enumerated())
    guard
      let normal = PairedTest(
        [Dictionary(uniqueKeysWithValues: places.map { ($0.offset, $0.element.second) })],
        [Dictionary(uniqueKeysWithValues: places.map { ($0.offset, $0.element.first) })])
    else { return nil }
    self.init(estimate: pair.difference, probability: normal.probability, test: .normal)
  }
}

/// One evaluation of one stage of one run.
private struct Side {
  /// What a question is known by: its place in the data, and what is asked there.
  private struct Question: Hashable {
    var place: Int
    var problem: String
    var answer: String
    var path: String
  }

  private let values: [String: Double]
  private let metrics: [String: Estimate]
  private let questions: [(question: Question, values: [String: Double])]

  init(
    _ run: RunDirectory, _ records: [EvaluationRecord], _ evaluation: String, stage: String
  ) throws {
    values =
      records.last { $0.evaluation == evaluation && $0.stage == stage }?.values ?? [:]
    let items = try run.evaluations.read(evaluation, stage: stage)
    metrics = EvaluationTable(items)?.total?.metrics ?? [:]
    questions = items.filter { $0.input == .video && $0.sample == 0 }.map { item in
      let question = Question(
        place: item.question, problem: item.item.problem, answer: item.item.answer,
        path: URL(fileURLWithPath: item.item.path).lastPathComponent)
      return (question, item.values)
    }
  }

  func measured(_ metric: String) -> EvaluationComparison.Measured? {
    if let estimate = metrics[metric] { return .init(value: estimate.value, estimate: estimate) }
    return values[metric].map { .init(value: $0, estimate: nil) }
  }

  /// The values of the questions that both answered, in the order of the first.
  func pairs(with other: Side, _ metric: String) -> [(first: Double, second: Double)] {
    let others = Dictionary(other.questions.map { ($0.question, $0.values) }) { first, _ in first }
    return questions.compactMap { question, values in
      guard let first = values[metric], let second = others[question]?[metric] else { return nil }
      return (first, second)
    }
  }
}

extension [String] {
  /// Every element once, in the order of first appearance.
  fileprivate var uniqued: [String] {
    var seen: Set<String> = []
    return filter { seen.insert($0).inserted }
  }
}
