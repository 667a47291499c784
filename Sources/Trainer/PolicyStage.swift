import Models
import RecipeLanguage
import Rewards
import TensorEngine
import TrainingGraph

/// Executes an update node with everything above it: rollout, segment, rewards, gates, normalize,
/// credit and loss.
struct PolicyStage {
  let update: UpdateSpecification
  let rollout: RolloutSpecification
  let loss: LossSpecification
  let resampling: ResamplingSpecification?
  let items: ItemStore
  let format: PromptFormat
  let policy: PolicyModel
  /// Frozen; nil without a KL term.
  let reference: PolicyModel?
  let scoring: PolicyScoring
  /// Steps of an earlier run whose responses stand in for sampled ones; nil where the policy samples.
  let recorded: (any RecordedSteps)?
  let order: BatchOrder
  private let remembered = Remembered()
  let rolloutsInFlight: Int
  private let stopText: StopText?
  let optimizer: AdamW
  let programs: StagePrograms

  /// The memory of rewards and normalizations, which every step takes further.
  private final class Remembered { var value = RewardMemory() }

  /// - Parameter reference: needed when the KL coefficient is ever above 0.
  init(
    update: UpdateSpecification, rollout: RolloutSpecification, loss: LossSpecification,
    rewards: RewardPlan, credit: CreditPlan, items: ItemStore, format: PromptFormat,
    policy: PolicyModel, reference: PolicyModel?, recorded: (any RecordedSteps)?,
    settings: ExecutionSettings
  ) throws {
    self.update = update
    self.rollout = rollout
    resampling = update.resampling
    self.loss = loss
    self.recorded = recorded
    self.items = items
    self.format = format
    self.policy = policy
    self.reference = reference
    rolloutsInFlight = settings.rolloutsInFlight
    let promptsPerStep = rollout.promptsPerStep ?? 1
    guard items.records.count >= promptsPerStep else {
      throw TrainerError.tooFewRecords(
        dataset: items.name, found: items.records.count, needed: promptsPerStep)
    }
    scoring = PolicyScoring(
      update: update, rewards: rewards, credit: credit, records: items.records.count,
      promptsPerStep: promptsPerStep)
    order = BatchOrder(
      candidates: Array(items.records.indices), batchSize: promptsPerStep, seed: rollout.seed,
      stream: "\(update.stage)/prompts")
    stopText = rollout.stopText.flatMap { StopText($0, tokenizer: format.tokenizer) }
    optimizer = try update.optimizer.optimizer(of: policy)

    programs = StagePrograms(on: policy.device) { hasVisuals in
      try StageGraphs.policy(
        policy.configuration, adapter: policy.adapter, precision: policy.precision,
        hasVisuals: hasVisuals, loss: loss, usesReference: reference != nil,
        recomputation: settings.recomputation)
    }
  }
}

extension PolicyStage: TrainingStage {
  var stage: String { update.stage }
  var algorithm: String { update.algorithm }
  var steps: Int { update.steps }

  func advance(_ index: Int, recording: StepRecording) async throws -> StageStep {
    let sampling = rollout.sampling(
      format, temperature: value(of: rollout.temperature, at: index), stopText: stopText)
    var memory = memory
    let batch = try await sampledBatch(
      step: index, sampling, memory, recording: recording)
    let (prompts, sampled, scored) = (batch.prompts, batch.rollouts, batch.scored)
    var (credited, metrics) = try scoring.assign(scored, step: index, memory: &memory)
    metrics.merge(batch.metrics) { $1 }
    if !rollout.temperature.isConstant { metrics["temperature"] = sampling.temperature }
    let beta = reference == nil ? 0 : value(of: loss.kl.coefficient, at: index)
    if !loss.kl.coefficient.isConstant {
      metrics["kl_coefficient"] = value(of: loss.kl.coefficient, at: index)
    }
    let kept = credited.indices.filter {
      credited[$0].dropped == nil && !credited[$0].isWithheld
    }
    let rate = value(of: update.learningRate, at: index)
    metrics["learning_rate"] = rate
    if !kept.isEmpty {
      let groups = kept.map { group in
        let responses = scored[group].group.responses
        return PolicyGroup(
          prompt: prompts[group], rollouts: sampled[group], parts: responses.map(\.parts),
          processes: responses.map { $0.processes(scoring.credit.credit.rules) },
          advantages: credited[group].advantages,
          withheld: credited[group].withheld)
      }
      let learned = try learn(
        groups, beta: beta, temperature: sampling.recordedTemperature, rate: rate)
      metrics.merge(learned) { $1 }
    }
    self.memory = memory
    let record = StepRecord(
      stage: update.stage, algorithm: update.algorithm, step: index + 1, of: update.steps,
      values: metrics)
    return StageStep(
      record: record, trace: trace(of: batch, credited, step: index),
      rollouts: scored.indices.prefix(recording.groups).map { group in
        RolloutRecord(
          stage: update.stage, step: index + 1, scored: scored[group], credited: credited[group],
          mediaPath: items.mediaPath(scored[group].group.item),
          judgedColumns: scoring.rewards.judgedColumns,
          choices: sampled[group].map { format.choices($0, others: recording.choices) })
      })
  }

  var memory: RewardMemory {
    get { remembered.value }
    nonmutating set { remembered.value = newValue }
  }
}

extension PolicyStage {
  private func value(of schedule: Schedule, at step: Int) -> Double {
    schedule.value(step: step, of: update.steps, epoch: scoring.epoch)
  }
}

extension RolloutSpecification {
  /// - Parameter stopText: what `stopText` says, made ready once.
  func sampling(
    _ format: PromptFormat, temperature: Double, stopText: StopText?
  ) -> SamplingSettings {
    SamplingSettings(
      temperature: temperature, topP: topP, topK: topK ?? 0, maxNewTokens: maximumNewTokens,
      stopTokens: [format.endToken], stopText: stopText)
  }
}
