import Foundation
import TestSupport
import Testing
import Trainer

@testable import Experiments
@testable import sousvide

@Suite("sousvide watch")
struct WatchCommandTests {
  private func make(
    _ name: String, in folder: URL, _ outcome: RunSummary.Outcome
  ) throws -> RunDirectory {
    let run = try RunDirectory.create(at: folder.appendingPathComponent(name), recipe: "a: 1\n")
    var summary = RunSummary(
      title: "A run", seed: 1, stages: [.init(name: "rl", algorithm: "grpo", steps: 40)],
      segments: [])
    summary.outcome = outcome
    try run.write(json: summary, to: .summary)
    let metrics = try run.writer(for: .metrics)
    for number in 1...10 { try metrics.append(step(number)) }
    return run
  }

  private func step(_ number: Int) -> StepRecord {
    StepRecord(
      stage: "rl", algorithm: "grpo", step: number, of: 40,
      values: ["accuracy": Double(number) / 40, "length/response": 31])
  }

  @Test func `a run that has ended is shown as it is, with its exit code`() async throws {
    try await with([:]) { folder in
      for (outcome, code, word) in [
        (RunSummary.Outcome.finished, Int32(0), "finished"), (.failed, 1, "has failed"),
        (.interrupted, 1, "was stopped"), (.running, 1, "no process works on"),
      ] {
        _ = try make(outcome.rawValue, in: folder, outcome)
        let result = await sousvide("watch", outcome.rawValue, "--runs", folder.path)
        #expect(result.code == code && result.error.contains(word), "\(result.error)")
        #expect(result.error.contains("rl 10/40  accuracy 25.0%  length 31.0"), "\(result.error)")
        #expect(result.output.isEmpty)
      }
    }
  }

  @Test func `json is a line for every change, until the run ends`() async throws {
    try await with([:]) { folder in
      let run = try make("r", in: folder, .running)
      var lock: RunLock? = try RunLock(folder: run.url)
      async let watching = sousvide("watch", "r", "--runs", folder.path, "--json")
      try await Task.sleep(for: .milliseconds(300))
      try run.writer(for: .metrics).append(step(11))
      try await Task.sleep(for: .milliseconds(1_500))
      var summary = try #require(try run.read(RunSummary.self, from: .summary))
      summary.outcome = .finished
      try run.write(json: summary, to: .summary)
      lock = nil
      _ = lock
      let result = await watching
      #expect(result.code == 0, "\(result.error)")
      let lines = result.output.split(separator: "\n")
      #expect(lines.allSatisfy { $0.contains(#""schema":"sousvide.watch/1""#) }, "\(lines)")
      #expect(lines.count >= 2 && lines.last?.contains(#""outcome":"finished""#) == true)
      #expect(lines.last?.contains(#""step":11"#) == true)
    }
  }

  @Test func `a served run can be read by a browser of this machine, and its end is told`()
    async throws
  {
    try await with([:]) { folder in
      let run = try make("r", in: folder, .running)
      var lock: RunLock? = try RunLock(folder: run.url)
      let port = try LoopbackServer.freePort()
      async let watching = sousvide(
        "watch", "r", "--runs", folder.path, "--serve", "--port", "\(port)")
      var page = ""
      func ask(_ path: String) throws -> String {
        let client = try LoopbackClient(port: port)
        client.send("GET \(path) HTTP/1.1\r\nHost: localhost:\(port)\r\n\r\n")
        return client.readAll()
      }
      for _ in 0..<200 where page.isEmpty {
        try await Task.sleep(for: .milliseconds(20))
        page = (try? ask("/")) ?? ""
      }
      #expect(page.contains("fetch('/run.json'") && page.contains("script-src 'nonce-"))
      let update = try ask("/run.json")
      #expect(update.contains(#""is_ended":false"#) && update.contains(#""step":10"#))
      #expect(try ask("/recipe.yaml").hasPrefix("HTTP/1.1 404"))
      var summary = try #require(try run.read(RunSummary.self, from: .summary))
      summary.outcome = .finished
      try run.write(json: summary, to: .summary)
      lock = nil
      _ = lock
      var end = ""
      for _ in 0..<200 where !end.contains(#""is_ended":true"#) {
        try await Task.sleep(for: .milliseconds(20))
        end = (try? ask("/run.json")) ?? ""
      }
      #expect(end.contains(#""is_ended":true"#))
      let result = await watching
      #expect(result.code == 0 && result.error.contains("http://127.0.0.1:\(port)/"))
    }
  }

  @Test func `no line of the picture is wider than the terminal`() throws {
    for width in [40, 80, 200] {
      let console = Recording().console(interactive: true, width: width)
      let snapshot = RunSnapshot(
        run: "r", title: String(repeating: "A long title ", count: 10), outcome: .running,
        stages: [
          .init(
            name: "foundation", algorithm: "sft", done: 1500, steps: 1500, isComplete: true,
            seconds: 141),
          .init(
            name: "reinforcement_of_perception", algorithm: "process_aware_grpo", done: 10,
            steps: 40, isComplete: false, seconds: 30),
        ],
        current: .init(
          stage: "reinforcement_of_perception", step: 10, of: 40, values: step(10).values,
          secondsPerStep: 3, secondsLeft: 90),
        measured: [
          EvaluationRecord(
            stage: "foundation", evaluation: "held_out", step: 1500,
            values: ["accuracy": 0.9, "sufficiency": 0.8, "format": 1, "mismatch": 0.1])
        ], steps: (1...10).map(step))
      let lines = WatchDisplay(console: console).lines(snapshot)
      for line in lines { #expect(line.count < width, "\(width): \(line)") }
      let picture = lines.joined(separator: "\n")
      #expect(picture.contains("10/40") && picture.contains("length 31.0"))
      if width > 40 { #expect(picture.contains("3.0 s/step  1:30 left"), "\(picture)") }
    }
  }

  @Test func `bad input is named`() async throws {
    try await with(["file": ""]) { folder in
      let run = try make("r", in: folder, .running)
      let lock = try RunLock(folder: run.url)
      let missing = await sousvide("watch", "no", "--runs", folder.path)
      #expect(missing.code == 1 && missing.error.contains("there is no run at"), "\(missing.error)")
      let file = await sousvide("watch", "file", "--runs", folder.path)
      #expect(file.code == 1 && file.error.contains("is not a run directory"), "\(file.error)")
      let alone = await sousvide("watch", "r", "--runs", folder.path, "--port", "8080")
      #expect(alone.code == 2 && alone.error.contains("--port is for --serve"), "\(alone.error)")
      for (port, words) in [
        ("80", "kept for the system"), ("70000", "is no port"), ("-1", "no port"),
      ] {
        let result = await sousvide(
          "watch", "r", "--runs", folder.path, "--serve", "--port=\(port)")
        #expect(result.code == 2 && result.error.contains(words), "\(result.error)")
      }
      let other = try LoopbackServer { _ in .close }
      defer { other.stop() }
      let taken = await sousvide(
        "watch", "r", "--runs", folder.path, "--serve", "--port", "\(other.port)")
      #expect(taken.code == 1 && taken.error.contains("is in use"), "\(taken.error)")
      withExtendedLifetime(lock) {}
    }
  }
}
