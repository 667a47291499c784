import Foundation
import TestSupport
import Testing

@testable import sousvide

extension SignalTests {
  /// The recipe of a plain language model, from its file to a report.
  @Suite struct TextOnlyRecipeTests {
    private static let recipe = RecipesTests.folder.appendingPathComponent("text_only.yaml").path

    @Test func itTrainsEvaluatesAndReports() async throws {
      let folder = try temporaryFolder()
      defer { try? FileManager.default.removeItem(at: folder) }
      let recording = Recording()
      let code = await Sousvide.tool.run(
        ["run", Self.recipe, "--runs", folder.path + "/runs", "--data", folder.path + "/data"],
        on: recording.console())
      #expect(code == .success, "\(recording.error)")
      let run = folder.appendingPathComponent("runs/text_only")
      let configuration = try String(
        contentsOf: run.appendingPathComponent("checkpoints/rl/config.json"), encoding: .utf8)
      #expect(configuration.contains("Qwen2ForCausalLM"))
      #expect(
        !FileManager.default.fileExists(
          atPath: run.appendingPathComponent("checkpoints/rl/preprocessor_config.json").path))
      let metrics = try String(
        contentsOf: run.appendingPathComponent("metrics.jsonl"), encoding: .utf8)
      #expect(metrics.contains("\"algorithm\":\"grpo\""))
      let report = try String(
        contentsOf: run.appendingPathComponent("report.html"), encoding: .utf8)
      #expect(report.contains("How much is") && !report.contains("The clip is no longer"))
      let graph = try String(
        contentsOf: run.appendingPathComponent("evaluations/held_out/rl.jsonl"), encoding: .utf8)
      #expect(graph.split(separator: "\n").count == 20)
    }

    @Test func itsPlanKnowsMemoryAndSteps() async {
      let recording = Recording()
      let code = await Sousvide.tool.run(["plan", Self.recipe], on: recording.console())
      #expect(code == .success, "\(recording.error)")
      #expect(recording.output.contains("records data, text alone"))
      #expect(!recording.output.contains("assuming"), "\(recording.output)")
    }
  }
}
