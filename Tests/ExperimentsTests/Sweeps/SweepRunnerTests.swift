import Foundation
import Testing

@testable import Experiments

struct SweepRunnerTests {
  private typealias Trial = SweepSpecification.Trial

  /// A process that makes the shared stage, then the trial.
  private func worker(_ trial: Trial, _ folder: SweepFolder, _ number: Int) -> SceneProcess {
    SceneProcess(
      number,
      [
        { nil },
        {
          try SweepScenes.make("cold", of: trial.name, in: folder)
          return nil
        },
        { nil },
        {
          try SweepScenes.finish(trial.name, in: folder)
          return .code(0)
        },
      ])
  }

  @Test func everyTrialIsRunOnceAndSharedStagesAreMadeByOne() async throws {
    try await SweepScenes.with { folder in
      let specification = SweepScenes.specification(["a", "b", "c"], control: "a")
      let session = try SweepSession(specification, in: folder)
      var started: [String] = []
      var unready: [String] = []
      var running = 0
      var most = 0
      let runner = try SweepRunner(session, parallel: 3) { trial in
        // The stage that it shares is either there, or nobody is making it.
        let finished = folder.finishedStages(specification.trials)
        let working = started.filter { name in
          folder.directory(of: name)?.contains(.summary) != true
        }
        let shares = working.contains { name in
          specification.trials.first { $0.name == name }?.stages[0].digest
            == trial.stages[0].digest
        }
        if shares, !finished.contains(trial.stages[0].digest) { unready.append(trial.name) }
        started.append(trial.name)
        running += 1
        most = max(most, running)
        return self.worker(trial, folder, started.count)
      } tell: { message in
        if case .finished = message { running -= 1 }
      }
      let state = try await runner.run(pause: { await Task.yield() })
      #expect(started.count == 6 && Set(started).count == 6)
      // Two seeds have two shared stages: both are begun at once, and the others wait.
      #expect(started.prefix(2) == ["a-s7", "a-s8"])
      #expect(unready == [])
      #expect(most == 3)
      #expect(specification.trials.allSatisfy { state[$0.name].status == .finished })
      let events = try folder.journal()
      #expect(events.filter { $0.event == .started }.count == 6)
      #expect(events.filter { $0.event == .finished }.count == 6)
    }
  }

  @Test func nothingIsStartedOnceAllRunsTogetherHaveSpentTheBudget() async throws {
    try await SweepScenes.with { folder in
      var specification = SweepScenes.specification(["a", "b", "c"], seeds: [7])
      func run() async throws -> (started: [String], [SweepRunner.Message], SweepState) {
        var started: [String] = []
        var messages: [SweepRunner.Message] = []
        let session = try SweepSession(specification, in: folder)
        let runner = try SweepRunner(session, parallel: 1) { trial in
          started.append(trial.name)
          return SceneProcess(
            1,
            [
              {
                let run = try SweepScenes.directory(of: trial.name, in: folder)
                let budget = try RunBudget(BudgetLimits(), run)
                for _ in 0..<5 { budget.judgeAsked() }
                try budget.synchronize()
                return nil
              },
              {
                try SweepScenes.finish(trial.name, in: folder)
                return .code(0)
              },
            ])
        } tell: {
          messages.append($0)
        }
        let state = try await runner.run(pause: { await Task.yield() })
        return (started, messages, state)
      }
      specification.budget = BudgetLimits(judgeCalls: 6)
      let first = try await run()
      // The second run crosses the limit, and comes to its end all the same.
      #expect(first.started == ["a-s7", "b-s7"])
      #expect(first.2["b-s7"].status == .finished && first.2["c-s7"].status == .waiting)
      let remark =
        "nothing more is started, because the budget is spent: judges were asked 10 times, and "
        + "`sweep.budget.judge_calls` is 6"
      #expect(first.1.filter { $0 == .remark(remark) }.count == 1)
      #expect(try await run().started == [])
      specification.budget = BudgetLimits(judgeCalls: 60)
      #expect(try await run().started == ["c-s7"])
      // What has been spent cannot be told.
      let file = Spending.file(ofRun: try SweepScenes.directory(of: "a-s7", in: folder).url)
      try Data("{".utf8).write(to: file)
      await #expect(throws: ExperimentError.self) { _ = try await run() }
    }
  }

  @Test func aTrialThatFailsIsToldAndTheOthersGoOn() async throws {
    try await SweepScenes.with { folder in
      let specification = SweepScenes.specification(["a", "b"], seeds: [7])
      func run(_ failing: String?) async throws -> (SweepState, [SweepRunner.Message]) {
        var messages: [SweepRunner.Message] = []
        let session = try SweepSession(specification, in: folder)
        let runner = try SweepRunner(session, parallel: 1) { trial in
          guard trial.cell == failing else { return self.worker(trial, folder, 1) }
          try Data("warming up\nerror: step 3 was not made: NaN\n".utf8)
            .write(to: folder.log(of: trial.name))
          return SceneProcess(2, [{ nil }, { .code(1) }])
        } tell: {
          messages.append($0)
        }
        return (try await runner.run(pause: { await Task.yield() }), messages)
      }
      let (state, messages) = try await run("a")
      #expect(state["a-s7"].status == .failed)
      #expect(state["b-s7"].status == .finished)
      let reason = "ended with code 1\nwarming up\nerror: step 3 was not made: NaN"
      #expect(messages.contains(.failed(trial: "a-s7", reason: reason)))
      #expect(try SweepState(specification, folder)["a-s7"].reason == reason)

      // It is tried again when the sweep is.
      let (again, further) = try await run(nil)
      #expect(again["a-s7"].status == .finished)
      #expect(again["a-s7"].starts == 2 && again["b-s7"].starts == 1)
      #expect(!further.contains { if case .started("b-s7", _, _) = $0 { true } else { false } })
    }
  }

  @Test func aRequestToStopLetsProcessesSaveAndTheSecondEndsThem() async throws {
    for requests in 1...2 {
      try await SweepScenes.with { folder in
        let specification = SweepScenes.specification(["a", "b"], seeds: [7])
        let session = try SweepSession(specification, in: folder)
        var process: SceneProcess?
        var asked = 0
        let runner = try SweepRunner(session, parallel: 1) { _ in
          let started = SceneProcess(1, [])
          process = started
          return started
        }
        let state = try await runner.run(
          requests: {
            asked += 1
            return asked < 3 ? 0 : requests
          }, pause: { await Task.yield() })
        #expect(requests == 1 ? process?.interrupts == 1 : process?.kills == 1)
        #expect(state["a-s7"].status == .interrupted)
        #expect(state["b-s7"].status == .waiting)
        #expect(try folder.journal().map(\.event) == [.begun, .started, .interrupted])
      }
    }
  }

  @Test func aTrialThatAnotherProcessWorksOnIsWaitedFor() async throws {
    try await SweepScenes.with { folder in
      let specification = SweepScenes.specification(["a"], seeds: [7])
      let session = try SweepSession(specification, in: folder)
      var orphan: RunLock? = try RunLock(folder: folder.run(of: "a-s7"))
      var messages: [SweepRunner.Message] = []
      var pauses = 0
      let runner = try SweepRunner(session, parallel: 1) { trial in
        self.worker(trial, folder, 1)
      } tell: {
        messages.append($0)
      }
      let state = try await runner.run(pause: {
        pauses += 1
        if pauses == 3 {
          try? SweepScenes.finish("a-s7", in: folder)
          orphan = nil
        }
        await Task.yield()
      })
      #expect(orphan == nil)
      #expect(state["a-s7"].status == .finished)
      #expect(
        messages == [
          .awaited(trial: "a-s7", worker: .process(Int(getpid()))), .finished(trial: "a-s7"),
        ])
    }
  }

  @Test func whatEndedWhileNobodyLookedIsWrittenDownOnce() async throws {
    try await SweepScenes.with { folder in
      let specification = SweepScenes.specification(["a"], seeds: [7])
      try SweepScenes.finish("a-s7", in: folder)
      for _ in 0..<2 {
        let runner = try SweepRunner(
          try SweepSession(specification, in: folder), parallel: 1,
          launch: { _ in SceneProcess(1, []) })
        #expect(try await runner.run(pause: {})["a-s7"].status == .finished)
      }
      #expect(try folder.journal().map(\.event) == [.begun, .finished, .begun])
    }
  }

  @Test func aSweepIsRunByOneProcess() async throws {
    try await SweepScenes.with { folder in
      let specification = SweepScenes.specification(["a"])
      let session = try SweepSession(specification, in: folder)
      #expect(
        throws: ExperimentError.sweepInUse(path: folder.url.path, process: Int(getpid()))
      ) { try SweepSession(specification, in: folder) }
      #expect(session.change == nil)
    }
  }
}
