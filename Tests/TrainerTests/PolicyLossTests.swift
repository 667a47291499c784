import Foundation
import Models
import RecipeLanguage
import Rewards
import TensorEngine
import TestSupport
import Testing
import TrainingGraph

@testable import Trainer

/// The losses of TRL's GRPO trainer, against its own numbers (`grpo_cases.json`,
/// `grpo_loss.safetensors`), in the reference and on the CPU.
@Suite struct PolicyLossTests {
  @Test func theFixtureIsRead() {
    #expect(LossCase.all.count == 39)
  }

  @Test(arguments: LossCase.all)
  func lossesAndTheirDerivativesEqualTRLs(_ testCase: LossCase) throws {
    let batch = try LossBatch()
    let logProbabilities = try batch.tokens("per_token_logps")
    let expected = try batch.tokens("dlogp.\(testCase.key)")
    for device in [ReferenceDevice(), try CPUDevice(threads: 2)] as [any Device] {
      let graph = try LossGraph(testCase.specification, hasPenalty: testCase.beta > 0)
      let results = try graph.run(
        logProbabilities, batch.inputs(testCase.specification), on: device)
      #expect(abs(Double(try results.scalar("loss")) - testCase.loss) < 1e-6, "\(device.name)")
      let gradient = try results.host("gradient.logp").floats
      for (ours, theirs) in zip(gradient, expected) {
        #expect(abs(ours - theirs) < 1e-6, "\(device.name)")
      }
    }
  }

  @Test(arguments: LossCase.all)
  func metricsEqualTRLs(_ testCase: LossCase) throws {
    let batch = try LossBatch()
    let graph = try LossGraph(testCase.specification, hasPenalty: testCase.beta > 0)
    let results = try graph.run(
      batch.tokens("per_token_logps"), batch.inputs(testCase.specification),
      on: CPUDevice(threads: 2))
    let parts = RatioParts(testCase.specification.ratio, batch.sequences)
    let clipped = ClipStatistics(
      testCase.surrogate, ratios: try results.host("ratio").floats, advantages: batch.advantages,
      parts: parts)
    let names = [
      "clip_ratio/low_mean": clipped?.low, "clip_ratio/high_mean": clipped?.high,
      "clip_ratio/region_mean": clipped?.region, "cispo_clip_ratio": clipped?.high,
    ]
    for (name, ours) in names {
      guard let theirs = testCase.metrics[name] else { continue }
      #expect(abs(try #require(ours) - theirs) < 1e-6, "\(name)")
    }
    #expect((clipped == nil) == (testCase.lossType == "sapo"))
    guard let divergence = testCase.metrics["kl"] else { return }
    let ours = try results.host("divergence").floats
    #expect(abs(Double(ours.reduce(0, +)) / Double(ours.count) - divergence) < 1e-6)
  }

  /// Through the model, where the reference device takes a while: on the CPU all, in the reference
  /// one of each kind.
  @Test(arguments: LossCase.all)
  func gradientsOfTheModelEqualTRLs(_ testCase: LossCase) throws {
    try expectGradients(testCase, on: CPUDevice(threads: 2), within: 1e-5)
  }

  @Test(arguments: [
    "dapo.beta0.04.token.hi0.2", "luspo.beta0.04.sequence.hi0.2", "sapo.beta0.0.token.hi0.2",
  ])
  func gradientsOfTheModelEqualTRLsInTheReference(key: String) throws {
    let testCase = try #require(LossCase.all.first { $0.key == key })
    try expectGradients(testCase, on: ReferenceDevice(), within: 1e-5)
  }

  private func expectGradients(
    _ testCase: LossCase, on device: any Device, within tolerance: Float
  ) throws {
    let batch = try LossBatch()
    let model = try PolicyModel.load(from: Fixtures.url("tiny-lm"), device: device)
    let g = GraphBuilder()
    let logProbability = try QwenGraph.tokenLogProbabilities(
      g, model.configuration, hasVisuals: false, temperature: 1
    ).logProbability
    let policy = try PolicyLoss(
      g, logProbability: logProbability, specification: testCase.specification,
      usesReference: testCase.beta > 0)
    try g.output("loss", policy.loss)
    try QwenGraph.declareGradients(of: policy.loss, g, model.configuration)
    let packed = try PackedBatch(batch.groups, configuration: model.configuration)
    let results = try Executable(g.finish(), on: device).run(
      packed.inputs.merging(batch.inputs(testCase.specification)) { $1 },
      parameters: model.parameters)
    #expect(abs(Double(try results.scalar("loss")) - testCase.loss) < 1e-5)
    var compared = 0
    for name in model.parameters.names {
      guard let expected = try batch.gradient("grad.\(testCase.key).\(name)") else { continue }
      compared += 1
      let gradient = try results.host("gradient.\(name)").floats
      #expect(gradient.count == expected.count)
      let error = zip(gradient, expected).map { abs($0 - $1) }.max() ?? .infinity
      #expect(error < tolerance, "\(name)")
    }
    #expect(compared >= 2)
  }

  @Test(arguments: LossCase.all.filter { $0.recipe != nil })
  func aRecipeSaysEveryLossOfTRL(_ testCase: LossCase) throws {
    let settings = try #require(testCase.recipe).joined(separator: "\n    ")
    let graph = try TinyRun.graph([
      ("kl: {coefficient: 0.04, reference: cold}", settings),
      ("sampling: {max_new_tokens: 40 tok}", "sampling: {max_new_tokens: 24 tok}"),
    ])
    guard case .loss(let loss) = graph["rl/loss"]?.operation else {
      Issue.record("no loss node")
      return
    }
    #expect(loss == testCase.specification)
  }
}

/// Properties of the losses that TRL does not have or show.
@Suite struct PolicyLossPropertyTests {
  private static let surrogates: [Surrogate] = [
    .clip(low: 0.2, high: 0.2), .clip(low: 0.2, high: 0.28, delta: 1.5), .cispo(high: 4),
    .sapo(positive: 1, negative: 1.05),
  ]

  private func specification(
    _ surrogate: Surrogate, _ ratio: RatioLevel,
    _ kl: KLPenalty = KLPenalty(coefficient: .constant(0))
  ) -> LossSpecification {
    LossSpecification(
      surrogate: surrogate, ratio: ratio, averaging: .sequence, maximumLength: 24, kl: kl)
  }

  @Test(arguments: surrogates, RatioLevel.allCases)
  func onPolicyTheRatioIsOneAndAllGradientsAreEqual(
    _ surrogate: Surrogate, _ level: RatioLevel
  ) throws {
    let batch = try LossBatch()
    let loss = specification(surrogate, level)
    var inputs = try batch.inputs(loss)
    let logProbabilities = try batch.tokens("per_token_logps")
    inputs[PolicyLoss.Input.old] = HostTensor(logProbabilities, shape: [logProbabilities.count])
    let results = try LossGraph(loss, hasPenalty: false)
      .run(logProbabilities, inputs, on: CPUDevice(threads: 2))
    #expect(try results.host("ratio").floats.allSatisfy { $0 == 1 })
    let gradient = try results.host("gradient.logp").floats
    let weights = try #require(inputs[PolicyLoss.Input.weights]).floats
    for ((ours, weight), advantage) in zip(zip(gradient, weights), batch.advantages) {
      #expect(abs(Double(ours) + Double(weight) * advantage) < 1e-7)
    }
  }

  @Test func aSegmentHasTheGeometricMeanOfItsTokens() throws {
    let batch = try LossBatch()
    let loss = specification(.clip(low: 0.2, high: 0.2), .segment)
    // The first response is two segments, of which one comes twice; the others are whole.
    var parts = batch.sequences
    parts[0] = (0..<18).map { [3, 4, 5, 9].contains($0) ? .segment("think") : .segment("answer") }
    let ratioParts = RatioParts(.segment, parts)
    #expect(ratioParts.sizes == [14, 4, 11, 5, 18])
    let inputs = try batch.inputs(loss).merging(ratioParts.inputs) { $1 }
    let new = try batch.tokens("per_token_logps").map(Double.init)
    let old = try batch.tokens("old_per_token_logps").map(Double.init)
    let ratios = try LossGraph(loss, hasPenalty: false)
      .run(new.map { Float($0) }, inputs, on: ReferenceDevice()).host("ratio").floats
    for (part, size) in ratioParts.sizes.enumerated() {
      let own = ratioParts.parts.indices.filter { ratioParts.parts[$0] == part }
      #expect(own.count == size)
      let expected = exp(own.reduce(0) { $0 + new[$1] - old[$1] } / Double(size))
      for token in own { #expect(abs(Double(ratios[token]) - expected) < 1e-6) }
    }
  }

  @Test func tokensOfASequenceKeepTheirOwnAdvantages() throws {
    let batch = try LossBatch()
    let loss = specification(.clip(low: 0.9, high: 9), .sequence)
    var inputs = try batch.inputs(loss)
    let advantages = batch.advantages.indices.map { $0 % 2 == 0 ? Float(1) : -2 }
    inputs[PolicyLoss.Input.advantages] = HostTensor(advantages, shape: [advantages.count])
    let results = try LossGraph(loss, hasPenalty: false)
      .run(batch.tokens("per_token_logps"), inputs, on: CPUDevice(threads: 2))
    let (gradient, ratios) = (
      try results.host("gradient.logp").floats, try results.host("ratio").floats
    )
    let weights = try #require(inputs[PolicyLoss.Input.weights]).floats
    for token in gradient.indices {
      #expect(abs(gradient[token] + weights[token] * ratios[token] * advantages[token]) < 1e-7)
    }
  }

  @Test(arguments: KLPenalty.Estimator.allCases, [false, true])
  func estimatorsAndTheirDerivativesAreThoseOfTheirFormulas(
    _ estimator: KLPenalty.Estimator, isCorrected: Bool
  ) throws {
    let batch = try LossBatch()
    let kl = KLPenalty(
      coefficient: .constant(0.5), estimator: estimator, isCorrected: isCorrected)
    var loss = specification(.clip(low: 0.2, high: 0.2), .token, kl)
    loss.kl.averaging = .sum
    var inputs = try batch.inputs(loss)
    inputs[PolicyLoss.Input.advantages] = HostTensor([Float](repeating: 0, count: 52), shape: [52])
    let new = try batch.tokens("per_token_logps")
    let (old, reference) = (
      try batch.tokens("old_per_token_logps"), try batch.tokens("ref_per_token_logps")
    )
    for device in [ReferenceDevice(), try CPUDevice(threads: 1)] as [any Device] {
      let results = try LossGraph(loss, hasPenalty: true).run(new, inputs, on: device)
      let values = try results.host("divergence").floats
      let gradient = try results.host("gradient.logp").floats
      for token in new.indices {
        let d = Double(reference[token]) - Double(new[token])
        let rho = isCorrected ? exp(Double(new[token]) - Double(old[token])) : 1
        let (value, slope) =
          switch estimator {
          case .k1: (-d, 1.0)
          case .k2: (d * d / 2, -d)
          case .k3: (exp(d) - d - 1, 1 - exp(d))
          }
        #expect(abs(Double(values[token]) - rho * value) < 1e-6)
        // Weight 1/4 of each of 4 sequences, times beta.
        let expected = 0.125 * rho * (slope + (isCorrected ? value : 0))
        #expect(abs(Double(gradient[token]) - expected) < 1e-6)
      }
    }
  }

  @Test func clippingIsCountedWhereItChangesSomething() throws {
    let parts = RatioParts(.token, [[ResponsePart](repeating: .rest, count: 4)])
    let clip = Surrogate.clip(low: 0.2, high: 0.2)
    let counted = try #require(
      ClipStatistics(clip, ratios: [0.7, 0.7, 1.3, 1.3], advantages: [1, -1, 1, -1], parts: parts))
    #expect(counted.low == 0.25)
    #expect(counted.high == 0.25)
    let cispo = try #require(
      ClipStatistics(
        .cispo(high: 0.2), ratios: [0.7, 0.7, 1.3, 1.3], advantages: [1, -1, 1, -1], parts: parts))
    #expect(cispo.low == 0)
    #expect(cispo.high == 0.25)
  }
}

/// A policy loss over log-probabilities that are given, with its derivative.
private struct LossGraph {
  let graph: Graph

  init(_ loss: LossSpecification, hasPenalty: Bool) throws {
    let g = GraphBuilder()
    let logProbability = try g.parameter("logp", [52])
    let policy = try PolicyLoss(
      g, logProbability: g.reshape(logProbability, ["targets"]), specification: loss,
      usesReference: hasPenalty)
    try g.output("loss", policy.loss)
    try g.output("ratio", policy.ratio)
    if let divergence = policy.divergence { try g.output("divergence", divergence) }
    try g.output(
      "gradient.logp", g.gradients(of: policy.loss, withRespectTo: [logProbability])[0])
    graph = try g.finish()
  }

  func run(
    _ logProbabilities: [Float], _ inputs: [String: HostTensor], on device: any Device
  ) throws -> Results {
    let parameters = ParameterStore(device: device)
    try parameters.set("logp", HostTensor(logProbabilities, shape: [52]))
    return try Executable(graph, on: device).run(inputs, parameters: parameters)
  }
}
