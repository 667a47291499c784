import Foundation
import TensorEngine
import TestSupport
import Testing

@testable import Models

@Suite("Policy model")
struct PolicyModelTests {
  private func configuration() throws -> QwenConfiguration {
    try QwenConfiguration(contentsOf: Fixtures.url("tiny-vl"))
  }

  private func deviation(_ values: [Float]) -> Double {
    (values.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(values.count)).squareRoot()
  }

  @Test("from scratch has the documented scales, and is a function of the seed")
  func initialization() throws {
    let configuration = try configuration()
    let device = try CPUDevice(threads: 2)
    let model = try PolicyModel.initialize(configuration: configuration, seed: 9, device: device)
    let scales: [(String, Double)] = [
      ("model.embed_tokens.weight", 1 / 128.0.squareRoot()),
      ("lm_head.weight", 1 / 128.0.squareRoot()),
      ("model.layers.1.self_attn.q_proj.weight", 1 / 128.0.squareRoot()),
      ("model.layers.1.self_attn.o_proj.weight", 0.25 / 128.0.squareRoot()),
      ("model.layers.0.mlp.down_proj.weight", 0.25 / 352.0.squareRoot()),
      ("visual.blocks.2.attn.proj.weight", 0.25 / 64.0.squareRoot()),
      ("visual.merger.mlp.0.weight", 1 / 256.0.squareRoot()),
      ("visual.patch_embed.proj.weight", 0.04),
    ]
    for (name, expected) in scales {
      let found = try deviation(model.parameters.get(name).floats)
      #expect(abs(found / expected - 1) < 0.05, "\(name)")
    }
    #expect(try model.parameters.get("model.norm.weight").floats.allSatisfy { $0 == 1 })
    #expect(
      try model.parameters.get("visual.blocks.0.attn.qkv.bias").floats.allSatisfy { $0 == 0 })
    let again = try PolicyModel.initialize(configuration: configuration, seed: 9, device: device)
    let other = try PolicyModel.initialize(configuration: configuration, seed: 10, device: device)
    let name = "model.layers.0.mlp.up_proj.weight"
    #expect(try model.parameters.get(name) == again.parameters.get(name))
    #expect(try model.parameters.get(name) != other.parameters.get(name))
    #expect(
      try model.parameters.get(name) != model.parameters.get("model.layers.0.mlp.gate_proj.weight"))
  }

  @Test("counts the parameters of the checkpoint")
  func parameterCount() throws {
    let model = try PolicyModel.load(
      from: Fixtures.url("tiny-vl"), device: CPUDevice(threads: 1))
    let weights = try CheckpointFiles(contentsOf: Fixtures.url("tiny-vl")).weights
    let stored = weights.names.reduce(0) { $0 + (weights.shape(of: $1) ?? []).reduce(1, *) }
    #expect(model.parameterCount == stored)
  }

  @Test("a frozen copy does not follow the model")
  func frozenCopy() throws {
    let model = try PolicyModel.load(
      from: Fixtures.url("tiny-lm"), device: CPUDevice(threads: 1))
    let prompt = Prompt(tokens: [1, 2, 3])
    let before = try model.logits(prompt)
    let copy = try model.frozenCopy()
    let name = "model.norm.weight"
    let values = try model.parameters.get(name)
    try model.parameters.set(name, HostTensor(values.floats.map { 2 * $0 }, shape: values.shape))
    #expect(try model.logits(prompt) != before)
    #expect(try copy.logits(prompt) == before)
  }

  @Test("refuses parameters that are not the configuration's")
  func refusesOtherParameters() throws {
    let model = try PolicyModel.load(
      from: Fixtures.url("tiny-lm"), device: CPUDevice(threads: 1))
    #expect(throws: ModelError.self) {
      try PolicyModel(
        configuration: configuration(), parameters: model.parameters, device: model.device)
    }
  }

  @Test("is the same after writing and reading a model folder", arguments: ["tiny-lm", "tiny-vl"])
  func roundTrip(name: String) throws {
    let model = try PolicyModel.load(from: Fixtures.url(name), device: CPUDevice(threads: 1))
    try withTemporaryDirectory { directory in
      let folder = directory.appendingPathComponent("model")
      try model.save(to: folder, tokenizer: TokenizerFiles(contentsOf: Fixtures.url(name)))
      let read = try PolicyModel.load(from: folder, device: model.device)
      #expect(read.configuration == model.configuration)
      for parameter in QwenParameters.all(model.configuration) {
        let (first, second) = (
          try model.parameters.get(parameter.name), try read.parameters.get(parameter.name)
        )
        #expect(first == second, "\(parameter.name)")
      }
      let prompt = Prompt(tokens: [1, 2, 3])
      #expect(try read.logits(prompt) == model.logits(prompt))
    }
  }

  @Test("with a tower takes a batch without visuals: the tower's gradients are zero")
  func textOnlyBatch() throws {
    let model = try PolicyModel.load(
      from: Fixtures.url("tiny-vl"), device: CPUDevice(threads: 2))
    let batch = try PackedBatch(
      [(Prompt(tokens: [5, 6]), [[7, 8]])], configuration: model.configuration)
    let results = try LossGraph(model, hasVisuals: false).run(batch)
    let tower = try results.host("gradient.visual.merger.mlp.0.weight").floats
    #expect(tower.count == 256 * 256)
    #expect(tower.allSatisfy { $0 == 0 })
    #expect(try results.host("gradient.lm_head.weight").floats.contains { $0 != 0 })
  }
}
