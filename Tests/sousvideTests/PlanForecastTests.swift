import Foundation
import TestSupport
import Testing

@testable import sousvide

extension SignalTests {
  /// What `plan` predicts of a run, and what `run` refuses because of it.
  @Suite struct PlanForecastTests {
    private static func recipe(_ name: String) -> String {
      RecipesTests.folder.appendingPathComponent(name).path
    }

    private static func plan(_ path: String) async throws -> [String: Any] {
      let recording = Recording()
      let code = await Sousvide.tool.run(
        ["plan", path, "--format", "json"], on: recording.console())
      #expect(code == .success, "\(recording.error)")
      let document = try JSONSerialization.jsonObject(with: Data(recording.output.utf8))
      return try #require((document as? [String: Any])?["forecast"] as? [String: Any])
    }

    @Test func theQuickStartIsPlannedInAnInstantWithMemoryWorkAndTime() async throws {
      let recording = Recording()
      let start = ContinuousClock.now
      #expect(
        await Sousvide.tool.run(
          ["plan", Self.recipe("quickstart.yaml")], on: recording.console()) == .success)
      // Well under a second by itself; tests run beside others.
      #expect(start.duration(to: .now) < .seconds(20))
      for word in [
        "estimates", "foundation", "held_out/rl", "MiB", "GFLOP", "most memory: ", "2000",
        "keys and values",
      ] { #expect(recording.output.contains(word), "\(word)") }
    }

    @Test func aModelWhoseFilesAreNotHereIsPlannedFromItsPublishedSizes() async throws {
      let recording = Recording()
      #expect(
        await Sousvide.tool.run(
          ["plan", Self.recipe("videop2r/videop2r.yaml")], on: recording.console()) == .success)
      #expect(recording.output.contains("8 292 166 656 parameters"))
      #expect(
        recording.output.contains(
          "the published sizes of Qwen2.5-VL-7B-Instruct, whose files are not here"))
      #expect(recording.output.contains("256 tokens of text in a question of data `traces`"))

      let forecast = try await Self.plan(Self.recipe("video_thinker/video_thinker.yaml"))
      let entries = try #require(forecast["entries"] as? [[String: Any]])
      #expect(
        entries.compactMap { $0["name"] as? String }
          == ["sft", "held_out/sft", "rl", "held_out/rl"])
      let policy = entries[2]
      // Weights, what the stage starts from, moments and gradients alone are 20 bytes a parameter.
      #expect(try #require(policy["peak_bytes"] as? Int) > 20 * 8_292_166_656)
      let update = try #require((policy["moments"] as? [String: [String: Int]])?["update"])
      #expect(update["weights"] == 4 * 8_292_166_656)
      #expect(update["optimizer moments"] == 8 * 8_292_166_656)
      #expect(try #require(policy["seconds"] as? Double) > 1e6)
      #expect(try #require(policy["steps"] as? Int) == 2500)
    }

    @Test func aModelThatNobodyKnowsIsNotGuessed() async throws {
      let folder = try temporaryFolder()
      defer { try? FileManager.default.removeItem(at: folder) }
      let text = try String(
        contentsOfFile: Self.recipe("video_thinker/video_thinker.yaml"), encoding: .utf8)
      let path = folder.appendingPathComponent("other.yaml")
      try Data(
        text.replacingOccurrences(of: "Qwen2.5-VL-7B-Instruct", with: "OurModel")
          .replacingOccurrences(
            of: "{user: prompts/question.md}", with: "{}"
          ).utf8
      ).write(to: path)
      let recording = Recording()
      #expect(await Sousvide.tool.run(["plan", path.path], on: recording.console()) == .success)
      #expect(recording.output.contains("memory and time are not predicted: "))
      #expect(recording.output.contains("OurModel has no config.json"))
    }

    /// A model of hundreds of gigabytes, from scratch: nothing is missing but memory.
    @Test func aRunThatDoesNotFitIsRefusedBeforeItBegins() async throws {
      let folder = try temporaryFolder()
      defer { try? FileManager.default.removeItem(at: folder) }
      let path = folder.appendingPathComponent("large.yaml")
      let text = RunCommandTests.recipe.replacingOccurrences(
        of: "{hidden_size: 32, layers: 1, heads: 2, key_value_heads: 1, intermediate_size: 48,",
        with: "{hidden_size: 8192, layers: 24, heads: 512, key_value_heads: 64, "
          + "intermediate_size: 29568,")
      try Data(text.utf8).write(to: path)
      let recording = Recording()
      let code = await Sousvide.tool.run(
        ["run", path.path, "--runs", folder.path + "/runs", "--data", folder.path + "/data"],
        on: recording.console())
      #expect(code == .failure)
      for word in [
        "SV5955", "large.yaml:", "needs about", "GiB of memory", "run.recomputation: 2",
        "an adapter of rank 16", "--ignore-memory",
      ] { #expect(recording.error.contains(word), "\(word) in \(recording.error)") }
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/runs"))
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/data"))
    }

    @Test func theRunBlockSaysHowARunIsExecuted() async throws {
      let folder = try temporaryFolder()
      defer { try? FileManager.default.removeItem(at: folder) }
      let path = folder.appendingPathComponent("tiny.yaml")
      func check(_ settings: String) async throws -> (ExitCode, String) {
        try Data(
          RunCommandTests.recipe.replacingOccurrences(
            of: "run: {name: tiny, seed: 3}", with: "run: {name: tiny, \(settings)}"
          ).utf8
        ).write(to: path)
        let recording = Recording()
        let code = await Sousvide.tool.run(["check", path.path], on: recording.console())
        return (code, recording.error)
      }
      #expect(
        try await check(
          "threads: 1, recomputation: 2, rollouts_in_flight: 8, matmul: openblas"
        ).0 == .success)
      for wrong in ["recomputation: 3", "threads: 0", "rollouts_in_flight: 0", "matmul: mkl"] {
        let (code, error) = try await check(wrong)
        #expect(code == .failure)
        #expect(error.contains(wrong.split(separator: ":")[0]), "\(error)")
      }
    }

    /// Two processes of the program itself: what one predicts, the other comes to hold.
    @Test(.enabled(if: SousvideProgram.url != nil), arguments: [false, true])
    func theResidentPeakOfARunIsWhatThePlanPredicts(adapted: Bool) async throws {
      let folder = try temporaryFolder()
      defer { try? FileManager.default.removeItem(at: folder) }
      let path = folder.appendingPathComponent("medium.yaml")
      let rate = "learning_rate: 1.0e-3"
      let text = RunCommandTests.recipe.replacingOccurrences(
        of: "{hidden_size: 32, layers: 1, heads: 2, key_value_heads: 1, intermediate_size: 48,",
        with: "{hidden_size: 512, layers: 5, heads: 32, key_value_heads: 8, "
          + "intermediate_size: 1536,"
      )
      .replacingOccurrences(of: "steps: 12, batch_size: 4", with: "steps: 2, batch_size: 8")
      .replacingOccurrences(of: "coefficient: 0", with: "coefficient: 0.04, reference: cold")
      .replacingOccurrences(of: "max_new_tokens: 24 tok", with: "max_new_tokens: 64 tok")
      .replacingOccurrences(
        of: rate,
        with: adapted ? "\(rate)\n    adapter: {rank: 16, alpha: 16, targets: [\"*_proj\"]}" : rate)
      try Data(text.utf8).write(to: path)
      let document = try Self.launch(["plan", path.path, "--format", "json"])
      let plan = try #require(
        try JSONSerialization.jsonObject(with: document) as? [String: Any])
      let forecast = try #require(plan["forecast"] as? [String: Any])
      let predicted = try #require(forecast["peak_bytes"] as? Int)
      _ = try Self.launch([
        "run", path.path, "--runs", folder.path + "/runs", "--data", folder.path + "/data",
      ])
      let file = folder.appendingPathComponent("runs/tiny/summary.json")
      let summary = try #require(
        try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
      let measured = try #require(summary["peakMemoryBytes"] as? Int)
      let ratio = Double(predicted) / Double(measured)
      #expect((0.9...1.1).contains(ratio), "\(predicted) of \(measured)")
      #expect((summary["environment"] as? [String: String])?["device"]?.hasPrefix("cpu ") == true)
    }

    /// - Returns: What it wrote to standard output.
    private static func launch(_ words: [String]) throws -> Data {
      let process = Process()
      process.executableURL = SousvideProgram.url
      process.arguments = words
      let output = Pipe()
      process.standardOutput = output
      process.standardError = FileHandle.nullDevice
      try process.run()
      let data = output.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
      return data
    }
  }
}
