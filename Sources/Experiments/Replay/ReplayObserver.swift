import Synchronization
import Trainer

/// Compares the steps, evaluations and stages of a run with those of a recording as they are made, and ends
/// the run at the first that differs.
public final class ReplayObserver: TrainingObserver {
  private struct State {
    var metrics: [String: Double] = [:]
    var outcome = ReplayOutcome()
    var items: [EvaluatedItem] = []
  }

  private let recorded: TraceFile
  private let progress: @Sendable (_ stage: String, _ step: Int, _ of: Int) -> Void
  private let state = Mutex(State())

  /// - Parameter progress: told of every step, and of step 0 when a stage begins.
  public init(
    _ recorded: TraceFile,
    progress: @escaping @Sendable (_ stage: String, _ step: Int, _ of: Int) -> Void = { _, _, _ in }
  ) {
    self.recorded = recorded
    self.progress = progress
  }

  /// What the comparison has come to.
  public var outcome: ReplayOutcome { state.withLock { $0.outcome } }

  public func receive(_ event: TrainingEvent) throws {
    switch event {
    case .step(let record):
      state.withLock { $0.metrics = record.values }
      progress(record.stage, record.step, record.of)
    case .trace(let trace): try compare(trace)
    case .evaluated(let items): state.withLock { $0.items = items }
    case .evaluation(let record): try compare(record, state.withLock { $0.items })
    case .intermediate(let record, let items): try compare(record, items)
    case .stageFinished(let finish): try compare(finish)
    case .stageStarted(let start): progress(start.stage, start.completedSteps, start.steps)
    case .damagedState, .rollouts: break
    }
  }

  public func synchronize() throws {}

  private func compare(_ trace: StepTrace) throws {
    let step = try recorded.recorded(trace.step, of: trace.stage)
    let metrics = state.withLock { $0.metrics }
    try part(at: step.difference(from: trace, metrics: metrics))
    state.withLock { state in
      if state.outcome.stages.last?.name == trace.stage {
        state.outcome.stages[state.outcome.stages.count - 1].steps = trace.step
      } else {
        state.outcome.stages.append((trace.stage, trace.step))
      }
    }
  }

  private func compare(_ record: EvaluationRecord, _ items: [EvaluatedItem]) throws {
    let again = try TracedEvaluation(record, items)
    guard let known = recorded.evaluations.last(where: again.isSame) else { return }
    let difference =
      known.items != again.items
      ? ("the responses", known.items, again.items)
      : known.metrics != again.metrics ? ("the numbers", known.metrics, again.metrics) : nil
    try part(
      at: difference.map {
        StepDifference(
          stage: record.stage, step: record.step, layer: "evaluation \(record.evaluation)",
          place: $0.0, first: $0.1, second: $0.2)
      })
  }

  private func compare(_ finish: StageFinish) throws {
    guard let known = recorded.finishes.last(where: { $0.stage == finish.stage }),
      known.digest != finish.digest
    else { return }
    let steps = recorded.stages.last { $0.name == finish.stage }?.steps ?? 0
    try part(
      at: StepDifference(
        stage: finish.stage, step: steps, layer: "checkpoint", place: "the weights",
        first: known.digest, second: finish.digest))
  }

  private func part(at difference: StepDifference?) throws {
    guard let difference else { return }
    state.withLock { $0.outcome.difference = difference }
    throw ReplayError.differs(difference)
  }
}
