import Foundation
import Models
import TensorEngine
import Trainer
import TrainingGraph

/// One step of GRPO as a stage makes it: rollouts, log-probabilities of the frozen reference, group
/// advantages, loss, gradients and AdamW.
struct PolicyStep {
  /// Seconds of its parts.
  struct Times {
    var generate, reference, update: Double
  }

  static let rollouts = 8
  private static let loss = LossSpecification(
    surrogate: .clip(low: 0.2, high: 0.2), averaging: .sequence, maximumLength: 1,
    kl: KLPenalty(coefficient: .constant(0.04)))
  private let model: PolicyModel
  private let frozen: PolicyModel
  private let executable: Executable
  private let optimizer: AdamW

  init(_ model: PolicyModel, recomputation: Recomputation = .nothing) throws {
    self.model = model
    frozen = try model.frozenCopy()
    executable = try Executable(
      StageGraphs.policy(
        model.configuration, hasVisuals: model.configuration.vision != nil, loss: Self.loss,
        usesReference: true, recomputation: recomputation), on: model.device)
    optimizer = try AdamW(
      AdamWSettings(weightDecay: 0, maximumGradientNorm: 1), parameters: model.parameters)
  }

  /// The most memory that steps of this size are predicted to hold, in bytes.
  ///
  /// - Parameter programBytes: what the process held before it had a model.
  static func predictedBytes(
    _ configuration: QwenConfiguration, prompts: [Prompt], tokens: Int,
    settings: ExecutionSettings, programBytes: Int
  ) throws -> Int {
    let forecaster = try MemoryForecaster(
      configuration, settings: settings, programBytes: programBytes)
    let (policy, frozen) = (ForecastPolicy(configuration), ForecastPolicy(configuration))
    forecaster.others = [frozen]
    let video = prompts.first?.visuals.first
    let moments = try forecaster.policy(
      policy, reference: frozen, stage: "benchmark", loss: loss,
      sizes: SamplingSizes(
        prompts: prompts.count, promptTokens: prompts.map(\.tokens.count).max() ?? 0,
        rolloutsPerPrompt: rollouts, newTokens: tokens, patchesPerPrompt: video?.patchCount ?? 0,
        framePatches: video.map { $0.height * $0.width } ?? 0)
    ).moments
    return moments.filter { $0.kind != .saving }.map(\.memory.total).max() ?? 0
  }

  func run(_ prompts: [Prompt], tokens: Int, number: Int) throws -> Times {
    var sampled: [[Rollout]] = []
    let generate = try Measurement.time {
      sampled = try model.generate(
        prompts, rolloutsPerPrompt: Self.rollouts,
        sampling: SamplingSettings(maxNewTokens: tokens, stopTokens: []),
        randomness: SamplingRandomness(seed: 1, stage: "benchmark", step: number))
    }
    var packed: PackedBatch?
    var reference: [Float] = []
    let score = try Measurement.time {
      let batch = try PackedBatch(
        zip(prompts, sampled).map { (prompt: $0, responses: $1.map(\.tokens)) },
        configuration: model.configuration)
      reference = try frozen.logProbabilities(batch)
      packed = batch
    }
    guard let packed else { throw BenchmarkError("there is no batch") }
    let update = try Measurement.time {
      try self.update(packed, sampled.flatMap { $0 }, reference: reference)
    }
    return Times(generate: generate, reference: score, update: update)
  }

  private func update(_ packed: PackedBatch, _ rollouts: [Rollout], reference: [Float]) throws {
    func tensor(_ values: [Float]) -> HostTensor { HostTensor(values, shape: [values.count]) }
    /// A reward of every second response; the mean over the group is taken off.
    let advantages = rollouts.indices.flatMap { index in
      [Float](repeating: index % 2 == 0 ? 1 : -1, count: rollouts[index].tokens.count)
    }
    let weights = rollouts.flatMap {
      [Float](repeating: 1 / Float($0.tokens.count * rollouts.count), count: $0.tokens.count)
    }
    var inputs = packed.inputs
    inputs[PolicyLoss.Input.advantages] = tensor(advantages)
    inputs[PolicyLoss.Input.old] = tensor(rollouts.flatMap(\.logProbabilities))
    inputs[PolicyLoss.Input.reference] = tensor(reference)
    inputs[PolicyLoss.Input.weights] = tensor(weights)
    inputs[PolicyLoss.Input.klWeights] = tensor(weights.map { 0.04 * $0 })
    inputs[StageGraphs.temperature] = HostTensor(Float(1))
    let results = try executable.run(inputs, parameters: model.parameters)
    _ = try optimizer.step(results, learningRate: 1e-5)
  }
}

/// One step of supervised fine-tuning: every token but a sequence's first is a target.
struct SupervisedStep {
  private let model: PolicyModel
  private let executable: Executable
  /// Nil for forward and backward passes alone.
  private let optimizer: AdamW?

  init(_ model: PolicyModel, optimizes: Bool) throws {
    self.model = model
    executable = try Executable(
      StageGraphs.supervised(model.configuration, hasVisuals: false), on: model.device)
    optimizer =
      optimizes
      ? try AdamW(
        AdamWSettings(weightDecay: 0, maximumGradientNorm: 1), parameters: model.parameters) : nil
  }

  func run(_ texts: [[Int]]) throws {
    let packed = try PackedBatch(
      texts.map { (prompt: Prompt(tokens: [$0[0]]), responses: [Array($0.dropFirst())]) },
      configuration: model.configuration)
    var inputs = packed.inputs
    inputs[PolicyLoss.Input.weights] = HostTensor(
      [Float](repeating: 1 / Float(packed.targetCount), count: packed.targetCount),
      shape: [packed.targetCount])
    let results = try executable.run(inputs, parameters: model.parameters)
    _ = try optimizer?.step(results, learningRate: 1e-5)
  }
}
