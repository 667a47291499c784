import Foundation
import Rewards
import TestSupport
import Testing
import Trainer

@testable import Experiments

@Suite("The run store")
struct RunStoreTests {
  private struct Line: Codable, Equatable {
    var n: Int
    var text = "a"
  }

  /// Accepts `limit` bytes, then is full.
  private func fullDisk(after limit: Int) -> FileOperations {
    let left = Counter(limit)
    var operations = FileOperations.system
    operations.write = { descriptor, bytes in
      let count = left.take(bytes.count)
      if count == 0 { return .failed(ENOSPC) }
      return FileOperations.system.write(
        descriptor, UnsafeRawBufferPointer(rebasing: bytes[..<count]))
    }
    return operations
  }

  private final class Counter: @unchecked Sendable {
    private let lock = NSLock()
    private var left: Int
    init(_ left: Int) { self.left = left }
    func take(_ count: Int) -> Int {
      lock.withLock {
        let taken = min(left, count)
        left -= taken
        return taken
      }
    }
  }

  @Test func `a full disk keeps the old file, whole, and leaves nothing behind`() throws {
    try withTemporaryDirectory { folder in
      let file = folder.appendingPathComponent("summary.json")
      try AtomicFile.write(Data("old".utf8), to: file)
      #expect(throws: ExperimentError.diskFull(file: file.path)) {
        try AtomicFile.write(
          Data(repeating: 1, count: 1000), to: file, using: fullDisk(after: 300))
      }
      #expect(try String(contentsOf: file, encoding: .utf8) == "old")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["summary.json"])
    }
  }

  @Test func `a disk that fails to synchronize is not taken for success`() throws {
    try withTemporaryDirectory { folder in
      let file = folder.appendingPathComponent("a")
      try AtomicFile.write(Data("old".utf8), to: file)
      var operations = FileOperations.system
      operations.synchronize = { _ in EIO }
      #expect(throws: ExperimentError.self) {
        try AtomicFile.write(Data("new".utf8), to: file, using: operations)
      }
      #expect(try String(contentsOf: file, encoding: .utf8) == "old")
    }
  }

  @Test func `a real full device is named as one`() throws {
    try withTemporaryDirectory { folder in
      let link = folder.appendingPathComponent("metrics.jsonl")
      try FileManager.default.createSymbolicLink(
        at: link, withDestinationURL: URL(fileURLWithPath: "/dev/full"))
      let writer = try JSONLinesWriter(link)
      #expect(throws: ExperimentError.diskFull(file: link.path)) { try writer.append(Line(n: 1)) }
    }
  }

  @Test func `a line that did not fit is taken back`() throws {
    try withTemporaryDirectory { folder in
      let url = folder.appendingPathComponent("m.jsonl")
      let writer = try JSONLinesWriter(url, using: fullDisk(after: 30))
      try writer.append(Line(n: 1))
      #expect(throws: ExperimentError.diskFull(file: url.path)) { try writer.append(Line(n: 2)) }
      #expect(try String(contentsOf: url, encoding: .utf8) == "{\"n\":1,\"text\":\"a\"}\n")
    }
  }

  @Test func `a line cut short by a kill is dropped and written over`() throws {
    try withTemporaryDirectory { folder in
      let url = folder.appendingPathComponent("m.jsonl")
      try Data("{\"n\":1,\"text\":\"a\"}\n{\"n\":2,\"te".utf8).write(to: url)
      #expect(try JSONLinesReader.read(Line.self, from: url) == [Line(n: 1)])
      try JSONLinesWriter(url).append(Line(n: 3))
      #expect(try JSONLinesReader.read(Line.self, from: url) == [Line(n: 1), Line(n: 3)])
    }
  }

  @Test func `what was left out of data is kept with the run`() throws {
    try withTemporaryDirectory { folder in
      let run = try RunDirectory.create(at: folder.appendingPathComponent("r"), recipe: "x: 1\n")
      let file = folder.appendingPathComponent("records.jsonl")
      let lines = [
        #"{"problem": "?", "answer": "a", "path": "1.mp4", "problem_type": "free-form"}"#,
        #"{"problem": "?", "path": "2.mp4", "problem_type": "free-form"}"#,
      ]
      try Data(lines.joined(separator: "\n").utf8).write(to: file)
      let report = try DataRecord.read(file, RecordRules(unusable: .drop)).report
      try run.record(report, ofData: "questions")
      try run.record(RecordReport(), ofData: "held_out")
      // A run that is gone on with loads its data again.
      try run.record(report, ofData: "questions")
      let kept = try #require(try run.read([String: RecordReport].self, from: .data))
      #expect(kept == ["questions": report, "held_out": RecordReport()])
      #expect(kept["questions"]?.dropped.map(\.flaw) == [.column])
      #expect(kept["questions"]?.dropped.first?.examples.first?.contains("`answer`") == true)
    }
  }

  @Test func `a resumed run leaves the same files as one that was never interrupted`() throws {
    func step(_ stage: String, _ n: Int) -> TrainingEvent {
      .step(
        .init(stage: stage, algorithm: "sft", step: n, of: 3, values: ["loss": 1 / Double(n)]))
    }
    func group(_ n: Int) -> TrainingEvent {
      .rollouts(
        .init(
          stage: "rl", step: n,
          item: .init(
            problemID: "\(n)", problem: "", options: [], answer: "", path: "", problemType: ""),
          responses: []))
    }
    func start(_ stage: String, _ completed: Int) -> TrainingEvent {
      .stageStarted(.init(stage: stage, algorithm: "sft", completedSteps: completed, steps: 3))
    }
    let evaluation = TrainingEvent.evaluation(
      .init(stage: "sft", evaluation: "held_out", step: 1, values: ["accuracy": 0.5]))
    let whole = [
      start("sft", 0), step("sft", 1), evaluation, start("rl", 0), step("rl", 1), group(1),
      step("rl", 2), group(2), step("rl", 3), group(3),
    ]
    // Killed after step 2 with the state of step 1 saved.
    let (before, after) = (
      whole.prefix(8),
      [evaluation, start("rl", 1), step("rl", 2), group(2), step("rl", 3), group(3)]
    )

    try withTemporaryDirectory { folder in
      func files(_ name: String, _ processes: [[TrainingEvent]]) throws -> [Data?] {
        let run = try RunDirectory.create(at: folder.appendingPathComponent(name), recipe: "a: 1\n")
        for events in processes {
          let recorder = try RunRecorder(run)
          for event in events { try recorder.receive(event) }
        }
        return [try run.read(.metrics), try run.read(.rollouts)]
      }
      let uninterrupted = try files("whole", [whole])
      let resumed = try files("resumed", [Array(before), after])
      #expect(uninterrupted == resumed)
    }
  }

  @Test func `a damaged line is named with its file and number`() throws {
    try withTemporaryDirectory { folder in
      let run = try RunDirectory.create(at: folder.appendingPathComponent("r"), recipe: "a: 1\n")
      let file = run.url(of: .metrics)
      try Data(
        """
        {"kind":"step","stage":"s","algorithm":"sft","step":1,"of":2,"values":{}}
        {"kind":"step","stage":"s"}

        """.utf8
      ).write(to: file)
      #expect(
        throws: ExperimentError.malformed(
          file: file.path, line: 2, reason: "'algorithm' is missing")
      ) { try run.metrics() }
    }
  }

  @Test func `NaN cannot reach the file`() throws {
    try withTemporaryDirectory { folder in
      let run = try RunDirectory.create(at: folder.appendingPathComponent("r"), recipe: "a: 1\n")
      let recorder = try RunRecorder(run)
      #expect(throws: ExperimentError.self) {
        try recorder.receive(
          .step(.init(stage: "s", algorithm: "sft", step: 1, of: 1, values: ["loss": .nan])))
      }
      #expect(try run.metrics().steps.isEmpty)
    }
  }

  @Test func `a run is never created over another, nor opened where none is`() throws {
    try withTemporaryDirectory { folder in
      let url = folder.appendingPathComponent("r")
      #expect(throws: ExperimentError.noSuchRun(path: url.path)) { try RunDirectory.open(at: url) }
      let run = try RunDirectory.create(at: url, recipe: "a: 1\n")
      #expect(throws: ExperimentError.runExists(path: run.url.path)) {
        try RunDirectory.create(at: url, recipe: "b: 2\n")
      }
      #expect(try run.read(.recipe) == Data("a: 1\n".utf8))
      #expect(throws: ExperimentError.notARun(path: folder.path)) {
        try RunDirectory.open(at: folder)
      }
    }
  }
}
