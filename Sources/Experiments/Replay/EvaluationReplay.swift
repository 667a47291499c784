import Foundation
import Rewards
import Trainer
import TrainingGraph

/// Measures the kept responses of a run's evaluations again, and compares.
public struct EvaluationReplay {
  /// What the comparison of one evaluation came to.
  public struct Outcome: Sendable {
    public var evaluation: String
    public var stage: String
    /// Responses that are equal.
    public var responses = 0
    /// What was not compared, with what is not kept of it.
    public var gaps: [String: String] = [:]
  }

  private let run: RunDirectory
  private let graph: TrainingGraph
  private let trace: TraceFile
  /// The evaluations of the run, each the last of its stage.
  private let recorded: [EvaluationRecord]

  /// - Parameter stage: the only stage whose evaluations are replayed; nil for all.
  /// - Throws: `ExperimentError`.
  public init(
    _ run: RunDirectory, _ graph: TrainingGraph, _ trace: TraceFile, stage: String?
  ) throws {
    self.run = run
    self.graph = graph
    self.trace = trace
    var last: [EvaluationRecord] = []
    for record in try run.metrics().evaluations where stage == nil || record.stage == stage {
      last.removeAll { $0.stage == record.stage && $0.evaluation == record.evaluation }
      last.append(record)
    }
    recorded = last
  }

  /// - Parameters:
  ///   - makeJudge: judges that answer from a tape.
  ///   - record: all of the record that a response is about; nil where nobody has it.
  /// - Returns: the evaluations, and the first difference.
  /// - Throws: `ExperimentError`, and the errors of rewards.
  public func rescored(
    makeJudge: (JudgeSpecification) throws -> any Judge, record: (EvaluatedItem) -> DataRecord?
  ) async throws -> (outcomes: [Outcome], difference: StepDifference?) {
    var outcomes: [Outcome] = []
    for evaluation in recorded {
      var outcome = Outcome(evaluation: evaluation.evaluation, stage: evaluation.stage)
      let items = try run.evaluations.read(evaluation.evaluation, stage: evaluation.stage)
      let rescorer = try EvaluationRescorer(
        graph, evaluation: evaluation.evaluation, stage: evaluation.stage, makeJudge: makeJudge)
      guard let rescorer, !items.isEmpty else {
        outcome.gaps["responses"] =
          items.isEmpty ? "they are not kept" : "the recipe has no such evaluation any more"
        outcomes.append(outcome)
        continue
      }
      let difference = try await compare(items, evaluation, rescorer, &outcome, record)
      outcomes.append(outcome)
      if let difference { return (outcomes, difference) }
    }
    return (outcomes, nil)
  }

  private func compare(
    _ items: [EvaluatedItem], _ evaluation: EvaluationRecord, _ rescorer: EvaluationRescorer,
    _ outcome: inout Outcome, _ record: (EvaluatedItem) -> DataRecord?
  ) async throws -> StepDifference? {
    func difference(_ place: String, _ kept: String, _ again: String) -> StepDifference {
      StepDifference(
        stage: evaluation.stage, step: evaluation.step,
        layer: "evaluation \(evaluation.evaluation)", place: place, first: kept, second: again)
    }
    let greedy = Dictionary(
      items.filter { $0.input == .video && $0.sample == 0 }.map { ($0.question, $0) }
    ) { first, _ in first }
    for (index, item) in items.enumerated() {
      let again: EvaluationRescorer.Rescored
      do {
        again = try await rescorer.rescore(
          item, greedy: greedy[item.question], record: trace.record(of: item) ?? record(item))
      } catch TrainerError.keptTokens(let count) {
        return difference(
          "the response to \(Self.name(item, index))", "\(count) tokens", "another number")
      }
      outcome.gaps.merge(again.gaps.map { ("reward `\($0)`", $1) }) { first, _ in first }
      if let found = item.difference(from: again.item) {
        return difference("\(found.place) of \(Self.name(item, index))", found.kept, found.again)
      }
      outcome.responses += 1
    }
    // Last, because it says less: a response that gives the same numbers is another one.
    let known = trace.evaluations.last {
      $0.stage == evaluation.stage && $0.evaluation == evaluation.evaluation
        && $0.step == evaluation.step
    }
    let digest = try CanonicalJSON.digest(items)
    if let known, known.items != digest { return difference("the responses", known.items, digest) }
    let numbers = EvaluationRecord.numbers(of: items)
    for (name, value) in numbers.sorted(by: { $0.key < $1.key })
    where evaluation.values[name]?.bitPattern != value.bitPattern {
      return difference(
        "`\(name)`", evaluation.values[name].map { "\($0)" } ?? "nothing", "\(value)")
    }
    return nil
  }

  private static func name(_ item: EvaluatedItem, _ index: Int) -> String {
    let which =
      item.input == .observation
      ? ", answered from the observation" : item.sample > 0 ? ", sample \(item.sample)" : ""
    return "question \(item.question)\(which) (line \(index + 1))"
  }
}

extension TraceFile {
  /// A record that steps have used, where it is the one that a response is about.
  fileprivate func record(of item: EvaluatedItem) -> DataRecord? {
    for records in items.values {
      guard var record = records[item.question], item.isAbout(record) else { continue }
      record.passages = item.item.passages
      return record
    }
    return nil
  }
}

extension EvaluatedItem {
  /// Whether a record is the one that the response is about, as far as that is kept.
  public func isAbout(_ record: DataRecord) -> Bool {
    var record = record
    // They are looked up as the run goes on.
    record.passages = item.passages
    return Item(record) == item
  }
}
