import Foundation
import Trainer

/// Writes a run's events to its directory: steps and evaluations to `metrics.jsonl`, what they were made
/// of to `trace.jsonl`, groups of responses for people to `rollouts.jsonl`, the responses of evaluations
/// to a file each.
///
/// A resumed run leaves the same files as one that was never interrupted: when a stage goes on after
/// its step k, what was recorded after that step is cut off and recorded again, and an evaluation
/// that is already there is not written twice.
public final class RunRecorder: TrainingObserver, @unchecked Sendable {
  private let metrics: JSONLinesWriter
  private let rollouts: JSONLinesWriter
  private let trace: TraceRecorder
  /// The step, and the responses of the evaluation, that were told of last.
  private var step: StepRecord?
  private var items: [EvaluatedItem] = []
  private let evaluations: EvaluationFiles
  private var recorded: [EvaluationRecord]
  /// Events come from one thread at a time (the trainer's contract); the lock makes that a fact.
  private let lock = NSLock()

  /// Opens the files for appending.
  ///
  /// - Throws: `ExperimentError.malformed` when the metrics of an earlier process are damaged,
  ///   `.cannotWrite`.
  public init(_ run: RunDirectory) throws {
    metrics = try run.writer(for: .metrics)
    rollouts = try run.writer(for: .rollouts)
    trace = try TraceRecorder(run)
    evaluations = run.evaluations
    recorded = try Self.evaluations(in: metrics.url)
  }

  public func receive(_ event: TrainingEvent) throws {
    try lock.withLock {
      switch event {
      case .damagedState: break
      case .stageStarted(let stage):
        try cut(stage.stage, after: stage.completedSteps)
      case .step(let record):
        try metrics.append(record)
        step = record
      case .trace(let made):
        try trace.append(made, metrics: step?.values ?? [:])
      case .evaluated(let items):
        try evaluations.write(items)
        self.items = items
      case .evaluation(let record):
        try append(record, items)
        items = []
      case .intermediate(let record, let items):
        try evaluations.write(items, isIntermediate: true)
        try append(record, items)
      case .rollouts(let record):
        try rollouts.append(record)
      case .stageFinished(let finish):
        try trace.append(finish)
        try bringToDisk()
      }
    }
  }

  private func append(_ record: EvaluationRecord, _ items: [EvaluatedItem]) throws {
    try trace.append(record, items: items)
    guard !recorded.contains(record) else { return }
    recorded.append(record)
    try metrics.append(record)
  }

  private static func evaluations(in metrics: URL) throws -> [EvaluationRecord] {
    try JSONLinesReader.read(MetricRecord.self, from: metrics).compactMap {
      switch $0 {
      case .step: nil
      case .evaluation(let record), .intermediate(let record): record
      }
    }
  }

  public func synchronize() throws { try lock.withLock { try bringToDisk() } }

  private func bringToDisk() throws {
    try metrics.synchronize()
    try rollouts.synchronize()
    try trace.synchronize()
  }

  /// Cuts off everything from the first line on that the stage is about to record again.
  private func cut(_ stage: String, after completed: Int) throws {
    let position = try JSONLinesReader.offset(in: metrics.url, ofFirst: MetricRecord.self) {
      switch $0 {
      case .step(let record): record.stage == stage && record.step > completed
      case .evaluation(let record), .intermediate(let record):
        record.stage == stage && record.step > completed
      }
    }
    if let position {
      try metrics.cut(to: position)
      recorded = try Self.evaluations(in: metrics.url)
    }
    let groups = try JSONLinesReader.offset(in: rollouts.url, ofFirst: RolloutRecord.self) {
      $0.stage == stage && $0.step > completed
    }
    if let groups { try rollouts.cut(to: groups) }
    try trace.cut(stage, after: completed)
  }
}
