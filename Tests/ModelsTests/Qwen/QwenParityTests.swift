import Foundation
import TensorEngine
import TestSupport
import Testing

@testable import Models

/// Numbers of transformers 5.23 and 4.57 (float32, eager attention) on random weights.
@Suite("Parity with transformers: Qwen2")
struct QwenTextParityTests {
  private let model: PolicyModel
  private let reference: ReferenceTensors

  init() throws {
    model = try PolicyModel.load(
      from: Fixtures.url("tiny-lm"), device: CPUDevice(threads: 2))
    reference = try ReferenceTensors("lm_forward")
  }

  /// The batch as the loss sees it: everything before the first label is the prompt.
  private func groups() throws -> [(prompt: Prompt, responses: [[Int]])] {
    let labels = try reference.integerRows("labels")
    return try zip(reference.integerRows("input_ids"), labels).map { tokens, labels in
      let first = labels.prefix { $0 < 0 }.count
      let count = labels.count { $0 >= 0 }
      return (Prompt(tokens: Array(tokens[..<first])), [Array(tokens[first..<first + count])])
    }
  }

  @Test("logits")
  func logits() throws {
    let expected = try reference.rows("logits")
    for (row, tokens) in try reference.integerRows("input_ids").enumerated() {
      let logits = try model.logits(Prompt(tokens: tokens))
      let own = expected[row * tokens.count..<(row + 1) * tokens.count]
      #expect(largestDifference(logits.flatMap { $0 }, own.flatMap { $0 }) < 1e-4)
    }
  }

  @Test("log-probabilities and entropy, at two temperatures")
  func logProbabilities() throws {
    let tokens = try reference.integerRows("input_ids")
    let batch = try PackedBatch(
      tokens.map { (Prompt(tokens: [$0[0]]), [Array($0[1...])]) },
      configuration: model.configuration)
    for (temperature, name) in [(1.0, "token_logps"), (0.7, "token_logps_temp0_7")] {
      let own = try model.logProbabilities(batch, temperature: temperature)
      #expect(try largestDifference(own, reference.floats(name)) < 1e-4)
    }
    let graph = GraphBuilder()
    let entropy = try QwenGraph.tokenLogProbabilities(
      graph, model.configuration, hasVisuals: false, temperature: 1
    ).entropy
    try graph.output("entropy", entropy)
    let own = try Executable(graph.finish(), on: model.device)
      .run(batch.inputs, parameters: model.parameters).host("entropy").floats
    let expected = try reference.rows("entropy").flatMap { $0.dropLast() }
    #expect(largestDifference(own, expected) < 1e-4)
  }

  @Test("sequences of different lengths, packed without padding")
  func packedLengths() throws {
    let padded = try ReferenceTensors("lm_padded_right")
    let masks = try padded.integerRows("attention_mask")
    let logits = try padded.rows("logits")
    var groups: [(prompt: Prompt, responses: [[Int]])] = []
    var expected: [Float] = []
    for (row, tokens) in try padded.integerRows("input_ids").enumerated() {
      let own = Array(tokens[..<masks[row].reduce(0, +)])
      groups.append((Prompt(tokens: [own[0]]), [Array(own[1...])]))
      for position in 1..<own.count {
        let scores = logits[row * tokens.count + position - 1].map(Double.init)
        let sum = scores.reduce(0) { $0 + exp($1) }
        expected.append(Float(scores[own[position]] - log(sum)))
      }
    }
    let batch = try PackedBatch(groups, configuration: model.configuration)
    #expect(try largestDifference(model.logProbabilities(batch), expected) < 1e-4)
  }

  @Test("loss, gradients and the gradient's norm")
  func gradients() throws {
    let batch = try PackedBatch(groups(), configuration: model.configuration)
    let results = try LossGraph(model, hasVisuals: false).run(batch)
    #expect(try abs(results.scalar("loss") - reference.floats("loss")[0]) < 1e-5)
    try results.compareGradients(with: reference)
    var sum = 0.0
    for parameter in QwenParameters.all(model.configuration) {
      for value in try results.host("gradient." + parameter.name).floats {
        sum += Double(value) * Double(value)
      }
    }
    #expect(try abs(sum.squareRoot() - Double(reference.floats("grad_norm")[0])) < 1e-4)
  }

  private struct AdamWCase: Decodable {
    let lr: Double
    let betas: [Double]
    let eps: Double
    let weightDecay: Double
    let clip: Double?
    let losses: [Float]
    let gradNormsBeforeClip: [Float]
  }

  /// AdamW divides the gradient by its size, so where the gradient is near epsilon the last bits of
  /// the gradient decide the step: there the reference's own float32 and float64 differ by 0.04
  /// learning rates.
  @Test("three steps of AdamW", arguments: ["a", "b"])
  func adamW(tag: String) throws {
    let cases = try snakeCaseDecoder.decode(
      [String: AdamWCase].self, from: Fixtures.data("lm_adamw.json"))
    let expected = try #require(cases[tag])
    let tensors = try ReferenceTensors("lm_adamw")
    let batch = try PackedBatch(groups(), configuration: model.configuration)
    let loss = try LossGraph(model, hasVisuals: false)
    let optimizer = try AdamW(
      AdamWSettings(
        beta1: expected.betas[0], beta2: expected.betas[1], epsilon: expected.eps,
        weightDecay: expected.weightDecay, maximumGradientNorm: expected.clip),
      parameters: model.parameters)
    var smallest: [String: [Float]] = [:]
    for step in 0..<3 {
      let results = try loss.run(batch)
      #expect(try abs(results.scalar("loss") - expected.losses[step]) < 2e-5)
      let statistics = try optimizer.step(results, learningRate: expected.lr)
      let norm = Float(statistics.gradientNorm)
      #expect(abs(norm - expected.gradNormsBeforeClip[step]) < 2e-4)
      for parameter in QwenParameters.all(model.configuration) {
        let gradient = try results.host("gradient." + parameter.name).floats
        let sizes = gradient.map { abs($0) * Float(statistics.clipFactor) }
        smallest[parameter.name] = zip(smallest[parameter.name] ?? sizes, sizes).map(min)
      }
      let prefix = "\(tag).step\(step + 1)."
      for name in tensors.file.names where name.hasPrefix(prefix) {
        let parameter = String(name.dropFirst(prefix.count))
        let own = try model.parameters.get(parameter).floats
        let reference = try tensors.floats(name)
        let sizes = try #require(smallest[parameter])
        let settled = own.indices.filter { sizes[$0] > 1e-5 }
        #expect(settled.count > own.count / 4)
        let difference = largestDifference(
          settled.map { own[$0] }, settled.map { reference[$0] })
        #expect(difference < Float(expected.lr) / 100, "\(name)")
        #expect(largestDifference(own, reference) < Float(expected.lr) / 10, "\(name)")
      }
    }
  }
}

@Suite("Parity with transformers: Qwen2.5-VL")
struct QwenVideoParityTests {
  private func model(_ rule: PositionRule) throws -> PolicyModel {
    try PolicyModel.load(
      from: Fixtures.url("tiny-vl"), device: CPUDevice(threads: 2), rule: rule)
  }

  @Test(
    "the vision tower, video of two samples with ragged windows",
    arguments: [
      "vl_one", "vl_two",
    ])
  func visionTower(name: String) throws {
    let model = try model(.transformers5)
    let vision = try #require(model.configuration.vision)
    let reference = try ReferenceVideoBatch(name, configuration: model.configuration)
    let graph = GraphBuilder()
    let merged = try VisionTower(ModelBuilder(graph, model.configuration), vision).merged()
    try graph.output("merged", merged)
    var patches = PackedPatches(model.configuration)
    for sample in reference.samples {
      for visual in sample.prompt.visuals where visual.kind == .video {
        patches.append(visual, firstRow: 0)
      }
    }
    var inputs = patches.inputs
    inputs[QwenGraph.Input.patchRows] = nil
    let own = try Executable(graph.finish(), on: model.device)
      .run(inputs, parameters: model.parameters).host("merged").floats
    #expect(try largestDifference(own, reference.tensors.floats("vision.video.merger")) < 1e-4)
  }

  @Test("logits under transformers 5's positions", arguments: ["vl_one", "vl_two"])
  func logits(name: String) throws {
    let model = try model(.transformers5)
    let reference = try ReferenceVideoBatch(name, configuration: model.configuration)
    let expected = try reference.tensors.rows("logits")
    for (row, sample) in reference.samples.enumerated() {
      let own = try model.logits(sample.prompt).flatMap { $0 }
      let first = row * reference.length
      let range = first + sample.columns.lowerBound..<first + sample.columns.upperBound
      #expect(largestDifference(own, expected[range].flatMap { $0 }) < 1e-4)
    }
  }

  @Test("logits after a video under the published positions")
  func publishedLogits() throws {
    let model = try model(.published)
    let reference = try ReferenceVideoBatch("vl_one", configuration: model.configuration)
    let own = try model.logits(reference.samples[0].prompt)[69...].flatMap { $0 }
    let expected = try ReferenceTensors("vl_mrope_transformers_4_57")
    #expect(try largestDifference(own, expected.floats("one.logits_from_69")) < 1e-4)
  }

  @Test("loss and gradients, through the merger and the tower", arguments: ["vl_one", "vl_two"])
  func gradients(name: String) throws {
    let model = try model(.transformers5)
    let reference = try ReferenceVideoBatch(name, configuration: model.configuration)
    let batch = try PackedBatch(
      reference.groups, configuration: model.configuration, rule: .transformers5)
    let results = try LossGraph(model, hasVisuals: true).run(batch)
    #expect(try abs(results.scalar("loss") - reference.tensors.floats("loss")[0]) < 1e-5)
    try results.compareGradients(with: reference.tensors)
  }
}

/// The mean negative log-probability of a batch's targets and its gradients.
struct LossGraph {
  private let model: PolicyModel
  private let executable: Executable

  var graph: Graph { executable.graph }

  init(
    _ model: PolicyModel, hasVisuals: Bool, recomputation: Recomputation = .nothing
  ) throws {
    let graph = GraphBuilder()
    let own = try QwenGraph.tokenLogProbabilities(
      graph, model.configuration, adapter: model.adapter, precision: model.precision,
      hasVisuals: hasVisuals, temperature: 1
    ).logProbability
    let count = try graph.input("count", [])
    let loss = try graph.negate(graph.divide(graph.sum(own), count))
    try graph.output("loss", loss)
    try QwenGraph.declareGradients(
      of: loss, graph, model.configuration, adapter: model.adapter, precision: model.precision,
      recomputation: recomputation)
    self.model = model
    executable = try Executable(graph.finish(), on: model.device)
  }

  /// The memory of a batch's computation.
  func plan(_ batch: PackedBatch) throws -> MemoryPlan {
    try executable.plan(forInputs: batch.inputs.merging(["count": HostTensor(0)]) { $1 })
  }

  func run(_ batch: PackedBatch) throws -> Results {
    var inputs = batch.inputs
    inputs["count"] = HostTensor(Float(batch.targetCount))
    return try executable.run(inputs, parameters: model.parameters)
  }
}

extension Results {
  /// Compares every `grad.<parameter>` of a reference, within 1e-5 + 1e-4 of its largest entry.
  func compareGradients(with reference: ReferenceTensors) throws {
    let names = reference.file.names.filter { $0.hasPrefix("grad.") }
    #expect(names.count >= 9)
    for name in names {
      let expected = try reference.floats(name)
      let own = try host("gradient." + name.dropFirst("grad.".count)).floats
      let largest = expected.reduce(0) { max($0, abs($1)) }
      #expect(largestDifference(own, expected) < 1e-5 + 1e-4 * largest, "\(name)")
    }
  }
}
