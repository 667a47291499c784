import Foundation
import TensorEngine
import TestSupport
import Testing

@testable import Models

/// A model that we made from nothing and saved has the same logits in `transformers` as here.
@Suite(.serialized, .enabled(if: Peers.isAvailable, Comment(rawValue: Peers.absence)))
struct SavedModelTests {
  @Test func hasTheSameLogitsInTransformersForText() throws {
    let base = try QwenConfiguration(contentsOf: Fixtures.url("tiny-lm"))
    let prompt = Prompt(tokens: [5, 900, 17, 17, 3, 1002, 64, 128, 77])
    try compare(base, prompt, inputs: [:])
  }

  @Test func hasTheSameLogitsInTransformersForVideo() throws {
    let configuration = try QwenConfiguration(contentsOf: Fixtures.url("tiny-vl"))
    let batch = try ReferenceVideoBatch("vl_one", configuration: configuration)
    let prompt = try #require(batch.samples.first).prompt
    let file = batch.tensors.file
    var inputs: [String: StoredTensor] = [:]
    for name in ["video_grid_thw", "mm_token_type_ids"] {
      inputs[name] = StoredTensor(try file.integers(name), shape: file.shape(of: name) ?? [])
    }
    for name in ["pixel_values_videos", "second_per_grid_ts"] {
      inputs[name] = StoredTensor(try file.floats(name), shape: file.shape(of: name) ?? [])
    }
    try compare(configuration, prompt, inputs: inputs)
  }

  private func compare(
    _ configuration: QwenConfiguration, _ prompt: Prompt, inputs: [String: StoredTensor]
  ) throws {
    let model = try PolicyModel.initialize(
      configuration: configuration, seed: 11, device: CPUDevice(threads: 1), rule: .transformers5)
    let logits = try model.logits(prompt)
    let count = prompt.tokens.count
    var expected = inputs
    expected["input_ids"] = StoredTensor(prompt.tokens, shape: [1, count])
    expected["logits"] = StoredTensor(
      logits.flatMap { $0 }, shape: [1, count, configuration.text.vocabularySize])
    try withTemporaryDirectory { parent in
      let folder = parent.appendingPathComponent("model")
      try model.save(to: folder, tokenizer: TokenizerFiles(contentsOf: Fixtures.url("tiny-lm")))
      let url = parent.appendingPathComponent("expected.safetensors")
      try SafetensorsWriter().write(expected, to: url)
      let result = try Peers.run("check_checkpoint.py", [folder.path, url.path])
      #expect(result.code == 0, "\(result.output)")
    }
  }
}
