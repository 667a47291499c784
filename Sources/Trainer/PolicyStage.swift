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
  let rewards: RewardPlan
  private let credit: CreditPlan
  let order: BatchOrder
  private let remembered = Remembered()
  private let promptsPerStep: Int
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
    policy: PolicyModel, reference: PolicyModel?, settings: ExecutionSettings
  ) throws {
    self.update = update
    self.rollout = rollout
    resampling = update.resampling
    self.loss = loss
    self.rewards = rewards
    self.credit = credit
    self.items = items
    self.format = format
    self.policy = policy
    self.reference = reference
    rolloutsInFlight = settings.rolloutsInFlight
    promptsPerStep = rollout.promptsPerStep ?? 1
    guard items.records.count >= promptsPerStep else {
      throw TrainerError.tooFewRecords(
        dataset: items.name, found: items.records.count, needed: promptsPerStep)
    }
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
    let factors = credit.weights(step: index, of: update.steps, epoch: epoch)
    let tables = scored.map { (group: $0.group, table: $0.table) }
    let credited = try credit.credit.assign(tables, weights: factors, memory: &memory)
    rewards.program.learn(from: tables, into: &memory)
    var metrics = metrics(scored, credited)
    metrics.merge(batch.metrics) { $1 }
    metrics["generated_tokens"] = Double(batch.generatedTokens)
    for (owner, numbers) in memory.numbers {
      for (place, number) in numbers.enumerated() { metrics["memory/\(owner)/\(place)"] = number }
    }
    for (reward, factor) in factors { metrics["weight/\(reward)"] = factor }
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
          processes: responses.map { $0.processes(credit.credit.rules) },
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
      record: record,
      rollouts: scored.indices.prefix(recording.groups).map { group in
        RolloutRecord(
          stage: update.stage, step: index + 1, scored: scored[group], credited: credited[group],
          mediaPath: items.mediaPath(scored[group].group.item),
          judgedColumns: rewards.judgedColumns,
          choices: sampled[group].map { format.choices($0, others: recording.choices) })
      })
  }

  var memory: RewardMemory {
    get { remembered.value }
    nonmutating set { remembered.value = newValue }
  }
}

extension PolicyStage {
  /// Steps of one pass over the questions.
  private var epoch: Double {
    StageLength.stepsPerEpoch(records: items.records.count, batchSize: promptsPerStep)
  }

  private func value(of schedule: Schedule, at step: Int) -> Double {
    schedule.value(step: step, of: update.steps, epoch: epoch)
  }

  /// Means over the step's responses, and shares over its groups.
  private func metrics(_ scored: [ScoredGroup], _ credited: [CreditedGroup]) -> [String: Double] {
    var means = Means()
    for (group, credit) in zip(scored, credited) {
      for reward in rewards.rewards {
        means.add("reward/\(reward.name)", group.values(of: reward.name))
      }
      if let primary = rewards.primary { means.add("accuracy", group.values(of: primary.name)) }
      for (scope, totals) in credit.totals {
        means.add("process/\(scope)", totals.compactMap { $0 })
      }
      let flat = self.credit.scopes.map { scope in
        (scope.name, credit.scopes[scope.name]?.isZeroVariance ?? true)
      }
      for (scope, isFlat) in flat { means.add("zero_variance/\(scope)", isFlat) }
      if flat.count > 1 { means.add("zero_variance/all", flat.allSatisfy { $0.1 }) }
      means.add("dropped_groups", credit.dropped != nil)
      for response in group.group.responses {
        means.add("length/response", Double(response.response.tokens.count))
        means.add("truncated", response.response.truncated)
        if let mismatch = rewards.mismatch(group.group.item, response) {
          means.add("mismatch", mismatch)
        }
        for segment in response.segments where segment.isFound {
          means.add("length/\(segment.specification.name)", Double(segment.contentTokenCount))
        }
      }
    }
    return means.values.merging(
      GroupDiagnostics.values(
        scored, credited, rewards: rewards.rewards.map(\.name),
        scopes: self.credit.scopes.map(\.name))
    ) { $1 }
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
