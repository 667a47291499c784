import Foundation
import TestSupport
import Testing
import Trainer

@testable import Experiments

@Suite("Following a run")
struct RunFollowerTests {
  private func make(in folder: URL) throws -> (run: RunDirectory, summary: RunSummary) {
    let run = try RunDirectory.create(at: folder.appendingPathComponent("r"), recipe: "a: 1\n")
    var summary = RunSummary(
      title: "Two <stages>", seed: 1,
      stages: [
        .init(
          name: "cold", algorithm: "sft", steps: 10, seconds: 20, checkpointDigest: "ab12"),
        .init(name: "rl", algorithm: "grpo", steps: 0),
      ], segments: [])
    summary.outcome = .running
    try run.write(json: summary, to: .summary)
    return (run, summary)
  }

  private func step(_ number: Int, stage: String = "rl") -> StepRecord {
    StepRecord(
      stage: stage, algorithm: "grpo", step: number, of: 40,
      values: ["accuracy": Double(number) / 40, "process/reasoning": 1])
  }

  private func date(_ file: RunFile, of run: RunDirectory, _ seconds: Double) throws {
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1e9 + seconds)],
      ofItemAtPath: run.url(of: file).path)
  }

  @Test func `what is left follows from the recorded steps and the times of the files`() throws {
    try withTemporaryDirectory { folder in
      let (run, _) = try make(in: folder)
      let lock = try RunLock(folder: run.url)
      defer { withExtendedLifetime(lock) {} }
      let metrics = try run.writer(for: .metrics)
      for number in 1...10 { try metrics.append(step(number)) }
      try date(.summary, of: run, 0)
      try date(.metrics, of: run, 30)
      var follower = RunFollower(run)
      let snapshot = try follower.update()
      #expect(snapshot.outcome == .running && snapshot.title == "Two <stages>")
      #expect(snapshot.stages.map(\.done) == [10, 10] && snapshot.stages.map(\.steps) == [10, 40])
      let current = try #require(snapshot.current)
      #expect(current.step == 10 && current.of == 40 && current.values["accuracy"] == 0.25)
      // Ten steps took 30 s; 30 are left.
      #expect(current.secondsPerStep == 3 && current.secondsLeft == 90)
    }
  }

  @Test func `a clock that was set back makes no negative time`() throws {
    try withTemporaryDirectory { folder in
      let (run, _) = try make(in: folder)
      try run.writer(for: .metrics).append(step(1))
      try date(.summary, of: run, 0)
      try date(.metrics, of: run, -4_000)
      var follower = RunFollower(run)
      let current = try #require(try follower.update().current)
      #expect(current.secondsPerStep == nil && current.secondsLeft == nil)
    }
  }

  @Test func `steps are read on as they come, and a half line waits`() throws {
    try withTemporaryDirectory { folder in
      let (run, _) = try make(in: folder)
      var follower = RunFollower(run)
      #expect(try follower.update().current == nil)
      let metrics = try run.writer(for: .metrics)
      try metrics.append(step(1))
      #expect(try follower.update().current?.step == 1)
      let handle = try FileHandle(forWritingTo: run.url(of: .metrics))
      try handle.seekToEnd()
      try handle.write(contentsOf: Data("{\"kind\":\"st".utf8))
      let before = try follower.update()
      #expect(before.current?.step == 1)
      #expect(try follower.update() == before, "nothing new is no change")
      try handle.truncate(atOffset: 0)
      try handle.close()
      #expect(try follower.update().current == nil, "a run that is made again begins again")
    }
  }

  @Test func `evaluations are followed, the last of equal ones`() throws {
    try withTemporaryDirectory { folder in
      let (run, _) = try make(in: folder)
      let metrics = try run.writer(for: .metrics)
      func record(_ step: Int, _ accuracy: Double) -> EvaluationRecord {
        EvaluationRecord(
          stage: "rl", evaluation: "held_out", step: step, values: ["accuracy": accuracy])
      }
      try metrics.append(record(0, 0.25))
      try metrics.append(record(20, 0.5))
      try metrics.append(record(20, 0.75))
      var follower = RunFollower(run)
      #expect(try follower.update().evaluations == [record(0, 0.25), record(20, 0.75)])
    }
  }

  @Test func `how it ended is what the summary says once nobody writes it`() throws {
    try withTemporaryDirectory { folder in
      let (run, summary) = try make(in: folder)
      var follower = RunFollower(run)
      #expect(try follower.update().outcome == .killed)
      for (outcome, expected) in [
        (RunSummary.Outcome.finished, RunSnapshot.Outcome.finished), (.failed, .failed),
        (.interrupted, .interrupted),
      ] {
        var summary = summary
        summary.outcome = outcome
        try run.write(json: summary, to: .summary)
        #expect(try follower.update().outcome == expected)
        #expect(try follower.update().outcome.isEnded)
        let lock = try RunLock(folder: run.url)
        #expect(try follower.update().outcome == .running, "a process has taken it up again")
        withExtendedLifetime(lock) {}
      }
      try FileManager.default.removeItem(at: run.url(of: .summary))
      let lock = try RunLock(folder: run.url)
      #expect(try follower.update().outcome == .starting)
      withExtendedLifetime(lock) {}
    }
  }

  @Test func `a damaged summary is a named error`() throws {
    try withTemporaryDirectory { folder in
      let (run, _) = try make(in: folder)
      try run.write(Data("{".utf8), to: .summary)
      var follower = RunFollower(run)
      #expect(throws: ExperimentError.self) { try follower.update() }
    }
  }

  @Test func `the live page draws what the report draws, and nothing becomes markup`() throws {
    try withTemporaryDirectory { folder in
      let (run, _) = try make(in: folder)
      let metrics = try run.writer(for: .metrics)
      for number in 1...10 { try metrics.append(step(number)) }
      var follower = RunFollower(run)
      let page = LivePage(run)
      let first = page.update(try follower.update(), of: follower)
      #expect(first.html.contains("Two &lt;stages&gt;") && !first.html.contains("<stages>"))
      #expect(
        first.html.contains("Reward per process") && first.html.contains("<progress max=\"40\""))
      #expect(first.isEnded, "nobody writes it")
      #expect(page.update(try follower.update(), of: follower).revision == first.revision)
      try metrics.append(step(11))
      #expect(page.update(try follower.update(), of: follower).revision != first.revision)
      let frame = page.html(polling: "/run.json", nonce: "abc")
      #expect(frame.contains("<script nonce=\"abc\">") && frame.contains("fetch('/run.json'"))
      #expect(frame.components(separatedBy: "<script").count == 2)
      for reference in ["http://", "https://", "src=", "<link", "@import"] {
        #expect(!frame.contains(reference), "\(reference)")
      }
    }
  }
}
