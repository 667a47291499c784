import Foundation
import TestSupport
import Testing

@testable import sousvide

extension SignalTests {
  /// `sousvide replay` on what `sousvide run` left.
  @Suite struct ReplayCommandTests {
    /// A folder with a run, which is not to be changed by a replay.
    private func withRun(
      _ changes: [String] = [], _ body: (_ folder: URL, _ run: URL) async throws -> Void
    ) async throws {
      try await with(["tiny.yaml": RunCommandTests.recipe]) { folder in
        try await Self.make(in: folder, changes)
        try await body(folder, folder.appendingPathComponent("runs/tiny"))
      }
    }

    private static func make(in folder: URL, _ changes: [String] = []) async throws {
      let recording = Recording()
      let code = await Sousvide.tool.run(
        [
          "run", folder.path + "/tiny.yaml", "--runs", folder.path + "/runs", "--data",
          folder.path + "/data",
        ]
          + changes, on: recording.console())
      try #require(code == .success, "\(recording.error)")
    }

    private func replay(
      _ folder: URL, _ words: String...
    ) async -> (code: Int32, output: String, error: String) {
      let recording = Recording()
      let code = await Sousvide.tool.run(
        ["replay", "--data", folder.path + "/data"] + words, on: recording.console())
      return (code.rawValue, recording.output, recording.error)
    }

    /// Replaces text in one file of a run.
    private func change(_ file: URL, _ old: String, _ new: String) throws {
      let text = try String(contentsOf: file, encoding: .utf8)
      let range = try #require(text.range(of: old), "\(old)")
      try Data(text.replacingCharacters(in: range, with: new).utf8).write(to: file)
    }

    @Test func everyTierIsEqualWithOneThreadAndWithTwo() async throws {
      try await withRun { folder, run in
        let before = try FileManager.default.subpathsOfDirectory(atPath: run.path).sorted()
        let resolved = await replay(folder, run.path, "--tier", "resolve")
        #expect(resolved.code == 0, "\(resolved.error)")
        #expect(resolved.output.contains("lowers to the graph that was executed"))
        #expect(before.contains("recipe.lock"), "what its results depend on is in the run")
        for (tier, threads) in [("rescore", "1"), ("update", "1"), ("rerun", "1"), ("rerun", "2")] {
          let again = await replay(folder, run.path, "--tier", tier, "--threads", threads)
          #expect(again.code == 0, "\(again.error)")
          #expect(again.output.contains("cold: all 12 steps equal, bit for bit"), "\(again.output)")
          #expect(again.output.contains("rl: all 2 steps equal, bit for bit"))
        }
        let one = await replay(folder, run.path, "--tier", "update", "--stage", "rl", "--json")
        #expect(one.code == 0, "\(one.error)")
        #expect(
          one.output.contains("\"sousvide.replay/1\"") && one.output.contains("\"is_equal\" : true")
        )
        #expect(!one.output.contains("cold"))
        #expect(try FileManager.default.subpathsOfDirectory(atPath: run.path).sorted() == before)
      }
    }

    @Test func whatWasChangedSinceIsNamed() async throws {
      try await withRun { folder, run in
        let trace = run.appendingPathComponent("trace.jsonl")
        let whole = try Data(contentsOf: trace)
        let cases: [(old: String, new: String, said: String)] = [
          (#""finish":"length""#, #""finish":"stop""#, "its responses are not those"),
          (#""outcome":"missing""#, #""outcome":"found""#, "its segments are not"),
          (#""value":0"#, #""value":1"#, "its rewards are not"),
          (#""advantages":[["#, #""advantages":[[1"#, "its advantages are not"),
          (#""answer":""#, #""answer":"no "#, "its records are not"),
          (#""chain":""#, #""chain":"0"#, "it does not follow from the step before it"),
        ]
        for (old, new, said) in cases {
          try change(trace, old, new)
          let result = await replay(folder, run.path)
          #expect(result.code == 1, "\(old)")
          #expect(result.error.contains(said), "\(old) \(result.error)")
          #expect(result.error.contains("trace.jsonl' line "), "\(result.error)")
          try whole.write(to: trace)
        }
        let metrics = run.appendingPathComponent("metrics.jsonl")
        try change(metrics, #""loss":"#, #""loss":1"#)
        let changed = await replay(folder, run.path)
        #expect(changed.code == 1)
        #expect(changed.error.contains("step 1 of stage cold: its metrics are not"))
      }
    }

    @Test func evaluationsAreMeasuredAgain() async throws {
      try await withRun { folder, run in
        let equal = await replay(folder, run.path, "--json")
        #expect(equal.code == 0, "\(equal.error)")
        #expect(equal.output.contains("\"responses\" : 6"), "\(equal.output)")
        // Clips that are not there are not rendered for it.
        try FileManager.default.removeItem(atPath: folder.path + "/data")
        let text = await replay(folder, run.path)
        #expect(text.code == 0, "\(text.error)")
        #expect(text.output.contains("check after cold: all 6 responses equal, bit for bit"))
        #expect(text.output.contains("check after rl: all 6 responses equal, bit for bit"))
        #expect(!text.error.contains("is not compared"), "\(text.error)")
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/data"))
        let one = await replay(folder, run.path, "--stage", "rl")
        #expect(one.code == 0 && !one.output.contains("check after cold"), "\(one.error)")

        let file = run.appendingPathComponent("evaluations/check/rl.jsonl")
        let whole = try Data(contentsOf: file)
        let cases: [(old: String, new: String, said: [String])] = [
          (
            #""reward/shown":0"#, #""reward/shown":1"#,
            [
              "evaluation check after stage rl differs: reward `shown` of question 0 (line 1)",
              "recorded  1", "replayed  0",
            ]
          ),
          (
            #""format":0"#, #""format":0.5"#,
            ["`format` of question 0", "recorded  0.5", "replayed  0"]
          ),
          (
            #""outcome":"missing""#, #""outcome":"found""#,
            ["segment `", "recorded  found", "replayed  missing"]
          ),
          (
            #""reward/shown":""#, #""reward/shown":"so, "#,
            ["reward `shown` of question 0", "so, "]
          ),
          (#""response":""#, #""response":"x"#, ["the responses"]),
        ]
        for (old, new, said) in cases {
          try change(file, old, new)
          let changed = await replay(folder, run.path)
          #expect(changed.code == 1, "\(old)")
          for text in said { #expect(changed.error.contains(text), "\(text): \(changed.error)") }
          try whole.write(to: file)
        }
        let metrics = run.appendingPathComponent("metrics.jsonl")
        try change(metrics, #""accuracy":"#, #""accuracy":7"#)
        let numbers = await replay(folder, run.path)
        #expect(numbers.code == 1)
        #expect(
          numbers.error.contains("evaluation check after stage cold differs: `accuracy`"),
          "\(numbers.error)")
        try FileManager.default.removeItem(at: file)
        let absent = await replay(folder, run.path, "--stage", "rl")
        #expect(
          absent.error.contains(
            "check after rl: responses is not compared, because they are not kept"))
      }
    }

    @Test func anotherRecipeIsFoundOutByItsFirstDifference() async throws {
      try await withRun { folder, run in
        try change(
          run.appendingPathComponent("resolved.yaml"), "of: [observation]", "of: [think]")
        let graph = await replay(folder, run.path, "--tier", "resolve")
        #expect(graph.code == 1)
        #expect(graph.error.contains("rl/reward/shown differs"), "\(graph.error)")
        #expect(!graph.error.contains("rl/loss differs"), "only where it begins: \(graph.error)")
        try change(
          run.appendingPathComponent("resolved.yaml"), "learning_rate: 0.01", "learning_rate: 0.02")
        let update = await replay(folder, run.path, "--tier", "update")
        #expect(update.code == 1)
        #expect(
          update.error.contains(
            "step 1 of stage cold is the first that differs, from its metrics on: `learning_rate`"
          ),
          "\(update.error)")
        #expect(update.error.contains("recorded  0.01") && update.error.contains("replayed  0.02"))
      }
    }

    @Test func twoRunsPartAtTheirFirstDifferentStep() async throws {
      try await withRun { folder, run in
        let other = run.path + "-2"
        try await Self.make(in: folder, ["--fresh"])
        let equal = await replay(folder, "--bisect", run.path, other)
        #expect(equal.code == 0, "\(equal.error)")
        #expect(equal.output.contains("rl: 2 steps equal, of 2"), "\(equal.output)")
        try await Self.make(in: folder, ["--fresh", "--set", "stages.rl.learning_rate=2.0e-3"])
        let parted = await replay(folder, "--bisect", run.path, run.path + "-3")
        #expect(parted.code == 1)
        #expect(parted.output.contains("cold: 12 steps equal, of 12"), "\(parted.output)")
        #expect(
          parted.error.contains("step 1 of stage rl is the first that differs"), "\(parted.error)")
        #expect(parted.error.contains("tiny    0.001") && parted.error.contains("tiny-3  0.002"))
        let json = await replay(folder, "--bisect", run.path, run.path + "-3", "--json")
        #expect(json.output.contains("\"layer\" : \"metrics\""), "\(json.output)")
      }
    }

    @Test func whatCannotBeReplayedSaysWhy() async throws {
      try await withRun { folder, run in
        let stage = await replay(folder, run.path, "--stage", "nothing")
        #expect(stage.code == 1)
        #expect(stage.error.contains("no step of a stage `nothing`; it made those of cold, rl"))
        let tier = await replay(folder, run.path, "--tier", "everything")
        #expect(tier.code == 2)
        #expect(tier.error.contains("resolve"), "\(tier.error)")
        // A run that took its stages over has no steps of its own.
        try await Self.make(in: folder)
        let lent = await replay(folder, run.path + "-2")
        #expect(lent.code == 1)
        #expect(lent.error.contains("the run made no step itself"), "\(lent.error)")
        let none = await replay(folder, folder.path)
        #expect(none.code == 1)
        #expect(none.error.contains("is not a run directory"))
        try FileManager.default.removeItem(at: run.appendingPathComponent("trace.jsonl"))
        let traceless = await replay(folder, run.path)
        #expect(traceless.code == 1)
        #expect(traceless.error.contains("no recorded steps"), "\(traceless.error)")
      }
    }
  }
}
