import Foundation
import Kernels
import TestSupport
import Testing

@testable import Models
@testable import TensorEngine

/// What is promised to have equal bits, on a model with a vision tower; all comparisons are of bit
/// patterns.
@Suite("Exactness of sampling and training")
struct ExactnessTests {
  private static let temperature = 0.9

  private func model(_ device: CPUDevice) throws -> PolicyModel {
    try PolicyModel.load(from: Fixtures.url("tiny-vl"), device: device)
  }

  private func model(threads: Int = 2) throws -> PolicyModel {
    try model(CPUDevice(threads: threads))
  }

  /// Eight prompts: three with images and videos, the others text of different lengths.
  private func prompts(_ model: PolicyModel) throws -> [Prompt] {
    let videos = try ["vl_one", "vl_two"].flatMap {
      try ReferenceVideoBatch($0, configuration: model.configuration).samples.map(\.prompt)
    }
    return videos + (1...8 - videos.count).map { Prompt(tokens: (0..<7 * $0).map { 60 + $0 }) }
  }

  /// 64 rollouts of which at most 20 are in flight; the end tokens let some end early.
  private func rollouts(_ model: PolicyModel) throws -> [[Rollout]] {
    try model.generate(
      prompts(model), rolloutsPerPrompt: 8,
      sampling: SamplingSettings(
        temperature: Self.temperature, topP: 0.95, maxNewTokens: 18, stopTokens: Array(0..<50)),
      randomness: SamplingRandomness(seed: 5, stage: "rl", step: 1), inFlight: 20)
  }

  private func groups(
    _ model: PolicyModel, _ rollouts: [[Rollout]]
  ) throws -> [(prompt: Prompt, responses: [[Int]])] {
    zip(try prompts(model), rollouts).map { ($0, $1.map(\.tokens)) }
  }

  @Test(
    "training computes the log-probability of every token of 64 rollouts as it was sampled",
    arguments: [1, 2, 3])
  func samplerEqualsTrainer(threads: Int) throws {
    let model = try model(threads: threads)
    let rollouts = try rollouts(model)
    let all = rollouts.flatMap { $0 }
    #expect(all.count == 64)
    #expect(Set(all.map(\.finish)) == [.endToken, .length])
    #expect(all.contains { $0.tokens.count == 1 })
    let recorded = rollouts.map { $0.map { $0.logProbabilities.map(\.bitPattern) } }
    let pass = try TrainingPass(model, temperature: Self.temperature)
    for sharePrompt in [true, false] {
      let trained = try pass.logProbabilities(groups(model, rollouts), sharePrompt: sharePrompt)
      #expect(trained == recorded)
    }
  }

  @Test("a response has the same log-probabilities in any order, in any split, and alone")
  func packing() throws {
    let model = try model()
    let groups = try groups(model, rollouts(model))
    let pass = try TrainingPass(model, temperature: Self.temperature)
    let whole = try pass.logProbabilities(groups)

    var generator = Philox(seed: 7, stream: "packing")
    for _ in 0..<3 {
      let order = generator.shuffled(groups.indices)
      let inner = order.map { generator.shuffled(groups[$0].responses.indices) }
      let permuted = try pass.logProbabilities(
        zip(order, inner).map { group, responses in
          (groups[group].prompt, responses.map { groups[group].responses[$0] })
        })
      #expect(
        permuted == zip(order, inner).map { group, responses in responses.map { whole[group][$0] } }
      )
    }
    for cut in [1, 3, 6] {
      let parts = try pass.logProbabilities(Array(groups[..<cut]))
      #expect(try parts + pass.logProbabilities(Array(groups[cut...])) == whole)
    }
    for (group, known) in zip(groups, whole) {
      // A group in two passes has its prompt in both.
      let halves = try [group.responses.prefix(3), group.responses.dropFirst(3)].flatMap {
        try pass.logProbabilities([(group.prompt, Array($0))])[0]
      }
      #expect(halves == known)
      let last = try pass.logProbabilities([(group.prompt, [group.responses[7]])])
      #expect(last == [[known[7]]])
    }
  }

  @Test("loss, entropies and every gradient have the same bits on 1, 2 and 3 threads")
  func threads() throws {
    let results = try (1...3).map { threads in
      let model = try model(threads: threads)
      let batch = try PackedBatch(
        groups(model, rollouts(model)), configuration: model.configuration)
      return try TrainingPass(model, temperature: Self.temperature).run(batch) {
        Float($0 % 7 - 3) / 512
      }
    }
    #expect(results[0].gradientNames.count > 40)
    for name in results[0].names {
      let one = try results[0].bits(name)
      #expect(try results[1].bits(name) == one, "\(name)")
      #expect(try results[2].bits(name) == one, "\(name)")
    }
  }

  @Test("passes over parts of a batch add up to the gradients of the whole")
  func accumulation() throws {
    let model = try model()
    let groups = try groups(model, rollouts(model))
    let pass = try TrainingPass(model, temperature: Self.temperature)
    func batch(_ groups: [(prompt: Prompt, responses: [[Int]])]) throws -> PackedBatch {
      try PackedBatch(groups, configuration: model.configuration)
    }
    let weight = { (target: Int) in Float(target % 7 - 3) / 512 }
    let whole = try batch(groups)
    let expected = try pass.run(whole, weight: weight)
    // The last group's responses are in two passes, so its prompt is too.
    let cut = (prompt: groups[7].prompt, responses: Array(groups[7].responses[..<5]))
    let rest = (prompt: groups[7].prompt, responses: Array(groups[7].responses[5...]))
    var sum: Results?
    var (done, loss) = (0, 0.0)
    for part in [Array(groups[..<3]), groups[3..<7] + [cut], [rest]] {
      let batch = try batch(part)
      let first = done
      let results = try pass.run(batch) { weight(first + $0) }
      done += batch.targetCount
      loss += Double(try results.scalar("loss"))
      if let sum { try sum.addGradients(of: results) } else { sum = results }
    }
    #expect(done == whole.targetCount)
    let total = try #require(sum)
    #expect(abs(loss - Double(try expected.scalar("loss"))) < 1e-6)
    for name in expected.gradientNames {
      let error = relativeError(try total.host(name).floats, try expected.host(name).floats)
      #expect(error < 1e-5, "\(name)")
    }
  }

  private static let fused = Processor.current.kernelSets.filter(\.fused)

  @Test(
    "all fused instruction sets give equal rollouts, log-probabilities and gradients",
    .enabled(if: fused.count > 1, "this processor has fewer than two of them"))
  func instructionSets() throws {
    func outcome(_ kernels: KernelSet) throws -> ([[Rollout]], Results) {
      let model = try model(CPUDevice(threads: 2, kernels: kernels))
      let rollouts = try rollouts(model)
      let batch = try PackedBatch(groups(model, rollouts), configuration: model.configuration)
      return (rollouts, try TrainingPass(model, temperature: Self.temperature).run(batch))
    }
    let best = try outcome(#require(Self.fused.first))
    for kernels in Self.fused.dropFirst() {
      let (rollouts, results) = try outcome(kernels)
      #expect(rollouts == best.0, "\(kernels.name)")
      for name in results.names {
        #expect(try results.bits(name) == best.1.bits(name), "\(kernels.name) \(name)")
      }
    }
  }

  /// The set that runs everywhere rounds products and sums apart: another numerics class, with the
  /// same promises inside it.
  @Test("the baseline's sampler equals its trainer, and its numbers the others' but for rounding")
  func baseline() throws {
    let sets = Processor.current.kernelSets
    let baseline = try #require(sets.last { !$0.fused })
    let own = try model(CPUDevice(threads: 2, kernels: baseline))
    let best = try model(CPUDevice(threads: 2, kernels: sets[0]))
    let rollouts = try rollouts(own)
    let groups = try groups(own, rollouts)
    let trained = try TrainingPass(own, temperature: Self.temperature).logProbabilities(groups)
    #expect(trained == rollouts.map { $0.map { $0.logProbabilities.map(\.bitPattern) } })
    let others = try TrainingPass(best, temperature: Self.temperature).logProbabilities(groups)
    let pairs = zip(trained.joined().joined(), others.joined().joined())
    let largest = pairs.map { abs(Float(bitPattern: $0) - Float(bitPattern: $1)) }.max()
    #expect(try #require(largest) < 1e-4)
  }
}
