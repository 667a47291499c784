import Foundation
import Rewards
import Trainer
import TrainingGraph

/// Runs a small graph with one thread and with two, and compares every bit of both.
public struct DeterminismTest: Sendable {
  /// Steps of all stages that both runs made.
  public private(set) var steps = 0
  /// Where the two part; nil when every bit is equal.
  public private(set) var difference: String?

  /// - Parameters:
  ///   - graph: what is run; its judges cannot be models.
  ///   - data: providers of records, by the `kind` of a dataset.
  ///   - folder: for the two runs, whose folders are left there.
  /// - Throws: what the runs throw.
  public init(
    _ graph: TrainingGraph, data: [String: any DataSource], in folder: URL
  ) async throws {
    var traces: [TraceFile] = []
    for threads in [1, 2] {
      let run = try RunDirectory.create(
        at: folder.appendingPathComponent("threads-\(threads)"), recipe: "")
      let services = TrainerServices(
        data: data,
        makeJudge: {
          throw RewardError.unknown(what: "judge", name: $0.name, help: "the test asks none")
        },
        stages: RunStages(run, borrows: false), observer: try RunRecorder(run))
      try await Trainer(graph, services: services, settings: ExecutionSettings(threads: threads))
        .run()
      traces.append(try TraceFile(run))
    }
    let comparison = try RunComparison(traces[0], traces[1])
    steps = comparison.stages.reduce(0) { $0 + $1.equal }
    if let found = comparison.difference {
      difference =
        "step \(found.step) of stage \(found.stage) differs in its \(found.layer): \(found.place) is "
        + "\(found.first) with one thread and \(found.second) with two"
    } else if traces[0].finishes != traces[1].finishes {
      difference = "the weights at the end are others with two threads than with one"
    }
  }

  /// What it came to.
  public var finding: Finding {
    guard let difference else {
      return Finding("determinism", "\(steps) steps equal with 1 and 2 threads, bit for bit")
    }
    return Finding(
      "determinism", difference, .failure,
      help: "results of this machine cannot be relied on: please report it with this page")
  }
}
