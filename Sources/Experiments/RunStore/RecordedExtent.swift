import Foundation
import Trainer

/// How far the steps of a run are recorded without a gap, in all its files.
///
/// A process writes down what it did before the state that vouches for it. Only a folder that was copied while
/// the run went on can have a state or a checkpoint of later steps than its records: its files are of different
/// moments.
public struct RecordedExtent: Sendable {
  /// By stage, in every file that is to have them.
  private let steps: [[String: Int]]
  /// What the stages of the records said that they would come to.
  private let planned: [String: Int]

  /// - Parameter sampled: the stages that record groups of responses for people at every step.
  /// - Throws: `ExperimentError.malformed` with the line, `.cannotRead`.
  public init(_ run: RunDirectory, sampled: Set<String>) throws {
    var metrics: [String: Int] = [:]
    var planned: [String: Int] = [:]
    for step in try run.metrics().steps {
      Self.note(step.step, of: step.stage, in: &metrics)
      planned[step.stage] = step.of
    }
    var trace: [String: Int] = [:]
    try JSONLinesReader.forEach(TraceHead.self, in: run.url(of: .trace)) { line in
      guard line.kind == "step", let stage = line.stage, let step = line.step else { return }
      Self.note(step, of: stage, in: &trace)
    }
    var groups: [String: Int] = [:]
    try JSONLinesReader.forEach(Head.self, in: run.url(of: .rollouts)) { line in
      Self.note(line.step, of: line.stage, in: &groups)
    }
    // Others record none.
    for (stage, steps) in metrics where !sampled.contains(stage) { groups[stage] = steps }
    self.steps = [metrics, trace, groups]
    self.planned = planned
  }

  private struct Head: Decodable {
    var stage: String
    var step: Int
  }

  /// Several groups are of one step.
  private static func note(_ step: Int, of stage: String, in steps: inout [String: Int]) {
    let last = steps[stage] ?? 0
    if step == last + 1 { steps[stage] = step }
  }

  /// The steps of a stage that all files have, from the first one on.
  public func steps(of stage: String) -> Int { steps.map { $0[stage] ?? 0 }.min() ?? 0 }

  /// Refuses a run that has the checkpoint of a stage and not all of its steps.
  ///
  /// - Parameter digests: of the stages that train, by name.
  /// - Throws: `ExperimentError.torn`.
  public func checkCheckpoints(of run: RunDirectory, _ digests: [String: String]) throws {
    for note in RunStages.notes(in: run.checkpoints) where digests[note.stage] == note.digest {
      let steps = steps(of: note.stage)
      guard let planned = planned[note.stage], steps >= planned else {
        throw ExperimentError.torn(
          path: run.url.path, stage: note.stage, step: steps,
          checkpoint: run.checkpoints.appendingPathComponent("\(note.stage).json").path)
      }
    }
  }
}
