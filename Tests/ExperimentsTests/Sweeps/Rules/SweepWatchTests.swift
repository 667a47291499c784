import Foundation
import Testing
import Trainer

@testable import Experiments

struct SweepWatchTests {
  private typealias Trial = SweepSpecification.Trial

  private func step(_ number: Int, _ values: [String: Double]) -> StepRecord {
    StepRecord(stage: "rl", algorithm: "grpo", step: number, of: 4, values: values)
  }

  /// A process that writes the four steps of a trial one by one, and then finishes it.
  private func worker(
    _ trial: Trial, _ folder: SweepFolder, _ values: [String: Double]
  ) throws -> SceneProcess {
    let metrics = try SweepScenes.directory(of: trial.name, in: folder).writer(for: .metrics)
    var polls: [() throws -> TrialExit?] = (1...4).map { number in
      {
        try metrics.append(self.step(number, values))
        return nil
      }
    }
    polls.append {
      try SweepScenes.finish(trial.name, in: folder, accuracy: values["accuracy"] ?? 0)
      return .code(0)
    }
    return SceneProcess(1, polls)
  }

  @Test func cellsThatFallBehindAreEndedAndControlsAreNot() async throws {
    try await SweepScenes.with { folder in
      var specification = SweepScenes.specification(
        ["published", "good", "bad"], control: "published")
      specification.pruning = SweepPruning(
        rule: .asha, after: 2, every: 2, eta: 2, stage: "rl", measure: "accuracy",
        maximizes: true)
      let accuracy = ["published": 0.5, "good": 0.9, "bad": 0.1]
      func run() async throws -> (SweepState, [SweepRunner.Message], [String]) {
        var messages: [SweepRunner.Message] = []
        var started: [String] = []
        let runner = try SweepRunner(
          try SweepSession(specification, in: folder), parallel: 1
        ) { trial in
          started.append(trial.name)
          return try self.worker(trial, folder, ["accuracy": accuracy[trial.cell] ?? 0])
        } tell: {
          messages.append($0)
        }
        return (try await runner.run(pause: { await Task.yield() }), messages, started)
      }
      let (state, messages, started) = try await run()
      #expect(started == ["published-s7", "published-s8", "good-s7", "bad-s7", "good-s8"])
      #expect(state["bad-s7"].status == .pruned && state["bad-s7"].step == 2)
      #expect(state["bad-s8"].status == .pruned && state["bad-s8"].starts == 0)
      #expect(state["bad-s8"].reason == "its cell was pruned with seed 7")
      #expect(state["published-s8"].status == .finished)
      #expect(state["good-s8"].status == .finished)
      let reason = "accuracy 0.1 at step 2 of rl, where 0.5 of 2 others was needed"
      #expect(messages.contains(.pruned(trial: "bad-s7", reason: reason)))
      let events = try folder.journal()
      let look = try #require(events.first { $0.event == .looked && $0.trial == "bad-s7" })
      #expect(look.step == 2 && look.value == 0.1 && look.bound == 0.5 && look.peers == 2)
      #expect(events.filter { $0.event == .looked && $0.trial == "good-s7" }.count == 2)

      // What is decided stays decided, and is not looked at again.
      let (again, none, nobody) = try await run()
      #expect(again["bad-s7"].status == .pruned && none == [] && nobody == [])
      #expect(
        try folder.journal().filter { $0.event == .looked }.count
          == events.filter { $0.event == .looked }.count)
    }
  }

  @Test func aRunWithNothingToLearnFromIsStopped() async throws {
    try await SweepScenes.with { folder in
      var specification = SweepScenes.specification(["a"], control: "a", seeds: [7])
      specification.stop = SweepStopRules(informativeGroups: 0.5, steps: 2)
      let runner = try SweepRunner(
        try SweepSession(specification, in: folder), parallel: 1
      ) { trial in
        try self.worker(trial, folder, ["zero_variance/all": 0.75])
      }
      let state = try await runner.run(pause: { await Task.yield() })
      #expect(state["a-s7"].status == .stopped && state["a-s7"].step == 2)
      #expect(try SweepResults(folder).statuses == ["stopped": 1])
    }
  }

  @Test func aTailIsReadOnAndAgainWhereItWasCut() async throws {
    try await SweepScenes.with { folder in
      let run = try SweepScenes.directory(of: "a", in: folder)
      var tail = MetricsTail(run.url(of: .metrics))
      func read() -> [Int]? { tail.update() ? tail.steps.map(\.step) : nil }
      #expect(read() == nil)
      let writer = try run.writer(for: .metrics)
      for number in 1...3 { try writer.append(step(number, ["accuracy": 1])) }
      let length = writer.byteCount
      #expect(read() == [1, 2, 3])
      #expect(read() == nil)
      try writer.append(step(4, ["accuracy": 1]))
      #expect(read() == [1, 2, 3, 4])
      // A half line is not read before it is whole.
      let handle = try FileHandle(forWritingTo: run.url(of: .metrics))
      try handle.seekToEnd()
      try handle.write(contentsOf: Data("{\"kind\":\"st".utf8))
      #expect(read() == nil)
      try handle.truncate(atOffset: length)
      #expect(read() == [1, 2, 3])
    }
  }
}
