import ClipWorld
import Foundation
import Models
import TensorEngine
import Testing
import TrainingGraph

@testable import Trainer

/// Evaluations that are asked while a stage trains, and checkpoints that they choose.
@Suite struct EvaluationsWithinTests {
  private static let asked = ("check: {data", "check: {every: 3 step, data")
  private static let short = ("steps: 40", "steps: 8")

  /// The tiny run, whose first stage takes 8 steps and keeps its best checkpoint.
  private func graph(
    _ best: String = "{minimize: eval.check.length.response}", _ further: [(String, String)] = []
  ) throws -> TrainingGraph {
    let rate = "learning_rate: 1.0e-2"
    return try TinyRun.graph(
      further + [Self.short, Self.asked, (rate, "\(rate)\n    keep: {best: \(best)}")])
  }

  @Test func evaluationsWithinAStageChangeNoBitOfIt() async throws {
    try await withFolder { folder in
      let plain = TinyRun(in: folder)
      try await plain.run(TinyRun.graph([Self.short]))
      let run = TinyRun(in: folder)
      try await run.run(
        TinyRun.graph([Self.short, ("check: {data", "check: {every: 2 step, data")]), threads: 1)
      #expect(run.recorder.intermediate.map(\.stage) == ["cold", "cold", "cold", "rl"])
      #expect(run.recorder.intermediate.map(\.step) == [2, 4, 6, 2])
      #expect(
        run.recorder.intermediate.allSatisfy { $0.isIntermediate && $0.values["blind"] != nil })
      #expect(run.recorder.intermediateItems.map(\.count) == [6, 6, 6, 6])
      #expect(run.recorder.steps == plain.recorder.steps)
      #expect(run.recorder.traces == plain.recorder.traces)
      #expect(run.recorder.evaluations == plain.recorder.evaluations)
      #expect(run.recorder.finished.map(\.digest) == plain.recorder.finished.map(\.digest))
      #expect(run.recorder.finished.allSatisfy { $0.choice == nil })
    }
  }

  @Test(arguments: ["minimize", "maximize"])
  func theResultIsTheEarliestOfTheBestSteps(_ word: String) async throws {
    try await withFolder { folder in
      let run = TinyRun(in: folder)
      try await run.run(graph("{\(word): eval.check.length.response}"))
      let records = run.recorder.intermediate.filter { $0.stage == "cold" }
      #expect(records.map(\.step) == [3, 6, 8])
      let values = records.compactMap { $0.values["length/response"] }
      let extreme = try #require(word == "minimize" ? values.min() : values.max())
      let best = try #require(records.first { $0.values["length/response"] == extreme })

      let finished = try #require(run.recorder.finished.first)
      let choice = try #require(finished.choice)
      #expect(choice.best == StageSelection.Candidate(step: best.step, value: extreme))
      #expect(choice.last?.value == records.last?.values["length/response"])
      #expect(choice.metric == "eval.check.length.response" && choice.candidates == 3)
      let folder = URL(fileURLWithPath: finished.checkpoint)
      #expect(try StageSelection.read(from: folder) == choice)

      // The result is what was evaluated then, and what comes after starts from it.
      let result = try #require(run.recorder.evaluations.first)
      #expect(result.step == best.step && result.values == best.values)
      let place = try #require(records.firstIndex(of: best))
      #expect(run.recorder.evaluatedItems[0] == run.recorder.intermediateItems[place])
    }
  }

  @Test func aBestLastStepIsTheStageAsItIsWithoutAChoice() async throws {
    try await withFolder { folder in
      let plain = TinyRun(in: folder)
      try await plain.run(TinyRun.graph([Self.short]))
      let run = TinyRun(in: folder)
      // A single candidate: the last step.
      try await run.run(
        TinyRun.graph([
          Self.short, ("check: {data", "check: {every: 20 step, data"),
          ("batch_size: 8", "batch_size: 8\n    keep: {best: {maximize: eval.check.format}}"),
        ]))
      #expect(run.recorder.finished.first?.choice?.best.step == 8)
      #expect(run.recorder.finished.map(\.digest) == plain.recorder.finished.map(\.digest))
      #expect(run.recorder.evaluations == plain.recorder.evaluations)
    }
  }

  /// Before and after an evaluation, at its end, and between a state and an evaluation.
  @Test(arguments: [6, 7, 8, 14, 15, 16, 20, 21])
  func aRunThatIsStoppedGoesOnAsIfItNeverWas(events: Int) async throws {
    for word in ["minimize", "maximize"] {
      try await expectExactResumption(
        of: graph("{\(word): eval.check.length.response}"), after: events)
    }
  }

  @Test func anAdaptersBestCheckpointIsMerged() async throws {
    let adapter = "adapter: {rank: 4, alpha: 8, targets: [\"*_proj\"]}"
    let graph = try graph(
      "{maximize: eval.check.length.response}",
      [("batch_size: 8", "batch_size: 8\n    \(adapter)")])
    try await expectExactResumption(of: graph, after: 12)
  }

  /// Ends a run as if it were killed: what was not saved is lost.
  private final class Killing: TrainingObserver {
    struct Killed: Error {}
    let recorder: Recorder
    let limit: Int

    init(_ recorder: Recorder, limit: Int) { (self.recorder, self.limit) = (recorder, limit) }

    func receive(_ event: TrainingEvent) throws {
      guard recorder.count < limit else { throw Killed() }
      try recorder.receive(event)
    }
    func synchronize() throws {}
  }

  private func services(
    _ folder: URL, _ stages: Stages, _ observer: any TrainingObserver
  ) -> TrainerServices {
    TrainerServices(
      data: ["clipworld": Worlds(folder: folder.appendingPathComponent("worlds"))],
      makeJudge: { try OracleJudge($0.settings) }, stages: stages, observer: observer)
  }

  @Test func aRunThatIsKilledAtAnyEventEndsAsIfItNeverWas() async throws {
    try await withFolder { folder in
      let graph = try graph("{maximize: eval.check.length.response}")
      let whole = TinyRun(in: folder)
      try await whole.run(graph)
      // All events of the first stage: its start, two for every step, and the evaluations.
      for limit in 2...20 {
        let stages = try Stages(folder: folder.appendingPathComponent("killed-\(limit)"))
        let killed = TinyRun(in: folder)
        await #expect(throws: Killing.Killed.self) {
          try await killed.run(
            graph, threads: 1,
            services: services(folder, stages, Killing(killed.recorder, limit: limit)))
        }
        let resumed = TinyRun(in: folder)
        try await resumed.run(
          graph, threads: 2, services: services(folder, stages, resumed.recorder))
        #expect(
          resumed.recorder.finished
            == whole.recorder.finished.map { finish in
              var finish = finish
              finish.checkpoint = stages.folder.appendingPathComponent(finish.stage).path
              return finish
            }, "after \(limit) events")
        #expect(resumed.recorder.evaluations == whole.recorder.evaluations)
        let again = resumed.recorder.intermediate
        #expect(again == whole.recorder.intermediate.suffix(again.count))
      }
    }
  }

  @Test func aDamagedBestCheckpointIsMadeAgain() async throws {
    try await withFolder { folder in
      let graph = try graph("{maximize: eval.check.length.response}")
      let whole = TinyRun(in: folder)
      try await whole.run(graph)
      let stages = try Stages(folder: folder.appendingPathComponent("damaged"))
      let killed = TinyRun(in: folder)
      await #expect(throws: Killing.Killed.self) {
        try await killed.run(
          graph, threads: 1, services: services(folder, stages, Killing(killed.recorder, limit: 15))
        )
      }
      let best = try #require(
        StageStates(stages.folder).files.first { $0.lastPathComponent.hasPrefix("best-") })
      var bytes = try Data(contentsOf: best)
      bytes[bytes.count - 1] ^= 1
      try bytes.write(to: best)
      let resumed = TinyRun(in: folder)
      try await resumed.run(
        graph, threads: 1, services: services(folder, stages, resumed.recorder))
      #expect(resumed.recorder.finished.map(\.digest) == whole.recorder.finished.map(\.digest))
      #expect(resumed.recorder.finished.map(\.choice) == whole.recorder.finished.map(\.choice))
    }
  }

  @Test func onlyWhatIsNeededStays() async throws {
    try await withFolder { folder in
      for last in [1, 3] {
        let stages = try Stages(folder: folder.appendingPathComponent("kept-\(last)"))
        let stopped = TinyRun(in: folder)
        let recorder = stopped.recorder
        var services = services(folder, stages, recorder)
        services.isCancelled = { recorder.count >= 19 }
        let settings = ExecutionSettings(
          threads: 2, stateInterval: 2, keptStates: ["cold": last], recordedGroups: 2)
        await #expect(throws: TrainerError.self) {
          try await Trainer(
            graph("{maximize: eval.check.length.response}"), services: services, settings: settings
          ).run()
        }
        let names = StageStates(stages.folder).files.map(\.lastPathComponent)
        #expect(names.filter { $0.hasPrefix("stage-") }.count == last)
        let candidates = names.filter { $0.hasPrefix("best-") }.count
        #expect((1...last + 1).contains(candidates), "\(names)")
      }
    }
  }

  @Test func aMetricThatIsNotMeasuredStopsTheRunWithItsStateSaved() async throws {
    try await withFolder { folder in
      var graph = try graph("{maximize: eval.check.accuracy}")
      try graph.edit("cold/best") {
        $0 = .select(
          SelectionSpecification(text: "eval.check.recall_1", metric: "recall_1", maximizes: true))
      }
      let stages = try Stages(folder: folder.appendingPathComponent("unmeasured"))
      let run = TinyRun(in: folder)
      let error = await #expect(throws: TrainerError.self) {
        try await run.run(graph, threads: 1, services: services(folder, stages, run.recorder))
      }
      #expect(error == .nothingToChooseBy("eval.check.recall_1", stage: "cold", step: 3))
      #expect(
        StageStates(stages.folder).files.contains { $0.lastPathComponent.hasPrefix("stage-000003") }
      )
    }
  }
}
