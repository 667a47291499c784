import ClipWorld
import Foundation
import Rewards
import Synchronization
import Testing
import Trainer
import TrainingGraph

/// Runs that are stopped while they wait for a judge.
@Suite struct JudgeInterruptionRunTests {
  /// Answers as the oracle does, until it is asked so often: then the run is to stop, and nobody waits.
  private final class Stopping: Sendable {
    private let left: Mutex<Int>
    init(after questions: Int) { left = Mutex(questions) }
    var isRequested: Bool { left.withLock { $0 <= 0 } }
    func count() throws {
      let left = left.withLock { left in
        left -= 1
        return left
      }
      if left <= 0 { throw CancellationError() }
    }
  }

  private struct StoppingJudge: Judge {
    let oracle: OracleJudge
    let stopping: Stopping
    func verdict(_ request: JudgeRequest) async throws -> JudgeVerdict {
      try stopping.count()
      return try await oracle.verdict(request)
    }
  }

  private func services(_ run: TinyRun, _ stages: Stages, _ stopping: Stopping) -> TrainerServices {
    TrainerServices(
      data: ["clipworld": Worlds(folder: run.folder.appendingPathComponent("worlds"))],
      makeJudge: { StoppingJudge(oracle: try OracleJudge($0.settings), stopping: stopping) },
      stages: stages, observer: run.recorder, isCancelled: { stopping.isRequested })
  }

  @Test(
    "the step, or the evaluation, is made again, and the run is the one that was never stopped",
    arguments: [2, 8, 14, 20])
  func resumption(_ questions: Int) async throws {
    try await withFolder { folder in
      let graph = try TinyRun.graph()
      let whole = TinyRun(in: folder)
      try await whole.run(graph, threads: 1)

      let stages = try Stages(folder: folder.appendingPathComponent("stopped"))
      let stopped = TinyRun(in: folder)
      await #expect {
        try await stopped.run(
          graph, threads: 2, services: services(stopped, stages, Stopping(after: questions)))
      } throws: { error in
        if case TrainerError.interrupted = error { true } else { false }
      }
      let resumed = TinyRun(in: folder)
      try await resumed.run(
        graph, threads: 2, services: services(resumed, stages, Stopping(after: .max)))
      #expect(stopped.recorder.steps + resumed.recorder.steps == whole.recorder.steps)
      #expect(resumed.recorder.finished.last?.digest == whole.recorder.finished.last?.digest)
      #expect(resumed.recorder.evaluations.last == whole.recorder.evaluations.last)
    }
  }

  @Test("a judge that is cancelled though nobody stops the run ends it with that error")
  func cancelledOtherwise() async throws {
    try await withFolder { folder in
      let run = TinyRun(in: folder)
      let stages = try Stages(folder: folder.appendingPathComponent("stages"))
      var services = services(run, stages, Stopping(after: 2))
      services.isCancelled = { false }
      let graph = try TinyRun.graph()
      await #expect(throws: CancellationError.self) {
        try await run.run(graph, threads: 2, services: services)
      }
    }
  }
}
