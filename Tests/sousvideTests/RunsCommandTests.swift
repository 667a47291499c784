import Experiments
import Foundation
import Testing

@testable import sousvide

@Suite("sousvide runs")
struct RunsCommandTests {
  /// A folder of runs that trained nothing.
  private func withRuns(
    _ names: [String], _ body: (_ folder: URL) async throws -> Void
  ) async throws {
    try await with([:]) { folder in
      for name in names { try Self.make(name, in: folder) }
      try await body(folder)
    }
  }

  static func make(_ name: String, in folder: URL) throws {
    let run = try RunDirectory.create(
      at: folder.appendingPathComponent(name), recipe: "sousvide: 1\n")
    var summary = RunSummary(
      title: "The run \(name)", seed: 7,
      stages: [
        .init(name: "eyes", algorithm: "sft", steps: 10, seconds: 2, checkpointDigest: "ab12"),
        .init(name: "rl", algorithm: "grpo", steps: 4, startsFrom: "eyes"),
      ], segments: [])
    summary.outcome = .interrupted
    summary.seconds = 72
    try run.write(json: summary, to: .summary)
    try run.write(
      json: GraphRecord(
        digest: "g0",
        nodes: [
          .init(id: "eyes", operation: "supervise", summary: "10 steps", inputs: [], digest: "n1")
        ]), to: .graph)
    let lines = [
      #"{"algorithm":"sft","kind":"step","of":10,"stage":"eyes","step":10,"values":{"loss":1}}"#,
      #"{"evaluation":"check","kind":"evaluation","stage":"eyes","step":10,"values":{"accuracy":0.5}}"#,
      #"{"algorithm":"grpo","kind":"step","of":4,"stage":"rl","step":3,"values":{"loss":1}}"#,
    ]
    try run.write(Data((lines.joined(separator: "\n") + "\n").utf8), to: .metrics)
  }

  @Test func listsWhatThereIs() async throws {
    try await withRuns(["mine", "mine-2"]) { folder in
      for words in [["runs"], ["runs", "ls"]] {
        let recording = Recording()
        let code = await Sousvide.tool.run(
          words + ["--runs", folder.path], on: recording.console())
        #expect(code == .success, "\(recording.error)")
        let lines = recording.output.split(separator: "\n")
        #expect(lines.count == 3)
        #expect(
          lines[1].contains("mine     interrupted   eyes 10, rl 3/4   accuracy 50.0%   72 s"))
        #expect(lines[2].hasSuffix("The run mine-2"))
      }
      let json = await sousvide("runs", "--runs", folder.path, "--json")
      #expect(json.output.contains("\"schema\" : \"sousvide.runs/1\""), "\(json.output)")
      #expect(json.output.contains("\"is_complete\" : true"))
    }
  }

  @Test func showsOneByItsNameOrItsFolder() async throws {
    try await withRuns(["mine"]) { folder in
      let named = await sousvide("runs", "show", "mine", "--runs", folder.path)
      #expect(named.code == 0, "\(named.error)")
      for part in [
        "The run mine", "eyes   10 steps", "3/4", "eyes, step 10   check", "accuracy 50.0%",
      ] {
        #expect(named.output.contains(part), "\(part): \(named.output)")
      }
      #expect(named.output.contains(folder.path + "/mine/metrics.jsonl"))
      let placed = await sousvide("runs", "show", folder.path + "/mine", "--json")
      #expect(placed.output.contains("\"checkpoint_digest\" : \"ab12\""), "\(placed.output)")
      let none = await sousvide("runs", "show", "yours", "--runs", folder.path)
      #expect(none.code == 1, "\(none.error)")
      #expect(none.error.contains("there is no run at '\(folder.path)/yours'"), "\(none.error)")
    }
  }

  @Test func removesOnlyWhatAPersonConfirms() async throws {
    try await withRuns(["mine", "mine-2"]) { folder in
      func names() -> [String] { (try? RunsFolder(folder))?.entries().map(\.name) ?? [] }
      let unasked = await sousvide("runs", "rm", "mine", "--runs", folder.path)
      #expect(unasked.code == 2 && unasked.error.contains("`--yes` removes without asking"))
      #expect(names() == ["mine", "mine-2"])
      for (answer, code, left) in [("no", 1, ["mine", "mine-2"]), ("y", 0, ["mine-2"])] {
        let recording = Recording()
        var console = recording.console()
        console.answer = { answer }
        let result = await Sousvide.tool.run(
          ["runs", "rm", "mine", "--runs", folder.path], on: console)
        #expect(result.rawValue == Int32(code), "\(recording.error)")
        #expect(names() == left)
      }
      let sure = await sousvide("runs", "rm", "mine-2", "--runs", folder.path, "--yes", "--json")
      #expect(sure.code == 0 && sure.output.contains("\"removed\""), "\(sure.error)")
      #expect(names().isEmpty)
    }
  }

  @Test func collectsAfterSayingWhat() async throws {
    try await withRuns(["mine"]) { folder in
      let state = folder.appendingPathComponent("mine/state/new.safetensors")
      try Data(count: 2 << 20).write(to: state)
      let dry = await sousvide("runs", "gc", "--runs", folder.path, "--dry-run")
      #expect(dry.output.contains("partial   mine/state/new.safetensors"), "\(dry.output)")
      #expect(dry.output.contains("would remove 2.0 MiB"), "\(dry.output)")
      #expect(FileManager.default.fileExists(atPath: state.path))
      let done = await sousvide("runs", "gc", "--runs", folder.path, "--json")
      #expect(done.code == 0 && done.output.contains("\"is_dry_run\" : false"), "\(done.output)")
      #expect(!FileManager.default.fileExists(atPath: state.path))
    }
  }

  @Test func aFolderThatIsNotThereIsAnError() async throws {
    let result = await sousvide("runs", "--runs", "/nowhere/at/all")
    #expect(result.code == 1 && result.error.contains("/nowhere/at/all"), "\(result.error)")
  }
}
