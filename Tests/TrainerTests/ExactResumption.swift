import ClipWorld
import Foundation
import Testing
import Trainer
import TrainingGraph

/// Stops a run after so many events, goes on with it, and compares with the run that was not stopped.
///
/// - Parameter inspect: given what is kept of the stages when the run has stopped.
func expectExactResumption(
  of graph: TrainingGraph, after events: Int, inspect: (Stages) throws -> Void = { _ in }
) async throws {
  try await withFolder { folder in
    let whole = TinyRun(in: folder)
    try await whole.run(graph, threads: 1)

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
    try inspect(stages)
    let resumed = TinyRun(in: folder)
    try await resumed.run(
      graph, threads: 2, services: services(resumed.recorder, limit: .max))
    #expect(stopped.recorder.steps + resumed.recorder.steps == whole.recorder.steps)
    #expect(resumed.recorder.finished.last?.digest == whole.recorder.finished.last?.digest)
    #expect(resumed.recorder.finished.last?.choice == whole.recorder.finished.last?.choice)
    #expect(
      stopped.recorder.intermediate + resumed.recorder.intermediate == whole.recorder.intermediate)
    #expect(resumed.recorder.evaluations.last == whole.recorder.evaluations.last)
  }
}
