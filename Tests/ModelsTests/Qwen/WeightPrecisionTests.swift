import Foundation
import TensorEngine
import TestSupport
import Testing

@testable import Models

@Suite("Weights in bfloat16")
struct WeightPrecisionTests {
  private func model(
    _ name: String, _ precision: WeightPrecision, threads: Int = 2
  ) throws -> PolicyModel {
    try PolicyModel.load(
      from: Fixtures.url(name), device: CPUDevice(threads: threads), precision: precision)
  }

  /// The same numbers, kept as float32.
  private func rounded(_ name: String) throws -> PolicyModel {
    try model(name, .bfloat16).keeping(.float32)
  }

  private func bits(_ values: [Float]) -> [UInt32] { values.map(\.bitPattern) }

  @Test("give the numbers of transformers with weights rounded by PyTorch")
  func parity() throws {
    let model = try model("tiny-lm", .bfloat16)
    let reference = try ReferenceTensors("lm_bfloat16")
    let tokens = try ReferenceTensors("lm_forward").integerRows("input_ids")
    let embedding = try model.parameters.get("model.embed_tokens.weight").floats
    #expect(try bits(Array(embedding[0..<256])) == bits(reference.floats("embedding.rows")))
    let batch = try PackedBatch(
      tokens.map { (Prompt(tokens: [$0[0]]), [Array($0[1...])]) },
      configuration: model.configuration)
    #expect(
      try largestDifference(model.logProbabilities(batch), reference.floats("token_logps")) < 1e-4)
    for (row, expected) in try zip(tokens, reference.rows("logits_last")) {
      let logits = try #require(model.logits(Prompt(tokens: row)).last)
      #expect(largestDifference(logits, expected) < 1e-4)
    }
  }

  @Test(
    "give the bits of the rounded numbers in float32, on any number of threads",
    arguments: ["tiny-lm", "tiny-vl"])
  func exactness(name: String) throws {
    let expected = try rounded(name)
    let batch = try AdaptedModels.batch(expected)
    let prompts = [Prompt(tokens: [5, 9, 17, 3]), Prompt(tokens: [4])]
    let randomness = SamplingRandomness(seed: 1, stage: "rl", step: 2)
    let sampling = SamplingSettings(maxNewTokens: 12, stopTokens: [])
    func rollouts(_ model: PolicyModel) throws -> [[Rollout]] {
      try model.generate(
        prompts, rolloutsPerPrompt: 3, sampling: sampling, randomness: randomness)
    }
    for threads in 1...3 {
      let found = try model(name, .bfloat16, threads: threads)
      #expect(
        try bits(found.logProbabilities(batch)) == bits(expected.logProbabilities(batch)))
      #expect(
        try found.logits(prompts[0]).map(bits) == expected.logits(prompts[0]).map(bits))
      #expect(try rollouts(found) == rollouts(expected))
    }
    #expect(
      try model(name, .float32).logits(prompts[0]) != expected.logits(prompts[0]))
  }

  @Test(
    "are the matrices; norm weights and biases stay as they are", arguments: ["tiny-lm", "tiny-vl"])
  func whatIsRounded(name: String) throws {
    let (whole, halves) = (try model(name, .float32), try model(name, .bfloat16))
    for parameter in QwenParameters.all(whole.configuration) {
      let isMatrix = parameter.shape.count == 2
      #expect(
        halves.parameters.element(of: parameter.name) == (isMatrix ? .bfloat16 : .float32))
      let exact = try whole.parameters.get(parameter.name)
      let expected = isMatrix ? exact.converted(to: .bfloat16) : exact
      #expect(try halves.parameters.get(parameter.name) == expected, "\(parameter.name)")
      #expect(try whole.keeping(.bfloat16).parameters.get(parameter.name) == expected)
    }
  }

  @Test("cannot hold a number that rounding makes infinite")
  func overflow() throws {
    let name = "model.embed_tokens.weight"
    let model = try model("tiny-lm", .float32)
    let weights = try model.parameters.get(name)
    var values = weights.floats
    values[7] = .greatestFiniteMagnitude
    try model.parameters.set(name, HostTensor(values, shape: weights.shape))
    #expect(throws: EngineError.notFinite(name: name)) { try model.keeping(.bfloat16) }
  }

  @Test("are read from files of every precision", arguments: [StorageType.bfloat16, .float16])
  func files(storage: StorageType) throws {
    let expected = try rounded("tiny-lm")
    try withTemporaryDirectory { directory in
      let folder = directory.appendingPathComponent("model")
      try expected.save(
        to: folder, tokenizer: TokenizerFiles(contentsOf: Fixtures.url("tiny-lm")),
        writer: SafetensorsWriter(storage: storage))
      #expect(try Safetensors(contentsOf: folder).entry("model.norm.weight")?.type == storage)
      for precision in WeightPrecision.allCases {
        let read = try PolicyModel.load(
          from: folder, device: expected.device, precision: precision)
        for name in expected.parameters.names {
          let values = try Safetensors(contentsOf: folder).floats(name)
          #expect(try read.parameters.get(name).floats == values, "\(name) \(precision)")
        }
      }
    }
  }

  @Test("below an adapter give its gradients the same bits, and merge with it in float32")
  func adapter() throws {
    for name in ["tiny-lm", "tiny-vl"] {
      let bases = [try rounded(name), try model(name, .bfloat16)]
      let models = try bases.map { base in
        let model = try base.adapted(AdaptedModels.settings, seed: 5)
        for parameter in model.trainedParameters where parameter.role == .adapterUp {
          var random = Philox(seed: 6, stream: parameter.name)
          let values = (0..<parameter.count).map { _ in Float(0.1 * random.normal()) }
          try model.parameters.set(parameter.name, HostTensor(values, shape: parameter.shape))
        }
        return model
      }
      let batch = try AdaptedModels.batch(models[0])
      let results = try models.map { try LossGraph($0, hasVisuals: batch.hasVisuals).run(batch) }
      #expect(results[0].names.count == models[0].trainedParameters.count + 1)
      for output in results[0].names {
        #expect(
          try bits(results[0].host(output).floats) == bits(results[1].host(output).floats),
          "\(name) \(output)")
      }
      let merged = try models.map { try $0.merged() }
      #expect(merged[1].precision == .float32)
      for parameter in merged[0].parameters.names {
        #expect(
          try merged[0].parameters.get(parameter) == merged[1].parameters.get(parameter))
      }
      // The adapter's parameters are copied, the weights below it are not.
      let copy = try models[1].frozenCopy()
      #expect(copy.precision == .bfloat16)
      #expect(
        try copy.withoutAdapter().logits(Prompt(tokens: [1, 2]))
          == bases[1].logits(Prompt(tokens: [1, 2])))
    }
  }

  @Test("cannot be trained themselves")
  func training() throws {
    let model = try model("tiny-lm", .bfloat16)
    let error = #expect(throws: EngineError.self) { try LossGraph(model, hasVisuals: false) }
    #expect(
      error?.description.hasSuffix(
        "the parameter 'model.embed_tokens.weight' is kept as bfloat16; only float32 parameters are "
          + "trained") == true)
  }

  @Test("are not taken for a model of another precision")
  func otherPrecision() throws {
    let model = try model("tiny-lm", .float32)
    #expect(
      throws: ModelError.invalid(
        "parameter model.embed_tokens.weight is kept as float32; in a model of bf16 it is bfloat16")
    ) {
      try PolicyModel(
        configuration: model.configuration, parameters: model.parameters, device: model.device,
        precision: .bfloat16)
    }
  }
}

@Suite("Reading weights")
struct WeightReadingTests {
  /// What loading a model says whose embedding has this number at a position.
  private func message(
    _ number: Float, at position: Int, storage: StorageType = .float32,
    precision: WeightPrecision
  ) throws -> String? {
    let name = "model.embed_tokens.weight"
    let source = try CheckpointFiles(contentsOf: Fixtures.url("tiny-lm"))
    var tensors = try CheckpointFilesTests.tensors(of: source)
    var values = try source.weights.floats(name)
    values[position] = number
    tensors[name] = StoredTensor(values, shape: [1024, 128])
    return try withTemporaryDirectory { directory in
      let folder = directory.appendingPathComponent("model")
      try CheckpointFiles.write(
        to: folder, configuration: source.configuration, tensors: tensors,
        tokenizer: TokenizerFiles(contentsOf: source.folder),
        writer: SafetensorsWriter(storage: storage))
      let file = folder.appendingPathComponent("model.safetensors").path
      do {
        _ = try PolicyModel.load(
          from: folder, device: CPUDevice(threads: 1), precision: precision)
        return nil
      } catch {
        return "\(error)".replacingOccurrences(of: "\(file): tensor \(name): ", with: "")
      }
    }
  }

  @Test(
    "a number that is not finite is refused by its tensor and position",
    arguments: WeightPrecision.allCases)
  func notFinite(precision: WeightPrecision) throws {
    let rounded = precision == .bfloat16 ? ", rounded to bf16," : ""
    #expect(
      try message(.nan, at: 0, precision: precision)
        == "holds nan\(rounded) at position 0; weights are finite numbers")
    #expect(
      try message(-.infinity, at: 131_071, precision: precision)
        == "holds -inf\(rounded) at position 131071; weights are finite numbers")
    #expect(
      try message(.infinity, at: 70_000, storage: .bfloat16, precision: precision)
        == "holds inf at position 70000; weights are finite numbers")
  }

  @Test("a number that only bfloat16 cannot hold is refused there alone")
  func tooLarge() throws {
    #expect(try message(3.4e38, at: 5, precision: .float32) == nil)
    #expect(
      try message(3.4e38, at: 5, precision: .bfloat16)
        == "holds inf, rounded to bf16, at position 5; weights are finite numbers")
  }

  @Test("integers are refused")
  func integers() throws {
    try withTemporaryDirectory { directory in
      let url = directory.appendingPathComponent("x.safetensors")
      try SafetensorsWriter().write(["steps": StoredTensor([1, 2], shape: [2])], to: url)
      let file = try Safetensors(contentsOf: url)
      let error = #expect(throws: ModelError.self) {
        try withUnsafeTemporaryAllocation(byteCount: 8, alignment: 8) {
          try file.read("steps", 0..<2, as: .float32, into: $0)
        }
      }
      #expect(
        error?.description
          == "\(url.path): tensor steps: holds I64, floating-point numbers are needed")
    }
  }
}
