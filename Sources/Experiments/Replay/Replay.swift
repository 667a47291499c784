import Rewards
import Trainer
import TrainingGraph

/// What a replay came to.
public struct ReplayOutcome: Sendable {
  /// The stages whose steps were compared, in order, with how many.
  public var stages: [(name: String, steps: Int)] = []
  /// The evaluations whose responses were compared.
  public var evaluations: [EvaluationReplay.Outcome] = []
  /// Where it parts from the recording; nil when every bit is equal.
  public var difference: StepDifference?
}

/// Computes again what a run recorded, and compares.
public struct Replay {
  private let graph: TrainingGraph
  private let trace: TraceFile
  private let stages: [(name: String, steps: Int)]

  /// - Parameter stage: the only stage to be replayed; nil for all that the run made itself.
  /// - Throws: `ReplayError.noStage`.
  public init(_ graph: TrainingGraph, _ trace: TraceFile, stage: String?) throws {
    self.graph = graph
    self.trace = trace
    stages = trace.stages.filter { stage == nil || $0.name == stage }
    guard !stages.isEmpty else {
      throw ReplayError.noStage(stage, known: trace.stages.map(\.name))
    }
  }

  /// The stages that are replayed.
  public var stageNames: [String] { stages.map(\.name) }

  /// Segments, rewards, normalization, credit and their metrics, from the recorded responses. Of a stage that
  /// samples none only the recording's own digests are compared.
  ///
  /// - Parameters:
  ///   - makeJudge: judges that answer from a tape.
  ///   - progress: told of every step, and of step 0 when a stage begins.
  /// - Throws: `ReplayError.damaged` for a recording that was changed; the errors of rewards and judges.
  public func rescored(
    makeJudge: (JudgeSpecification) throws -> any Judge,
    progress: (_ stage: String, _ step: Int, _ of: Int) -> Void = { _, _, _ in }
  ) async throws -> ReplayOutcome {
    var outcome = ReplayOutcome()
    for stage in stages {
      outcome.stages.append((stage.name, 0))
      progress(stage.name, 0, stage.steps)
      var rescorer =
        graph.policyStages.contains(stage.name)
        ? try Rescorer(graph, stage: stage.name, makeJudge: makeJudge) : nil
      for step in 1...stage.steps {
        let recorded = try trace.recorded(step, of: stage.name)
        if let again = try await rescorer?.rescore(recorded.trace) {
          outcome.difference = try recorded.difference(from: again.trace, metrics: again.metrics)
          if outcome.difference != nil { return outcome }
        }
        outcome.stages[outcome.stages.count - 1].steps = step
        progress(stage.name, step, stage.steps)
      }
    }
    return outcome
  }
}

extension RecordedStep {
  /// Where the step parts from itself computed again; nil when every bit is equal.
  ///
  /// - Parameter metrics: those that were computed again.
  func difference(from trace: StepTrace, metrics: [String: Double]) throws -> StepDifference? {
    let all = self.metrics.merging(metrics) { $1 }
    let again = try line(of: trace, metrics: all)
    return StepDifference(
      .init(line: line, metrics: self.metrics), .init(line: again, metrics: all))
  }

  private func line(of trace: StepTrace, metrics: [String: Double]) throws -> TracedStep {
    let items = zip(trace.records, trace.groups).map {
      TracedItem(data: trace.data, record: $0, item: $1.item)
    }
    return try TracedStep(trace, items: items, metrics: metrics, after: nil)
  }
}
