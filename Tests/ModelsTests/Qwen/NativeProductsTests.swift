import Kernels
import TensorEngine
import TestSupport
import Testing

@testable import Models
@testable import TensorEngine

/// Models whose weights are kept as bfloat16 and multiplied by the processor's own instructions.
@Suite(
  "Native products of bfloat16 weights",
  .enabled(
    if: !Processor.current.pairKernels.isEmpty, "this processor has neither AMX nor AVX-512 BF16"))
struct NativeProductsTests {
  private func model(
    _ name: String, _ pairs: PairKernels?, threads: Int = 2
  ) throws -> PolicyModel {
    let device = try CPUDevice(
      threads: threads, kernels: Processor.current.kernels, pairKernels: pairs)
    return try PolicyModel.load(from: Fixtures.url(name), device: device, precision: .bfloat16)
  }

  private static let names = ["tiny-lm", "tiny-vl"]

  @Test("give logits within two percent of those of float32 rows", arguments: names)
  func tolerance(name: String) throws {
    let prompt = Prompt(tokens: (0..<40).map { 60 + $0 })
    let widened = try model(name, nil).logits(prompt).flatMap { $0 }
    for pairs in Processor.current.pairKernels {
      let native = try model(name, pairs).logits(prompt).flatMap { $0 }
      let error = relativeError(native, widened)
      #expect(error > 0 && error < 0.02, "\(pairs.name): \(error)")
    }
  }

  @Test(
    "give what was sampled the log-probabilities of training, to the bit, on any number of threads",
    arguments: names)
  func samplerEqualsTrainer(name: String) throws {
    let sampling = SamplingSettings(maxNewTokens: 12, stopTokens: Array(0..<50))
    let randomness = SamplingRandomness(seed: 1, stage: "rl", step: 2)
    for pairs in Processor.current.pairKernels {
      var expected: [[Rollout]]?
      for threads in 1...3 {
        let model = try model(name, pairs, threads: threads)
        var prompts = [1, 5, 40].map { Prompt(tokens: (0..<$0).map { 60 + $0 }) }
        if model.configuration.vision != nil {
          prompts += try ReferenceVideoBatch("vl_one", configuration: model.configuration)
            .samples.map(\.prompt)
        }
        let rollouts = try model.generate(
          prompts, rolloutsPerPrompt: 5, sampling: sampling, randomness: randomness, inFlight: 7)
        let recorded = rollouts.map { $0.map { $0.logProbabilities.map(\.bitPattern) } }
        for sharePrompt in [true, false] {
          let batch = try PackedBatch(
            zip(prompts, rollouts).map { ($0, $1.map(\.tokens)) },
            configuration: model.configuration, sharePrompt: sharePrompt)
          let all = try model.logProbabilities(batch).map(\.bitPattern)
          #expect(batch.targetRanges.map { $0.map { Array(all[$0]) } } == recorded)
        }
        if let expected { #expect(rollouts == expected, "\(pairs.name), \(threads) threads") }
        expected = rollouts
      }
    }
  }

  @Test("below an adapter give it gradients close to those of float32 rows")
  func adapter() throws {
    func gradients(_ pairs: PairKernels?) throws -> Results {
      let model = try model("tiny-lm", pairs).adapted(AdaptedModels.settings, seed: 5)
      for parameter in model.trainedParameters where parameter.role == .adapterUp {
        var random = Philox(seed: 6, stream: parameter.name)
        let values = (0..<parameter.count).map { _ in Float(0.1 * random.normal()) }
        try model.parameters.set(parameter.name, HostTensor(values, shape: parameter.shape))
      }
      return try LossGraph(model, hasVisuals: false).run(AdaptedModels.batch(model))
    }
    let widened = try gradients(nil)
    for pairs in Processor.current.pairKernels {
      let native = try gradients(pairs)
      for name in native.gradientNames {
        let error = relativeError(
          try native.host(name).floats, try widened.host(name).floats)
        #expect(error > 0 && error < 0.05, "\(pairs.name) \(name): \(error)")
      }
    }
  }
}
