import Foundation
import Trainer

/// Follows a run that some process writes, from its files alone.
public struct RunFollower: Sendable {
  public let run: RunDirectory
  private var tail: MetricsTail
  /// As of the last update; nil where none is written yet.
  private(set) var summary: RunSummary?

  public init(_ run: RunDirectory) {
    self.run = run
    tail = MetricsTail(run.url(of: .metrics))
  }

  /// Where the run stands now.
  ///
  /// - Throws: `ExperimentError.malformed` for a damaged summary, `.cannotRead`.
  public mutating func update() throws -> RunSnapshot {
    // The lock first: who does not hold it any more has written the summary's last word.
    let isWritten = RunLock.process(holding: run.url) != nil
    summary = try run.read(RunSummary.self, from: .summary)
    _ = tail.update()
    return snapshot(isWritten: isWritten)
  }

  /// All recorded steps, as of the last update.
  var steps: [StepRecord] { tail.steps }

  private func snapshot(isWritten: Bool) -> RunSnapshot {
    let last = tail.steps.last
    var stages = (summary?.stages ?? []).map { stage in
      let isComplete = stage.checkpointDigest != nil
      return RunSnapshot.Stage(
        name: stage.name, algorithm: stage.algorithm, done: isComplete ? stage.steps : 0,
        steps: stage.steps, isComplete: isComplete, seconds: stage.seconds)
    }
    var current: RunSnapshot.Current?
    if let last, let index = stages.firstIndex(where: { $0.name == last.stage }),
      !stages[index].isComplete
    {
      // A stage begins when those before it are complete, and knows its steps once its data are read.
      for earlier in stages[..<index].indices { stages[earlier].done = stages[earlier].steps }
      stages[index].done = last.step
      stages[index].steps = last.of
      stages[index].seconds = elapsed(stages[index].seconds)
      let rate = stages[index].seconds.map { $0 / Double(max(1, last.step)) }
      current = RunSnapshot.Current(
        stage: last.stage, step: last.step, of: last.of, values: last.values,
        secondsPerStep: rate, secondsLeft: rate.map { $0 * Double(max(0, last.of - last.step)) })
    }
    return RunSnapshot(
      run: run.name, title: summary?.title ?? run.name,
      outcome: Self.outcome(summary?.outcome, isWritten: isWritten), stages: stages,
      current: current, measured: tail.measured,
      steps: tail.steps.filter { $0.stage == last?.stage })
  }

  private static func outcome(
    _ outcome: RunSummary.Outcome?, isWritten: Bool
  ) -> RunSnapshot.Outcome {
    guard !isWritten else { return outcome == nil ? .starting : .running }
    return switch outcome {
    case .running, nil: .killed
    case .finished: .finished
    case .interrupted: .interrupted
    case .failed: .failed
    }
  }

  /// The time of the stage in progress up to its last step: what the summary says, and what has passed between
  /// the writing of the summary and that of the step. The summary is written when a process starts, when a stage
  /// ends and when a state is saved.
  private func elapsed(_ recorded: Double?) -> Double? {
    guard let step = written(.metrics), let summary = written(.summary) else { return recorded }
    // A clock that was set back makes no negative time.
    let seconds = (recorded ?? 0) + max(0, step.timeIntervalSince(summary))
    return seconds > 0 ? seconds : nil
  }

  private func written(_ file: RunFile) -> Date? {
    let attributes = try? FileManager.default.attributesOfItem(atPath: run.url(of: file).path)
    return attributes?[.modificationDate] as? Date
  }
}
