import Foundation
import Models
import TensorEngine
import TestSupport
import Testing

@testable import sousvide

extension SignalTests {
  /// Generators and judges that are shown videos, run by the engine from folders.
  @Suite struct SeeingModelTests {
    private static func recipe(model: String, prompt: String) -> String {
      """
      sousvide: 1
      edition: 2026-11
      run: {name: seeing, seed: 3}
      model:
        architecture: qwen2_5_vl
        from: scratch
        text: {hidden_size: 32, layers: 1, heads: 2, key_value_heads: 1, intermediate_size: 48, rope_theta: 20, mrope_section: [2, 3, 3]}
        vision: {hidden_size: 32, depth: 1, heads: 2, intermediate_size: 32, full_attention_blocks: [0]}
        tokenizer: {train_on: items, vocabulary_size: 400}
        prompt: {system: ""}
      video: {sampler: uniform, frames: 4}
      data:
        items: {kind: clipworld, split: train, clips: 6, seed: 2, families: [sign, direction]}
      generators:
        teacher:
          api: local
          model: \(model)
          prompt: "\(prompt)"
          sampling: {temperature: 1.0, max_new_tokens: 64 tok}
      stages:
        curated:
          algorithm: pipeline
          data: items
          steps: {drafted: {do: write, by: teacher}}
        sft:
          algorithm: sft
          data: stages.curated
          steps: 2
          batch_size: 2
          learning_rate: 1.0e-2
      """
    }

    private func folder(
      model: String = "tiny-vl", prompt: String = "{item.media} {item.problem}",
      _ body: (URL, _ recipe: String) async throws -> Void
    ) async throws {
      try await with(["recipe.yaml": Self.recipe(model: "models/\(model)", prompt: prompt)]) {
        folder in
        let models = folder.appendingPathComponent("models")
        try FileManager.default.createDirectory(at: models, withIntermediateDirectories: true)
        let copy = models.appendingPathComponent(model)
        try FileManager.default.copyItem(at: Fixtures.url(model), to: copy)
        if model == "tiny-vl" { try Self.endAnswers(of: copy) }
        try await body(folder, folder.appendingPathComponent("recipe.yaml").path)
      }
    }

    /// Has random weights end their answers: one of two hidden states makes the end token all but certain.
    private static func endAnswers(of folder: URL) throws {
      let files = try CheckpointFiles(contentsOf: folder)
      let model = try PolicyModel.load(files, device: CPUDevice(threads: 1))
      let end = try #require(try files.tokenizer().id(of: "<|im_end|>"))
      let head = try model.parameters.get("lm_head.weight")
      let width = try #require(head.shape.last)
      var values = head.floats
      for place in end * width..<(end + 1) * width { values[place] *= 40 }
      try model.parameters.set("lm_head.weight", HostTensor(values, shape: head.shape))
      try model.save(to: folder, tokenizer: TokenizerFiles(contentsOf: folder))
    }

    private func run(
      _ recipe: String, in folder: URL, runs: String, _ words: String...
    ) async -> (code: Int32, output: String, error: String) {
      let recording = Recording()
      let code = await Sousvide.tool.run(
        [
          "run", recipe, "--runs", folder.appendingPathComponent(runs).path, "--data",
          folder.appendingPathComponent("data").path,
        ] + words, on: recording.console())
      return (code.rawValue, recording.output, recording.error)
    }

    /// What the generator wrote, by item.
    private func written(_ run: String, in folder: URL) throws -> [String] {
      let url = folder.appendingPathComponent("\(run)/checkpoints/curated/records.jsonl")
      return try String(contentsOf: url, encoding: .utf8).split(separator: "\n").map { line in
        let record = try JSONSerialization.jsonObject(with: Data(line.utf8))
        return try #require((record as? [String: Any])?["output"] as? String)
      }
    }

    @Test func aGeneratorThatSeesWritesTheSameUnderAnyThreadsAndFromTheTape() async throws {
      var seen: [String] = []
      try await folder { folder, recipe in
        let one = await run(recipe, in: folder, runs: "one", "--threads", "1")
        #expect(one.code == 0, "\(one.error)")
        seen = try written("one/seeing", in: folder)
        #expect(seen.count == 6 && Set(seen).count > 1)
        let two = await run(recipe, in: folder, runs: "two", "--threads", "2")
        #expect(two.code == 0, "\(two.error)")
        #expect(try written("two/seeing", in: folder) == seen)

        try FileManager.default.removeItem(at: folder.appendingPathComponent("models"))
        let replayed = await run(recipe, in: folder, runs: "two", "--fresh", "--offline")
        #expect(replayed.code == 0, "\(replayed.error)")
        #expect(replayed.error.contains("teacher") && !replayed.error.contains("6 asked"))
        #expect(try written("two/seeing-2", in: folder) == seen)
      }
      // Whoever sees nothing writes something else.
      try await folder(prompt: "{item.problem}") { folder, recipe in
        let blind = await run(recipe, in: folder, runs: "blind")
        #expect(blind.code == 0, "\(blind.error)")
        let texts = try written("blind/seeing", in: folder)
        #expect(texts != seen)
      }
    }

    @Test func aModelOfTextAloneIsRefusedWhereItIsNamed() async throws {
      try await folder(model: "tiny-lm") { folder, recipe in
        for words in [["check", recipe], ["run", recipe, "--runs", folder.path + "/runs"]] {
          let recording = Recording()
          let code = await Sousvide.tool.run(words, on: recording.console())
          #expect(code.rawValue == 1)
          let told = recording.output + recording.error
          #expect(told.contains("SV5814"), "\(told)")
          #expect(told.contains("the model in `models/tiny-lm` has no vision tower"), "\(told)")
          #expect(told.contains("recipe.yaml:17"), "\(told)")
        }
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/runs/seeing"))
      }
    }

    @Test func aPlanCountsThePatchesThatItSees() async throws {
      func asking(_ prompt: String) async throws -> [String: Int] {
        var moment: [String: Int] = [:]
        try await folder(prompt: prompt) { _, recipe in
          let result = await sousvide("plan", recipe, "--format", "json")
          #expect(result.code == 0, "\(result.error)")
          let document = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
          let forecast = try #require((document as? [String: Any])?["forecast"] as? [String: Any])
          let entries = try #require(forecast["entries"] as? [[String: Any]])
          let moments = try #require(entries.first?["moments"] as? [String: [String: Int]])
          moment = try #require(moments["asking"])
        }
        return moment
      }
      let blind = try await asking("{item.problem}")
      let seeing = try await asking("{item.media} {item.problem}")
      // Pixels of 6 videos in 2 steps of time with 16 patches each, at least, and the tower's packed weights.
      let patches = 6 * 2 * 16 * 1176 * 4
      #expect(
        try #require(seeing["batches and copies"]) - #require(blind["batches and copies"])
          >= patches)
      #expect(try #require(seeing["packed weights"]) > #require(blind["packed weights"]))
    }
  }
}
