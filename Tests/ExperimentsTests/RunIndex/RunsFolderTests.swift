import Database
import Foundation
import TestSupport
import Testing
import Trainer

@testable import Experiments

@Suite("The list of runs")
struct RunsFolderTests {
  private func say(_ outcome: RunSummary.Outcome, _ run: RunDirectory) throws {
    var summary = try #require(try run.read(RunSummary.self, from: .summary))
    summary.outcome = outcome
    try run.write(json: summary, to: .summary)
  }

  /// The values of a column of the index, from another connection.
  private func indexed(_ folder: URL) throws -> [String] {
    let database = try SQLiteDatabase(
      path: folder.appendingPathComponent(RunIndex.file).path, mayCreate: false)
    return try database.run("SELECT name FROM runs ORDER BY name").compactMap { $0.first?.text }
  }

  @Test func `a run is listed with its stages, its last evaluation, its time and its size`() throws
  {
    try withTemporaryDirectory { folder in
      let run = try SyntheticRun.make(in: folder)
      let entry = try #require(try RunsFolder(folder).entries().first)
      #expect(entry.name == "quickstart")
      #expect(entry.title == "Quick start: learn to see, then to reason")
      #expect(entry.outcome == .finished)
      #expect(entry.stages.map(\.done) == [1500, 160, 80])
      #expect(!entry.stages.contains { !$0.isComplete })
      #expect(entry.stages.last?.checkpointDigest == "c07d2e8815f94ab03e51")
      #expect(
        entry.metric == .init(name: "accuracy", value: 0.874, evaluation: "held_out", stage: "rl"))
      #expect(entry.seconds == 252)
      let metrics = try #require(try run.read(.metrics)).count
      #expect(entry.bytes > metrics)
    }
  }

  @Test func `steps of a stage that is not complete are those that are recorded`() throws {
    try withTemporaryDirectory { folder in
      let run = try SyntheticRun.make(in: folder)
      var summary = try #require(try run.read(RunSummary.self, from: .summary))
      summary.outcome = .interrupted
      summary.stages[2].checkpointDigest = nil
      summary.stages[2].steps = 100
      try run.write(json: summary, to: .summary)
      let entry = try #require(try RunsFolder(folder).entries().first)
      #expect(entry.outcome == .interrupted)
      #expect(entry.stages[2].done == 80 && entry.stages[2].steps == 100)
      #expect(!entry.stages[2].isComplete)
    }
  }

  @Test func `a run that says it is running is, as long as its lock is held`() throws {
    try withTemporaryDirectory { folder in
      let run = try SyntheticRun.make(in: folder)
      try say(.running, run)
      #expect(try RunsFolder(folder).entries().first?.outcome == .killed)
      let lock = try RunLock(folder: run.url)
      #expect(try RunsFolder(folder).entries().first?.outcome == .running)
      #expect(try RunDetails(run).entry.outcome == .running)
      withExtendedLifetime(lock) {}
    }
  }

  @Test func `a run of 1,000 steps is listed in under 100 ms, with and without the index`() throws {
    try withTemporaryDirectory { folder in
      _ = try SyntheticRun.make(in: folder)
      let runs = try RunsFolder(folder)
      let first = ProcessorTime.of { #expect(runs.entries().first?.stages.first?.done == 1500) }
      #expect(first < 0.1, "\(first) s")
      let again = ProcessorTime.of { #expect(runs.entries().count == 1) }
      #expect(again < 0.1, "\(again) s")
    }
  }

  @Test func `an index that is lost, damaged or old is made again from the runs`() throws {
    try withTemporaryDirectory { folder in
      let run = try SyntheticRun.make(in: folder)
      let runs = try RunsFolder(folder)
      let index = folder.appendingPathComponent(RunIndex.file)
      let fresh = runs.entries()
      #expect(try indexed(folder) == ["quickstart"])
      #expect(runs.entries() == fresh, "from the index")

      try FileManager.default.removeItem(at: index)
      #expect(runs.entries() == fresh)
      #expect(try indexed(folder) == ["quickstart"])

      for damage in [Data("no database at all, and long enough".utf8), Data(count: 5000)] {
        try damage.write(to: index)
        #expect(runs.entries() == fresh)
        #expect(try indexed(folder) == ["quickstart"], "\(damage)")
      }
      var bytes = try Data(contentsOf: index)
      for place in stride(from: 4200, to: bytes.count, by: 7) { bytes[place] ^= 0x5A }
      try bytes.write(to: index)
      #expect(runs.entries() == fresh)

      // A file of the run that is newer than its row.
      try say(.failed, run)
      #expect(runs.entries().first?.outcome == .failed)
      #expect(runs.entries().first?.outcome == .failed)

      try FileManager.default.removeItem(at: run.url)
      #expect(runs.entries().isEmpty)
      #expect(try indexed(folder).isEmpty)
    }
  }

  @Test func `another program's database is not touched`() throws {
    try withTemporaryDirectory { folder in
      _ = try SyntheticRun.make(in: folder)
      let index = folder.appendingPathComponent(RunIndex.file)
      do {
        let other = try SQLiteDatabase(path: index.path, mayCreate: true)
        try other.run("PRAGMA application_id = 4711")
        try other.run("CREATE TABLE letters (text TEXT)")
      }
      let before = try Data(contentsOf: index)
      #expect(try RunsFolder(folder).entries().count == 1)
      #expect(try Data(contentsOf: index) == before)
    }
  }

  @Test func `a run with a damaged file is listed, and the file named with its line`() throws {
    try withTemporaryDirectory { folder in
      let run = try SyntheticRun.make(in: folder)
      _ = try SyntheticRun.make(in: folder, name: "whole")
      let file = run.url(of: .metrics)
      var data = try Data(contentsOf: file)
      let lines = data.count { $0 == UInt8(ascii: "\n") }
      data += Data("{\"kind\":\"step\"\n".utf8)
      try data.write(to: file)
      let entries = try RunsFolder(folder).entries()
      #expect(entries.map(\.name) == ["quickstart", "whole"])
      #expect(
        entries[0].problem == "'\(file.path)' line \(lines + 1) is damaged: it is not JSON")
      #expect(entries[1].problem == nil)
    }
  }

  @Test func `a line that was never finished is no part of the metrics`() throws {
    try withTemporaryDirectory { folder in
      let run = try SyntheticRun.make(in: folder)
      let file = run.url(of: .metrics)
      let before = try MetricsEnd(file)
      try (Data(contentsOf: file) + Data("{\"algorithm\":\"sft\",\"ki".utf8)).write(to: file)
      let after = try MetricsEnd(file)
      #expect(after.step == before.step && after.evaluation == before.evaluation)
      let all = try run.metrics()
      #expect(after.step == all.steps.last && after.evaluation == all.evaluations.last)
    }
  }

  @Test func `trials of sweeps are listed on request`() throws {
    try withTemporaryDirectory { folder in
      _ = try SyntheticRun.make(in: folder)
      let sweep = folder.appendingPathComponent("windows.sweep")
      _ = try SyntheticRun.make(in: sweep, name: "8-32tok-s7")
      let runs = try RunsFolder(folder)
      #expect(runs.entries().map(\.name) == ["quickstart"])
      let all = ["quickstart", "windows.sweep/8-32tok-s7"]
      #expect(runs.entries(inSweeps: true).map(\.name) == all)
      #expect(runs.entries().map(\.name) == ["quickstart"])
      #expect(try indexed(folder) == all, "what was not looked at is not forgotten")
      #expect(try runs.run("windows.sweep/8-32tok-s7").name == "8-32tok-s7")
    }
  }

  @Test func `what is no folder and what is no run is said`() throws {
    try withTemporaryDirectory { folder in
      let nowhere = folder.appendingPathComponent("nowhere")
      #expect(throws: ExperimentError.noSuchRun(path: nowhere.path)) { try RunsFolder(nowhere) }
      let runs = try RunsFolder(folder)
      #expect(runs.entries().isEmpty)
      #expect(throws: ExperimentError.self) { try runs.run("mine") }
    }
  }
}
