import Foundation
import TensorEngine
import TestSupport
import Testing

@testable import Models

/// An adapter that we saved computes the same in the `peft` library as here, and the one that the
/// library saves is ours again.
@Suite(.serialized, .enabled(if: Peers.isAvailable, Comment(rawValue: Peers.absence)))
struct PeftLibraryTests {
  private static let everything = AdapterSettings(rank: 3, alpha: 4.5, targets: [LayerPattern("*")])

  @Test(arguments: [AdaptedModels.settings, everything])
  func computesTheSameForText(settings: AdapterSettings) throws {
    try compare("tiny-lm", settings, Prompt(tokens: [5, 900, 17, 17, 3, 1002, 64, 128, 77])) { _ in
    }
  }

  @Test(arguments: [AdaptedModels.settings, everything])
  func computesTheSameForVideo(settings: AdapterSettings) throws {
    let configuration = try QwenConfiguration(contentsOf: Fixtures.url("tiny-vl"))
    let batch = try ReferenceVideoBatch("vl_one", configuration: configuration)
    let prompt = try #require(batch.samples.first).prompt
    let file = batch.tensors.file
    try compare("tiny-vl", settings, prompt) { inputs in
      for name in ["video_grid_thw", "mm_token_type_ids"] {
        inputs[name] = StoredTensor(try file.integers(name), shape: file.shape(of: name) ?? [])
      }
      for name in ["pixel_values_videos", "second_per_grid_ts"] {
        inputs[name] = StoredTensor(try file.floats(name), shape: file.shape(of: name) ?? [])
      }
    }
  }

  @Test func theComparisonNoticesADifference() throws {
    let prompt = Prompt(tokens: [1, 2, 3])
    try withTemporaryDirectory { folder in
      let model = try AdaptedModels.trained("tiny-lm", device: CPUDevice(threads: 1))
      let expected = try expectation(model.withoutAdapter(), prompt, in: folder) { _ in }
      let adapter = folder.appendingPathComponent("adapter")
      try model.saveAdapter(to: adapter)
      let result = try Peers.run(
        "check_adapter.py", [Fixtures.url("tiny-lm").path, adapter.path, expected.path])
      #expect(result.code == 1)
      #expect(result.output.contains("different: adapted: logits by"), "\(result.output)")
    }
  }

  private func compare(
    _ name: String, _ settings: AdapterSettings, _ prompt: Prompt,
    _ addInputs: (inout [String: StoredTensor]) throws -> Void
  ) throws {
    let model = try AdaptedModels.trained(
      name, settings: settings, device: CPUDevice(threads: 1), rule: .transformers5)
    try withTemporaryDirectory { folder in
      let expected = try expectation(model, prompt, in: folder, addInputs)
      let adapter = folder.appendingPathComponent("adapter")
      let saved = folder.appendingPathComponent("saved")
      try model.saveAdapter(to: adapter)
      let result = try Peers.run(
        "check_adapter.py",
        [Fixtures.url(name).path, adapter.path, expected.path, saved.path])
      #expect(result.code == 0, "\(result.output)")

      let again = try AdaptedModels.base(name, device: model.device).adapted(from: saved)
      #expect(again.adapter == model.adapter)
      for parameter in model.trainedParameters {
        #expect(try again.parameters.get(parameter.name) == model.parameters.get(parameter.name))
      }
    }
  }

  /// The logits of a model with the prompt as `transformers` takes it.
  private func expectation(
    _ model: PolicyModel, _ prompt: Prompt, in folder: URL,
    _ addInputs: (inout [String: StoredTensor]) throws -> Void
  ) throws -> URL {
    let logits = try model.logits(prompt)
    let count = prompt.tokens.count
    var tensors = [
      "input_ids": StoredTensor(prompt.tokens, shape: [1, count]),
      "logits": StoredTensor(
        logits.flatMap { $0 }, shape: [1, count, model.configuration.text.vocabularySize]),
    ]
    try addInputs(&tensors)
    let url = folder.appendingPathComponent("expected.safetensors")
    try SafetensorsWriter().write(tensors, to: url)
    return url
  }
}
