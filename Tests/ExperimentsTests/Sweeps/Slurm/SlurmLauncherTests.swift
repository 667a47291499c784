import Foundation
import Testing
import Trainer

@testable import Experiments

/// Sweeps whose runs are jobs, on a Slurm of shell scripts.
@Suite(.serialized) struct SlurmLauncherTests {
  private func with(
    _ specification: SweepSpecification, _ body: (SlurmScene) async throws -> Void
  ) async throws {
    try await SweepScenes.with { folder in
      try await body(try SlurmScene(specification, in: folder))
    }
  }

  private static func names(_ events: [SweepEvent], _ kind: SweepEvent.Kind) -> [String] {
    events.filter { $0.event == kind }.compactMap(\.trial).sorted()
  }

  @Test func sharedStagesAreJobsThatTheOthersDependOn() async throws {
    let specification = SweepScenes.specification(["a", "b", "c"])
    try await with(specification) { scene in
      let options = SlurmOptions(partition: "short", cpus: 3, parallel: 4, words: ["--qos=x"])
      let state = try await scene.run(options: options) { _ in try scene.turn() }
      #expect(specification.trials.allSatisfy { state[$0.name].status == .finished })
      // The stages of two seeds, and the runs that need one of them each.
      let submissions = scene.slurm.submissions
      try #require(submissions.count == 3)
      #expect(submissions[0].contains("--array=0-1%4"))
      #expect(!submissions[0].contains { $0.hasPrefix("--dependency") })
      #expect(
        submissions[1].contains("--dependency=afterok:101_0")
          && submissions[1].contains("--array=0-2%4"))
      #expect(submissions[2].contains("--dependency=afterok:101_1"))
      for words in submissions {
        for word in [
          "--parsable", "--requeue", "--open-mode=append", "--kill-on-invalid-dep=yes",
          "--cpus-per-task=3", "--partition=short", "--qos=x",
        ] { #expect(words.contains(word), "\(word)") }
      }
      let stages = try String(contentsOfFile: submissions[0].last ?? "", encoding: .utf8)
      #expect(stages.contains("set -- sousvide run a-s7 cold ;;"))
      let runs = try String(contentsOfFile: submissions[1].last ?? "", encoding: .utf8)
      #expect(runs.contains("set -- sousvide run a-s7 ;;") && runs.contains("logs/c-s7.log"))

      let events = try scene.folder.journal()
      let all = specification.trials.map(\.name).sorted()
      #expect(Self.names(events, .finished) == all && Self.names(events, .started) == all)
      #expect(events.filter { $0.event == .queued }.count == 8)
      #expect(events.filter { $0.event == .submitted }.map(\.job) == ["101", "102", "103"])
      #expect(events.first { $0.event == .started && $0.trial == "a-s7" }?.job == "102_0")
      #expect(scene.messages.contains(.waits(trial: "a-s7", worker: .job("102_0"))))
    }
  }

  @Test func whoWaitsIsShownWithItsJob() async throws {
    try await with(SweepScenes.specification(["a"], seeds: [7])) { scene in
      try await scene.run(stopAfter: 2) { pause in
        // As another process sees it.
        let results = try SweepResults(scene.folder)
        let trial = try #require(results.cells.first?.trials.first)
        #expect(trial.status == .waiting && trial.job == "101_0", "\(pause)")
      }
      // Asked to stop, it leaves what it submitted.
      #expect(scene.slurm.cancelled == [] && scene.openJobs == ["101"])
      #expect(try scene.folder.journal().map(\.event) == [.begun, .queued, .submitted])
    }
  }

  @Test func jobsOfALauncherThatWasKilledAreFoundAgain() async throws {
    let specification = SweepScenes.specification(["a", "b"], seeds: [7])
    try await with(specification) { scene in
      try await scene.run(stopAfter: 1) { _ in }
      try await scene.run(stopAfter: 3) { _ in try scene.turn() }
      let state = try await scene.run { _ in try scene.turn() }
      #expect(specification.trials.allSatisfy { state[$0.name].status == .finished })
      #expect(scene.slurm.submissions.count == 2)
      let events = try scene.folder.journal()
      #expect(Self.names(events, .queued) == ["a-s7", "a-s7", "b-s7"])
      #expect(Self.names(events, .started) == ["a-s7", "b-s7"])
      #expect(Self.names(events, .finished) == ["a-s7", "b-s7"])
    }
  }

  @Test func anArrayWhoseNumberWasNeverWrittenDownIsFoundByItsName() async throws {
    let specification = SweepScenes.specification(["a"], seeds: [7])
    try await with(specification) { scene in
      try await scene.run(stopAfter: 1) { _ in }
      // Killed after `sbatch` had begun, and before its answer was there.
      let lines = try String(contentsOf: scene.folder.journalFile, encoding: .utf8)
        .split(separator: "\n").filter { !$0.contains("\"submitted\"") }
      try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: scene.folder.journalFile)
      #expect(try SweepState(specification, scene.folder)["a-s7"].job == nil)
      let state = try await scene.run { _ in try scene.turn() }
      #expect(state["a-s7"].status == .finished)
      #expect(scene.slurm.submissions.count == 1)
      #expect(scene.messages.contains(.waits(trial: "a-s7", worker: .job("101_0"))))
    }
  }

  @Test func anArrayThatSlurmNeverTookIsSubmittedAgain() async throws {
    try await with(SweepScenes.specification(["a"], seeds: [7])) { scene in
      try await scene.run(stopAfter: 1) { _ in }
      try scene.slurm.forget("101_0")
      let state = try await scene.run { _ in try scene.turn() }
      #expect(state["a-s7"].status == .finished && scene.slurm.submissions.count == 2)
    }
  }

  @Test func answersOfSbatchThatAreNotUnderstoodAreLookedUp() async throws {
    try await with(SweepScenes.specification(["a"], seeds: [7])) { scene in
      try scene.slurm.first("sbatch", "echo 'Dear user'; answer='Submitted, have a nice day'")
      let state = try await scene.run { _ in try scene.turn() }
      #expect(state["a-s7"].status == .finished)
    }
    try await with(SweepScenes.specification(["a"], seeds: [7])) { scene in
      try scene.slurm.first("sbatch", "echo 'Dear user'; exit 0")
      await #expect(throws: SlurmError.notUnderstood(command: "sbatch", said: "Dear user")) {
        try await scene.run { _ in }
      }
      // The next one submits.
      try scene.slurm.first("sbatch", "echo 'Dear user'")
      let state = try await scene.run { _ in try scene.turn() }
      #expect(state["a-s7"].status == .finished)
    }
  }

  @Test func whatSlurmRefusesIsToldInItsWords() async throws {
    try await with(SweepScenes.specification(["a", "b"], seeds: [7])) { scene in
      let words = "sbatch: error: invalid partition specified: nope"
      try scene.slurm.first("sbatch", "echo '\(words)' >&2; exit 1")
      await #expect(throws: SlurmError.refused(command: "sbatch", reason: words)) {
        try await scene.run { _ in }
      }
      #expect(try SweepState(scene.specification, scene.folder)["a-s7"].status == .waiting)
    }
  }

  @Test func aLimitOnSubmissionsIsMetByWaiting() async throws {
    let specification = SweepScenes.specification(["a", "b"])
    try await with(specification) { scene in
      // The second array of runs only when the first has ended.
      try scene.slurm.first(
        "sbatch",
        "if [ $number = 3 ]; then echo 2 >sbatch.count; if grep -l 'PENDING\\|RUNNING' queue/102_*; "
          + "then echo 'QOSMaxSubmitJobPerUserLimit' >&2; exit 1; fi; echo 3 >sbatch.count; fi")
      let state = try await scene.run { _ in try scene.turn() }
      #expect(specification.trials.allSatisfy { state[$0.name].status == .finished })
      #expect(scene.remarks.filter { $0.contains("QOSMaxSubmitJobPerUserLimit") }.count == 1)
      #expect(scene.slurm.submissions.count == 3)
    }
  }

  @Test func aQueueThatDoesNotAnswerIsAskedAgain() async throws {
    try await with(SweepScenes.specification(["a"], seeds: [7])) { scene in
      let state = try await scene.run(patience: 1) { pause in
        try scene.turn()
        switch pause {
        case 1:
          try scene.slurm.first("squeue", "echo 'slurm_load_jobs error: no controller'; exit 1")
        case 3: try scene.slurm.first("squeue", "echo '101|0|RUN'; echo 'x|||'; exit 0")
        case 5: try scene.slurm.first("squeue", "exec sleep 30")
        case 6: try scene.slurm.first("squeue", nil)
        default: break
        }
      }
      #expect(state["a-s7"].status == .finished)
      for text in [
        "no controller; it is asked again", "not understood: '101|0|RUN'",
        "gave no answer for 1 s",
      ] { #expect(scene.remarks.filter { $0.contains(text) }.count == 1, "\(text)") }
    }
  }

  @Test func aQueueThatDoesNotAnswerAtTheStartKeepsRunsFromBeingMadeTwice() async throws {
    try await with(SweepScenes.specification(["a"], seeds: [7])) { scene in
      try await scene.run(stopAfter: 1) { _ in }
      try scene.slurm.first("squeue", "echo 'garbage|'; exit 0")
      await #expect(throws: SlurmError.notUnderstood(command: "squeue", said: "garbage|")) {
        try await scene.run { _ in }
      }
      #expect(scene.slurm.submissions.count == 1)
    }
  }

  @Test func aJobThatFailsIsToldWithItsLastLines() async throws {
    try await with(SweepScenes.specification(["a", "b"], seeds: [7])) { scene in
      let state = try await scene.run { pause in
        guard scene.slurm.jobs["102_1"]?[0] == "RUNNING" else { return try scene.turn() }
        let log = scene.folder.log(of: "b-s7")
        try Data("step 3\nerror: step 4 was not made: NaN\n".utf8).write(to: log)
        try scene.slurm.set("102_1", "FAILED", exit: 256, reason: "NonZeroExitCode")
      }
      #expect(state["b-s7"].status == .failed && state["a-s7"].status == .finished)
      #expect(
        scene.reason(of: "b-s7")
          == "job 102_1 ended with code 1\nstep 3\nerror: step 4 was not made: NaN")
      // It is tried again when the sweep is.
      let again = try await scene.run { _ in try scene.turn() }
      #expect(again["b-s7"].status == .finished && scene.slurm.submissions.count == 3)
    }
  }

  @Test func aJobThatEndedWellWithoutItsRunHasFailed() async throws {
    try await with(SweepScenes.specification(["a"], seeds: [7])) { scene in
      let state = try await scene.run { _ in try scene.slurm.set("101_0", "COMPLETED") }
      #expect(state["a-s7"].status == .failed)
      #expect(
        scene.reason(of: "a-s7") == "job 101_0 ended with code 0, and the run is not finished")
    }
    // Unless the end of the run is only slow to be seen.
    try await with(SweepScenes.specification(["a"], seeds: [7])) { scene in
      let state = try await scene.run(grace: 60) { pause in
        try scene.slurm.set("101_0", "COMPLETED")
        if pause == 4 { try SweepScenes.finish("a-s7", in: scene.folder) }
      }
      #expect(state["a-s7"].status == .finished)
    }
  }

  @Test func aJobThatIsGoneIsMissedOrLookedUp() async throws {
    try await with(SweepScenes.specification(["a"], seeds: [7])) { scene in
      let state = try await scene.run { pause in if pause == 2 { try scene.slurm.forget("101_0") } }
      #expect(state["a-s7"].status == .failed)
      #expect(scene.reason(of: "a-s7").contains("101_0 is not known to Slurm any more"))
    }
    // Finished, and forgotten at once.
    try await with(SweepScenes.specification(["a"], seeds: [7])) { scene in
      let state = try await scene.run { pause in
        guard pause == 2 else { return }
        try SweepScenes.finish("a-s7", in: scene.folder)
        try scene.slurm.forget("101_0")
      }
      #expect(state["a-s7"].status == .finished)
    }
    try await SweepScenes.with { folder in
      let scene = try SlurmScene(
        SweepScenes.specification(["a"], seeds: [7]), in: folder,
        slurm: try FakeSlurm(withAccounts: true))
      try scene.slurm.write("101_0|OUT_OF_MEMORY|0:125\n", to: "accounts")
      let state = try await scene.run { pause in if pause == 2 { try scene.slurm.forget("101_0") } }
      #expect(state["a-s7"].status == .failed)
      #expect(scene.reason(of: "a-s7").contains("--memory asks for more"))
    }
  }

  @Test func runsWhoseStageIsNotMadeAreToldWhy() async throws {
    try await with(SweepScenes.specification(["a", "b"], seeds: [7])) { scene in
      let state = try await scene.run { pause in
        guard pause == 2 else { return }
        try Data("error: no data\n".utf8).write(to: scene.folder.log(of: "a-s7"))
        try scene.slurm.set("101_0", "FAILED", exit: 256)
        for job in ["102_0", "102_1"] {
          try scene.slurm.set(job, "CANCELLED", reason: "DependencyNeverSatisfied")
        }
      }
      #expect(state["a-s7"].status == .failed && state["b-s7"].status == .failed)
      #expect(
        scene.reason(of: "b-s7")
          == "stage `cold` is not made: job 101_0 ended with code 1\nerror: no data")
    }
  }

  @Test func aDependencyThatSlurmKeepsForEverIsEnded() async throws {
    try await with(SweepScenes.specification(["a", "b"], seeds: [7])) { scene in
      let state = try await scene.run { pause in
        guard pause == 2 else { return }
        try scene.slurm.set("101_0", "FAILED", exit: 256)
        for job in ["102_0", "102_1"] {
          try scene.slurm.set(job, "PENDING", reason: "DependencyNeverSatisfied")
        }
      }
      #expect(state["a-s7"].status == .failed && state["b-s7"].status == .failed)
      #expect(Set(scene.slurm.cancelled) == ["102_0", "102_1"])
    }
  }

  @Test func aJobThatRanOutOfTimeGoesOnInAnotherOneIfItGotOn() async throws {
    try await with(SweepScenes.specification(["a"], seeds: [7])) { scene in
      let state = try await scene.run { pause in
        switch scene.slurm.submissions.count {
        case 1 where pause == 2:
          let run = try SweepScenes.directory(of: "a-s7", in: scene.folder)
          try run.writer(for: .metrics).append(
            StepRecord(stage: "rl", algorithm: "grpo", step: 1, of: 4, values: [:]))
          try scene.slurm.set("101_0", "TIMEOUT")
        case 1: try scene.slurm.set("101_0", "RUNNING")
        case 2: try scene.slurm.set("102_0", "TIMEOUT")
        default: break
        }
      }
      #expect(scene.slurm.submissions.count == 2)
      #expect(
        scene.messages.contains(
          .ended(trial: "a-s7", reason: "job 101_0 was ended: TIMEOUT", isAgain: true)))
      // The second did nothing.
      #expect(state["a-s7"].status == .failed)
      #expect(scene.reason(of: "a-s7").contains("TIMEOUT, before it had done anything"))
    }
  }

  @Test func aJobThatSomebodyCancelledIsNotStartedAgainByItself() async throws {
    try await with(SweepScenes.specification(["a", "b"], seeds: [7])) { scene in
      let state = try await scene.run { pause in
        if pause == 1 { try scene.slurm.set("102_1", "CANCELLED") }
        try scene.turn()
      }
      #expect(state["b-s7"].status == .interrupted && state["a-s7"].status == .finished)
      #expect(scene.reason(of: "b-s7") == "job 102_1 was cancelled")
      #expect(scene.slurm.submissions.count == 2)
      let again = try await scene.run { _ in try scene.turn() }
      #expect(again["b-s7"].status == .finished)
    }
  }

  @Test func aJobThatIsRequeuedWaitsAgain() async throws {
    try await with(SweepScenes.specification(["a"], seeds: [7])) { scene in
      let state = try await scene.run { pause in
        switch pause {
        case 1, 5: try scene.slurm.set("101_0", "RUNNING")
        case 3: try scene.slurm.set("101_0", "REQUEUED", reason: "BeginTime")
        case 7: try scene.turn()
        default: break
        }
      }
      #expect(state["a-s7"].status == .finished && state["a-s7"].starts == 2)
      #expect(
        scene.messages.contains(
          .started(trial: "a-s7", worker: .job("101_0"), goesOn: true)))
    }
  }

  @Test func cellsThatFallBehindAreCancelled() async throws {
    var specification = SweepScenes.specification(["published", "bad"], control: "published")
    specification.pruning = SweepPruning(
      rule: .asha, after: 2, every: 2, eta: 2, stage: "rl", measure: "accuracy", maximizes: true)
    try await with(specification) { scene in
      func record(_ trial: String, _ accuracy: Double) throws {
        let metrics = try SweepScenes.directory(of: trial, in: scene.folder).writer(for: .metrics)
        for step in 1...2 {
          try metrics.append(
            StepRecord(
              stage: "rl", algorithm: "grpo", step: step, of: 4, values: ["accuracy": accuracy]))
        }
      }
      let state = try await scene.run { pause in
        switch pause {
        case 1:
          try SweepScenes.make("cold", of: "published-s7", in: scene.folder)
          try scene.slurm.set("101_0", "COMPLETED")
          for job in ["102_0", "102_1"] { try scene.slurm.set(job, "RUNNING") }
        case 3: try record("published-s7", 0.5)
        case 5: try record("bad-s7", 0.1)
        case 8...: try scene.turn()
        default: break
        }
      }
      #expect(state["bad-s7"].status == .pruned && state["bad-s7"].step == 2)
      #expect(state["bad-s8"].status == .pruned && state["bad-s8"].starts == 0)
      #expect(state["published-s7"].status == .finished)
      #expect(state["published-s8"].status == .finished)
      #expect(Set(scene.slurm.cancelled) == ["102_1", "103_1"])
      #expect(scene.slurm.submissions.count == 3)
    }
  }

  @Test func runsThatAreNoLongerPartOfTheSweepAreLeftAlone() async throws {
    try await SweepScenes.with { folder in
      let before = try SlurmScene(SweepScenes.specification(["a", "b"], seeds: [7]), in: folder)
      try await before.run(stopAfter: 1) { _ in }
      let after = try SlurmScene(
        SweepScenes.specification(["b"], seeds: [7]), in: folder, slurm: before.slurm)
      let state = try await after.run { _ in try after.turn() }
      #expect(state["b-s7"].status == .finished)
      #expect(after.remarks.contains { $0.contains("scancel 102_0") }, "\(after.remarks)")
    }
  }

  @Test func processesOfThisMachineDoNotMakeWhatIsQueued() async throws {
    let specification = SweepScenes.specification(["a"], seeds: [7])
    try await with(specification) { scene in
      try await scene.run(stopAfter: 1) { _ in }
      let session = try SweepSession(specification, in: scene.folder)
      #expect(throws: SlurmError.queued(jobs: ["101"])) {
        try session.refuseWhatIsQueued(try scene.slurm.commands())
      }
      try session.refuseWhatIsQueued(nil)
      try scene.slurm.set("101_0", "CANCELLED")
      try session.refuseWhatIsQueued(try scene.slurm.commands())
    }
  }

  @Test func aMachineWithoutSlurmIsToldSo() {
    #expect(throws: SlurmError.missing(command: "sbatch", path: "/nowhere:/nothing")) {
      try SlurmCommands(path: "/nowhere:/nothing")
    }
    let error = SlurmError.missing(command: "sbatch", path: "/bin")
    #expect("\(error)".contains("`sbatch`, which is in no folder of PATH (/bin)"))
  }
}
