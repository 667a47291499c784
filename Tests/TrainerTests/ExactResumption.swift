import ClipWorld
import Foundation
import Testing
import Trainer
import TrainingGraph

/// Stops a run after so many events, goes on with it, and compares with the run that was not stopped.
func expectExactResumption(of graph: TrainingGraph, after events: Int) async throws {
  try await withFolder { folder in
    let whole = TinyRun(in: folder)
    try await whole.run(graph)

    let stages = try Stages(folder: folder.appendingPathComponent("stopped"))
    func services(_ recorder: Recorder, limit: Int) -> TrainerServices {
      TrainerServices(
        data: ["clipworld": Worlds(folder: folder.appendingPathComponent("worlds"))],
        makeJudge: { try OracleJudge($0.settings) }, stages: stages, observer: recorder,
        isCancelled: { recorder.count >= limit })
    }
    let stopped = TinyRun(in: folder)
    await #expect(throws: TrainerError.self) {
      try await stopped.run(
        graph, threads: 2, services: services(stopped.recorder, limit: events))
    }
    let resumed = TinyRun(in: folder)
    try await resumed.run(
      graph, threads: 2, services: services(resumed.recorder, limit: .max))
    #expect(stopped.recorder.steps + resumed.recorder.steps == whole.recorder.steps)
    #expect(
      resumed.recorder.finished.last?.digest == whole.recorder.finished.last?.digest)
  }
}
