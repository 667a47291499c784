import Foundation
import TensorEngine
import TestSupport
import Testing

@testable import Models

@Suite("Adapter")
struct AdapterTests {
  private static let models = ["tiny-lm", "tiny-vl"]
  private static let everything = AdapterSettings(
    rank: 3, alpha: 5, targets: [LayerPattern("*")])

  private func device(_ threads: Int = 2) throws -> CPUDevice { try CPUDevice(threads: threads) }

  private func bits(_ tensor: HostTensor) -> [UInt32] { tensor.floats.map(\.bitPattern) }

  @Test(
    "a target is the end of a name after a dot, or all of it",
    arguments: [
      ("q_proj", true), ("self_attn.q_proj", true), ("model.layers.1.self_attn.q_proj", true),
      ("layers.1.*", true), ("model.*.q_proj", true), ("*", true), ("*_proj", true),
      ("m*1*q*j", true), ("proj", false), ("_proj", false), ("layers.1", false), ("", false),
      ("layers.0.*", false), ("q_proj*x", false), ("visual.*", false), ("Q_proj", false),
    ])
  func patterns(text: String, matches: Bool) {
    #expect(LayerPattern(text).matches("model.layers.1.self_attn.q_proj") == matches)
  }

  @Test("the layers of decoder and tower can be adapted, the output projection cannot")
  func layers() throws {
    let configuration = try QwenConfiguration(contentsOf: Fixtures.url("tiny-vl"))
    let kinds = configuration.linearLayers.kinds
    #expect(
      kinds == [
        "q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj", "qkv", "proj",
        "mlp.0", "mlp.2",
      ])
    let adapter = try Adapter(Self.everything, configuration)
    #expect(adapter.layers == configuration.linearLayers)
    #expect(adapter.scale == 5.0 / 3)
    let merger = AdapterSettings(rank: 2, alpha: 2, targets: [LayerPattern("visual.merger.*")])
    #expect(
      try Adapter(merger, configuration).parameters.map(\.name) == [
        "visual.merger.mlp.0.lora_A.weight", "visual.merger.mlp.0.lora_B.weight",
        "visual.merger.mlp.2.lora_A.weight", "visual.merger.mlp.2.lora_B.weight",
      ])
  }

  @Test("starts as the peft library's: A uniform within 1 / sqrt(inputs), B zero")
  func initialization() throws {
    let base = try AdaptedModels.base("tiny-lm", device: device())
    let settings = AdapterSettings(rank: 16, alpha: 16, targets: [LayerPattern("*_proj")])
    let model = try base.adapted(settings, seed: 3)
    for parameter in model.trainedParameters {
      let values = try model.parameters.get(parameter.name).floats
      guard parameter.role == .adapterDown else {
        #expect(values.allSatisfy { $0 == 0 })
        continue
      }
      let bound = 1 / Double(parameter.shape[1]).squareRoot()
      #expect(values.allSatisfy { abs(Double($0)) <= bound })
      let squares = values.reduce(0) { $0 + Double($1) * Double($1) }
      let deviation = (squares / Double(values.count)).squareRoot()
      #expect(abs(deviation / (bound / 3.squareRoot()) - 1) < 0.05, "\(parameter.name)")
    }
    let name = "model.layers.0.self_attn.q_proj.lora_A.weight"
    let first = try model.parameters.get(name)
    #expect(try base.adapted(settings, seed: 3).parameters.get(name) == first)
    #expect(try base.adapted(settings, seed: 4).parameters.get(name) != first)
    #expect(try base.adapted(settings, seed: 3, stream: "rl").parameters.get(name) != first)
  }

  @Test("changes no bit before it is trained", arguments: models)
  func untrained(name: String) throws {
    let base = try AdaptedModels.base(name, device: device())
    let model = try base.adapted(Self.everything, seed: 8)
    let batch = try AdaptedModels.batch(base)
    let (own, expected) = (try model.logProbabilities(batch), try base.logProbabilities(batch))
    #expect(own.map(\.bitPattern) == expected.map(\.bitPattern))
    #expect(model.parameterCount == base.parameterCount)
  }

  @Test("its gradients are those of the reference in Double", arguments: models)
  func gradients(name: String) throws {
    let settings = name == "tiny-vl" ? Self.everything : AdaptedModels.settings
    let model = try AdaptedModels.trained(name, settings: settings, device: device())
    let oracle = try AdaptedModels.trained(name, settings: settings, device: ReferenceDevice())
    let batch = try AdaptedModels.batch(model)
    let own = try LossGraph(model, hasVisuals: batch.hasVisuals).run(batch)
    let expected = try LossGraph(oracle, hasVisuals: batch.hasVisuals).run(batch)
    #expect(try abs(own.scalar("loss") - expected.scalar("loss")) < 1e-5)
    for parameter in model.trainedParameters {
      let output = "gradient." + parameter.name
      let (a, b) = (try own.host(output).floats, try expected.host(output).floats)
      let size = b.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
      let error = zip(a, b).reduce(0) { $0 + pow(Double($1.0) - Double($1.1), 2) }.squareRoot()
      #expect(size > 0, "\(parameter.name)")
      #expect(error < 1e-4 * size, "\(parameter.name): \(error) of \(size)")
    }
  }

  @Test("nothing is computed for the gradients of frozen weights")
  func frozenWeights() throws {
    let model = try AdaptedModels.trained("tiny-lm", device: device())
    let graph = try LossGraph(model, hasVisuals: false).graph
    let trained = model.trainedParameters
    #expect(
      graph.outputNames.sorted() == (["loss"] + trained.map { "gradient." + $0.name }).sorted())
    // A product with its left side transposed is the gradient of a matrix; norms have an operation.
    let products = graph.description.split(separator: "\n").filter { $0.contains("transposeA") }
    let shapes = Set(trained.map { "\($0.shape)" })
    #expect(products.count == trained.count)
    #expect(products.allSatisfy { line in shapes.contains { line.contains(": \($0)") } })
    #expect(!graph.description.contains("rmsNormWeightGradient"))
    #expect(graph.description.contains("frozen head"))
  }

  @Test("its gradients have the same bits however much is computed again")
  func recomputation() throws {
    let model = try AdaptedModels.trained("tiny-lm", settings: Self.everything, device: device())
    let batch = try AdaptedModels.batch(model)
    let kept = try LossGraph(model, hasVisuals: false).run(batch)
    for level in Recomputation.allCases {
      let again = try LossGraph(model, hasVisuals: false, recomputation: level).run(batch)
      for name in kept.names { #expect(try bits(again.host(name)) == bits(kept.host(name))) }
    }
  }

  @Test("training changes the adapter alone, and scale 0 stays the base bit for bit")
  func training() throws {
    let base = try AdaptedModels.base("tiny-lm", device: device())
    let batch = try AdaptedModels.batch(base)
    let before = try base.logProbabilities(batch)
    let weights = try QwenParameters.all(base.configuration).map {
      bits(try base.parameters.get($0.name))
    }
    let model = try base.adapted(AdaptedModels.settings, seed: 8)
    let start = try model.trainedParameters.map { try model.parameters.get($0.name) }
    let optimizer = try AdamW(
      AdamWSettings(maximumGradientNorm: 1), parameters: model.parameters,
      trained: model.trainedParameters.map(\.name))
    let loss = try LossGraph(model, hasVisuals: false)
    var losses: [Float] = []
    for _ in 0..<4 {
      let results = try loss.run(batch)
      losses.append(try results.scalar("loss"))
      _ = try optimizer.step(results, learningRate: 1e-2)
    }
    #expect(losses[3] < losses[0])
    for (parameter, first) in zip(model.trainedParameters, start) {
      #expect(try model.parameters.get(parameter.name) != first, "\(parameter.name)")
    }
    #expect(try model.logProbabilities(batch) != before)
    for store in [base.parameters, model.parameters] {
      let now = try QwenParameters.all(base.configuration).map { bits(try store.get($0.name)) }
      #expect(now == weights)
    }
    let reference = try model.withoutAdapter()
    #expect(reference.adapter == nil)
    #expect(
      try reference.logProbabilities(batch).map(\.bitPattern) == before.map(\.bitPattern))
    #expect(try base.logProbabilities(batch).map(\.bitPattern) == before.map(\.bitPattern))
    #expect(try optimizer.exportState().count == 1 + 2 * model.trainedParameters.count)
  }

  @Test("a frozen copy does not follow the adapter")
  func frozenCopy() throws {
    let model = try AdaptedModels.trained("tiny-lm", device: device())
    let batch = try AdaptedModels.batch(model)
    let copy = try model.frozenCopy()
    let before = try model.logProbabilities(batch)
    let parameter = try #require(model.trainedParameters.first)
    try model.parameters.set(
      parameter.name,
      HostTensor([Float](repeating: 0.5, count: parameter.count), shape: parameter.shape))
    #expect(try copy.logProbabilities(batch) == before)
    #expect(try model.logProbabilities(batch) != before)
  }

  @Test("merged weights compute the same within rounding, and share the rest", arguments: models)
  func merged(name: String) throws {
    let model = try AdaptedModels.trained(name, settings: Self.everything, device: device())
    let batch = try AdaptedModels.batch(model)
    let merged = try model.merged()
    #expect(merged.adapter == nil)
    #expect(merged.parameters.names == QwenParameters.all(model.configuration).map(\.name).sorted())
    let (own, expected) = (try merged.logProbabilities(batch), try model.logProbabilities(batch))
    #expect(largestDifference(own, expected) < 1e-5)
    let base = try model.withoutAdapter().logProbabilities(batch)
    #expect(largestDifference(own, base) > 1e-2)
    let norm = "model.norm.weight"
    #expect(try merged.parameters.get(norm) == model.parameters.get(norm))
  }

  @Test("the sampler's log-probabilities are the trainer's bit for bit", arguments: [1, 2])
  func samplerEqualsTrainer(threads: Int) throws {
    let model = try AdaptedModels.trained(
      "tiny-vl", settings: Self.everything, device: device(threads))
    let prompts =
      try ReferenceVideoBatch("vl_one", configuration: model.configuration).groups.map(\.prompt)
      + [Prompt(tokens: [7, 8, 9])]
    let rollouts = try model.generate(
      prompts, rolloutsPerPrompt: 4,
      sampling: SamplingSettings(temperature: 0.9, maxNewTokens: 10, stopTokens: Array(0..<60)),
      randomness: SamplingRandomness(seed: 1, stage: "rl", step: 2))
    let batch = try PackedBatch(
      zip(prompts, rollouts).map { ($0, $1.map(\.tokens)) }, configuration: model.configuration)
    let trained = try model.logProbabilities(batch, temperature: 0.9)
    for (group, ranges) in batch.targetRanges.enumerated() {
      for (rollout, range) in ranges.enumerated() {
        #expect(
          trained[range].map(\.bitPattern)
            == rollouts[group][rollout].logProbabilities.map(\.bitPattern))
      }
    }
  }

  @Test("refuses what the model cannot have")
  func refusals() throws {
    let base = try AdaptedModels.base("tiny-lm", device: device(1))
    func error(rank: Int = 2, alpha: Double = 2, _ targets: String...) -> AdapterError? {
      #expect(throws: AdapterError.self) {
        try base.adapted(
          AdapterSettings(rank: rank, alpha: alpha, targets: targets.map(LayerPattern.init)),
          seed: 1)
      }
    }
    let known = base.configuration.linearLayers.kinds
    #expect(error("q_proj", "qproj") == .noLayer(pattern: "qproj", known: known))
    #expect(error("lm_head") == .noLayer(pattern: "lm_head", known: known))
    #expect(error("visual.*") == .noLayer(pattern: "visual.*", known: known))
    #expect(error() == .noTargets)
    #expect(error(rank: 0, "q_proj") == .setting("rank", "0", "1 or more"))
    #expect(error(alpha: .nan, "q_proj") == .setting("alpha", "nan", "above 0, and finite"))
    let narrow = try #require(base.configuration.linearLayers.first { $0.name.hasSuffix("v_proj") })
    #expect(error(rank: 100, "v_proj") == .rankTooHigh(100, layer: narrow))
    let adapted = try base.adapted(AdaptedModels.settings, seed: 1)
    #expect(throws: AdapterError.alreadyAdapted) {
      try adapted.adapted(AdaptedModels.settings, seed: 1)
    }
    #expect(throws: ModelError.self) {
      try PolicyModel(
        configuration: base.configuration, adapter: adapted.adapter, parameters: base.parameters,
        device: base.device)
    }
  }
}
