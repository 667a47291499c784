import Foundation
import TestSupport
import Testing
import Trainer
import TrainingGraph

@testable import Experiments

@Suite("The session of a run")
struct RunSessionTests {
  private let graph = TrainingGraph(run: RunSpecification(name: "r", title: "", seed: 1))

  private func session(in runs: URL, fresh: Bool = false) throws -> RunSession {
    try RunSession(
      recipe: "a: 1\n", cites: [], graph: graph, threads: 1, runs: runs, fresh: fresh)
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
}
