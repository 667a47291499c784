import Foundation
import RecipeLanguage
import TestSupport
import Testing
import Trainer
import TrainingGraph

@testable import Experiments

@Suite("The session of a run")
struct RunSessionTests {
  private func session(in runs: URL, fresh: Bool = false) throws -> RunSession {
    try RunSession(
      recipe: "a: 1\n", cites: [], graph: try .training("cold", "warm"), threads: 1, runs: runs,
      fresh: fresh)
  }

  @Test func `a run that is named has that folder and no other`() throws {
    try withTemporaryDirectory { runs in
      func named(_ stages: String...) throws -> RunSession {
        try RunSession(
          recipe: "a: 1\n", cites: [], graph: try .training(stages[0], stages[1]), threads: 1,
          runs: runs, fresh: false, name: "trial")
      }
      // Killed before it wrote anything but its lock, and before it wrote its graph.
      _ = try RunLock(folder: runs.appendingPathComponent("trial"))
      #expect(try named("cold", "warm").directory.name == "trial")
      let folder = runs.appendingPathComponent("trial")
      for file in ["graph.json", "summary.json"] {
        try FileManager.default.removeItem(at: folder.appendingPathComponent(file))
      }
      #expect(try !named("cold", "warm").isResumed)
      #expect(try named("cold", "warm").isResumed)

      let path = folder.path
      #expect(throws: ExperimentError.runExists(path: path)) { try named("cold", "hot") }
      try named("cold", "warm").end(.finished)
      #expect(throws: ExperimentError.runExists(path: path)) { try named("cold", "warm") }
    }
  }

  private func start(_ stage: String) -> TrainingEvent {
    .stageStarted(StageStart(stage: stage, algorithm: "sft", completedSteps: 0, steps: 2))
  }

  private func finish(_ stage: String) -> TrainingEvent {
    .stageFinished(StageFinish(stage: stage, checkpoint: "c", digest: "d"))
  }

  @Test func `a run is written by one process at a time`() throws {
    try withTemporaryDirectory { runs in
      let path = runs.appendingPathComponent("r").standardizedFileURL.path
      var first: RunSession? = try session(in: runs)
      #expect(first?.isResumed == false)
      let error = #expect(throws: ExperimentError.self) { try session(in: runs) }
      #expect(error == .runInUse(path: path, process: Int(getpid())))
      #expect(
        "\(try #require(error))".contains("'\(path)' is being written by process \(getpid())"))
      // Whoever does not want to resume it is not in its way.
      #expect(try session(in: runs, fresh: true).directory.name == "r-2")

      first = nil
      #expect(try session(in: runs).isResumed)
    }
  }

  @Test func `a lock that a killed process leaves behind is none`() throws {
    try withTemporaryDirectory { runs in
      try session(in: runs).end(.interrupted)
      let holder = Process()
      holder.executableURL = URL(fileURLWithPath: "/usr/bin/flock")
      holder.arguments = [
        "--no-fork", "--exclusive", runs.path + "/r/state/lock",
        "sh", "-c", "echo $$ > \(runs.path)/r/state/lock; echo held; exec sleep 60",
      ]
      let said = Pipe()
      holder.standardOutput = said
      try holder.run()
      #expect(String(decoding: said.fileHandleForReading.availableData, as: UTF8.self) == "held\n")

      let number = Int(holder.processIdentifier)
      #expect(
        throws: ExperimentError.runInUse(
          path: runs.appendingPathComponent("r").standardizedFileURL.path, process: number)
      ) { try session(in: runs) }
      kill(holder.processIdentifier, SIGKILL)
      holder.waitUntilExit()
      #expect(try session(in: runs).isResumed)
    }
  }

  @Test func `a finished run keeps its folder`() throws {
    try withTemporaryDirectory { runs in
      try session(in: runs).end(.finished)
      let next = try session(in: runs)
      #expect(next.directory.name == "r-2" && !next.isResumed)
    }
  }

  @Test func `durations and peaks count every process of a run`() throws {
    try withTemporaryDirectory { runs in
      do {
        let first = try session(in: runs)
        for event in [start("cold"), finish("cold"), start("warm")] { try first.receive(event) }
        // Killed after it saved its state.
        try first.synchronize()
        var killed = try #require(try first.directory.read(RunSummary.self, from: .summary))
        #expect(killed.outcome == .running && killed.seconds != nil)
        #expect(killed.stages.allSatisfy { $0.seconds != nil })
        // As if it had taken hours.
        killed.seconds = 10_800
        killed.stages[0].seconds = 9000
        killed.stages[1].seconds = 1000
        killed.peakMemoryBytes = 1 << 60
        try first.directory.write(json: killed, to: .summary)
      }

      let second = try session(in: runs)
      #expect(second.isResumed)
      for event in [finish("cold"), start("warm"), finish("warm")] { try second.receive(event) }
      try second.end(.finished)
      let summary = try #require(try second.directory.read(RunSummary.self, from: .summary))
      #expect(summary.outcome == .finished)
      #expect(summary.stages[0].seconds == 9000)
      let warm = try #require(summary.stages[1].seconds)
      #expect(warm > 1000 && warm < 1600)
      let seconds = try #require(summary.seconds)
      #expect(seconds > 10_800 && seconds < 11_400)
      #expect(summary.peakMemoryBytes == 1 << 60)
    }
  }

  @Test func `a stage that is taken over from another run has no duration`() throws {
    try withTemporaryDirectory { runs in
      let session = try session(in: runs)
      try session.receive(finish("cold"))
      try session.end(.finished)
      let summary = try #require(try session.directory.read(RunSummary.self, from: .summary))
      #expect(summary.stages[0].seconds == nil && summary.stages[0].checkpointDigest == "d")
    }
  }

  @Test func aFolderThatCannotBeMadeIsNamedWithTheReasonOfTheSystem() throws {
    try withTemporaryDirectory { folder in
      let file = folder.appendingPathComponent("file")
      try Data().write(to: file)
      let error = #expect(throws: ExperimentError.self) { try session(in: file) }
      #expect("\(try #require(error))".contains("Not a directory"))
    }
  }
}
