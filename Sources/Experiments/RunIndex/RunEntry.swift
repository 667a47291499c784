import Foundation
import Trainer

/// One run as a list of runs shows it.
public struct RunEntry: Sendable, Codable, Equatable {
  public enum Outcome: String, Sendable, Codable {
    case running, finished, interrupted, failed
    /// It says that it is running, and no process holds its lock.
    case killed
  }

  public struct Stage: Sendable, Codable, Equatable {
    public var name: String
    public var algorithm: String
    /// Steps that are recorded; all of them where the stage is complete.
    public var done: Int
    public var steps: Int
    /// Whether its checkpoint, or what a pipeline makes, is written.
    public var isComplete: Bool
    /// SHA-256 over the weights of its checkpoint, or the records of a pipeline.
    public var checkpointDigest: String?
  }

  /// A number of the last evaluation.
  public struct Metric: Sendable, Codable, Equatable {
    public var name: String
    public var value: Double
    public var evaluation: String
    public var stage: String
  }

  /// Where it lies below the folder of runs: its name, and the sweep's before it.
  public var name: String
  /// The recipe's `about.title`.
  public var title: String
  public var outcome: Outcome
  public var stages: [Stage]
  public var metric: Metric?
  /// Wall clock, over all its processes.
  public var seconds: Double?
  /// What its files take on the disk.
  public var bytes: Int
  /// What of its files cannot be read; nil where all can.
  public var problem: String?
}

extension RunEntry {
  /// What the files of a run say; whether a process writes them is not asked.
  ///
  /// Of the metrics only the last step and the last evaluation are decoded: a long run is listed as quickly as
  /// a short one.
  init(_ run: RunDirectory, named name: String, bytes: Int) {
    self.init(name: name, title: "", outcome: .killed, stages: [], bytes: bytes)
    do {
      guard let summary = try run.read(RunSummary.self, from: .summary) else { return }
      title = summary.title
      seconds = summary.seconds
      outcome = Outcome(summary.outcome)
      stages = summary.stages.map { Stage($0) }
      let end = try MetricsEnd(run.url(of: .metrics))
      if let step = end.step, let index = stages.firstIndex(where: { $0.name == step.stage }) {
        // A stage begins when those before it are complete.
        for earlier in stages[..<index].indices { stages[earlier].done = stages[earlier].steps }
        if !stages[index].isComplete { stages[index].done = step.step }
      }
      metric = end.evaluation.flatMap(Metric.init)
    } catch {
      problem = "\(error)"
    }
  }
}

extension RunEntry.Outcome {
  fileprivate init(_ outcome: RunSummary.Outcome) {
    self =
      switch outcome {
      case .running: .killed
      case .finished: .finished
      case .interrupted: .interrupted
      case .failed: .failed
      }
  }
}

extension RunEntry.Stage {
  fileprivate init(_ stage: RunSummary.Stage) {
    let isComplete = stage.checkpointDigest != nil
    self.init(
      name: stage.name, algorithm: stage.algorithm, done: isComplete ? stage.steps : 0,
      steps: stage.steps, isComplete: isComplete, checkpointDigest: stage.checkpointDigest)
  }
}

extension RunEntry.Metric {
  /// The first metric of `EvaluationTable.metrics` that was measured.
  init?(_ record: EvaluationRecord) {
    guard
      let name = EvaluationTable.metrics.lazy.map(\.key).first(where: { record.values[$0] != nil }),
      let value = record.values[name]
    else { return nil }
    self.init(name: name, value: value, evaluation: record.evaluation, stage: record.stage)
  }
}
