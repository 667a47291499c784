import Models
import RecipeLanguage
import TensorEngine
import TrainingGraph

/// Executes a supervise node: next-token loss on the responses of records.
struct SupervisedStage {
  let specification: SupervisionSpecification
  let items: ItemStore
  let format: PromptFormat
  let policy: PolicyModel
  /// Optimizer steps of the stage.
  let steps: Int
  let optimizer: AdamW
  private let programs: StagePrograms
  private let easy: BatchOrder?
  private let all: BatchOrder

  init(
    _ specification: SupervisionSpecification, items: ItemStore, format: PromptFormat,
    policy: PolicyModel, recomputation: Recomputation
  ) throws {
    self.specification = specification
    self.items = items
    self.format = format
    self.policy = policy
    steps = specification.duration.steps(
      records: items.records.count, batchSize: specification.batchSize)
    optimizer = try specification.optimizer.optimizer(of: policy)

    programs = StagePrograms(on: policy.device) { hasVisuals in
      try StageGraphs.supervised(
        policy.configuration, adapter: policy.adapter, precision: policy.precision,
        hasVisuals: hasVisuals, recomputation: recomputation)
    }

    func order(_ candidates: [Int], _ part: String) -> BatchOrder {
      BatchOrder(
        candidates: candidates, batchSize: specification.batchSize, seed: specification.seed,
        stream: "\(specification.stage)/\(part)")
    }
    all = order(Array(items.records.indices), "all")
    easy = try specification.curriculum.map { curriculum in
      let chosen = items.records.indices.filter {
        items.records[$0].text(of: curriculum.column) == curriculum.value
      }
      guard !chosen.isEmpty else {
        throw TrainerError.emptyCurriculum(
          stage: specification.stage, column: curriculum.column, value: curriculum.value)
      }
      return order(chosen, "easy")
    }
  }

  /// Makes optimizer step `step`, counted from 0, on the records at `indices`.
  private func step(_ step: Int, on indices: [Int]) throws -> StepRecord {
    let targets = try indices.map { try format.target(items.records[$0], dataset: items.name) }
    let prompts = try items.prompts(indices, format)
    let tokens = targets.reduce(0) { $0 + $1.count }
    let passes = Passes.split(
      zip(prompts, targets).map { Passes.Group(prompt: $0.tokens.count, responses: [$1.count]) },
      bound: specification.microBatch)
    let rate = specification.learningRate.value(
      step: step, of: steps,
      epoch: StageLength.stepsPerEpoch(
        records: items.records.count, batchSize: specification.batchSize))
    let update = try optimizer.update(
      programs,
      passes.map { try inputs($0.map { (prompts[$0.group], [targets[$0.group]]) }, of: tokens) },
      parameters: policy.parameters, rate: rate)
    var values = [
      "loss": update.loss, "learning_rate": rate, "gradient_norm": update.gradientNorm,
      "tokens": Double(tokens),
    ]
    if passes.count > 1 { values["micro_batches"] = Double(passes.count) }
    return StepRecord(
      stage: specification.stage, algorithm: "sft", step: step + 1, of: steps, values: values)
  }

  /// What one forward and backward pass reads: the loss is a mean over the `tokens` of the step.
  private func inputs(
    _ groups: [(prompt: Prompt, responses: [[Int]])], of tokens: Int
  ) throws -> PassInputs {
    let packed = try PackedBatch(groups, configuration: policy.configuration, rule: policy.rule)
    let weights = [Float](repeating: 1 / Float(tokens), count: packed.targetCount)
    var inputs = packed.inputs
    inputs[PolicyLoss.Input.weights] = HostTensor(weights, shape: [weights.count])
    return PassInputs(inputs: inputs, hasVisuals: packed.hasVisuals)
  }

  private func batch(_ step: Int) -> [Int] {
    guard let easy, let curriculum = specification.curriculum else { return all.batch(step) }
    return step < curriculum.steps ? easy.batch(step) : all.batch(step - curriculum.steps)
  }
}

extension SupervisedStage: TrainingStage {
  var stage: String { specification.stage }
  var algorithm: String { "sft" }
  func advance(_ index: Int, recording: StepRecording) async throws -> StageStep {
    let records = batch(index)
    return StageStep(
      record: try step(index, on: records),
      trace: StepTrace(
        stage: stage, step: index + 1, data: items.name, available: items.records.count,
        records: records),
      rollouts: [])
  }
}

extension OptimizerSpecification {
  /// AdamW over the trained parameters of `policy`. Norm weights and biases do not decay.
  func optimizer(of policy: PolicyModel) throws -> AdamW {
    let settings = AdamWSettings(
      beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: weightDecay,
      maximumGradientNorm: maximumGradientNorm)
    let parameters = policy.parameters
    let trained = policy.trainedParameters.map(\.name)
    return try AdamW(settings, parameters: parameters, trained: trained) {
      (parameters.shape(of: $0)?.count ?? 0) > 1
    }
  }
}
