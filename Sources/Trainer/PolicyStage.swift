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
  let items: ItemStore
  let format: PromptFormat
  let policy: PolicyModel
  /// Frozen; nil without a KL term.
  let reference: PolicyModel?
  private let rewards: RewardPlan
  private let credit: CreditPlan
  private let order: BatchOrder
  private let promptsPerStep: Int
  private let optimizer: AdamW
  private let executable: Executable

  /// - Parameter reference: needed when the KL coefficient is ever above 0.
  init(
    update: UpdateSpecification, rollout: RolloutSpecification, loss: LossSpecification,
    rewards: RewardPlan, credit: CreditPlan, items: ItemStore, format: PromptFormat,
    policy: PolicyModel, reference: PolicyModel?
  ) throws {
    self.update = update
    self.rollout = rollout
    self.loss = loss
    self.rewards = rewards
    self.credit = credit
    self.items = items
    self.format = format
    self.policy = policy
    self.reference = reference
    promptsPerStep = rollout.promptsPerStep ?? 1
    guard items.records.count >= promptsPerStep else {
      throw TrainerError.tooFewRecords(
        dataset: items.name, found: items.records.count, needed: promptsPerStep)
    }
    order = BatchOrder(
      candidates: Array(items.records.indices), batchSize: promptsPerStep, seed: rollout.seed,
      stream: "\(update.stage)/prompts")
    optimizer = try update.optimizer.optimizer(of: policy)

    let g = GraphBuilder()
    let (logProbability, entropy) = try QwenGraph.tokenLogProbabilities(
      g, policy.configuration, hasVisuals: true, temperature: g.input(Self.temperature, []))
    let policyLoss = try PolicyLoss(
      g, logProbability: logProbability, epsilonLow: loss.epsilonLow,
      epsilonHigh: loss.epsilonHigh, usesReference: reference != nil)
    try g.output("loss", policyLoss.loss)
    try g.output("ratio", policyLoss.ratio)
    try g.output("entropy", entropy)
    if let divergence = policyLoss.divergence { try g.output("divergence", divergence) }
    try QwenGraph.declareGradients(of: policyLoss.loss, g, policy.configuration)
    executable = try Executable(g.finish(), on: policy.device)
  }
}

extension PolicyStage: TrainingStage {
  var stage: String { update.stage }
  var algorithm: String { update.algorithm }
  var steps: Int { update.steps }

  func advance(_ index: Int, recording groups: Int) async throws -> StageStep {
    let indices = order.batch(index)
    let prompts = try items.prompts(indices, format)
    let sampling = rollout.sampling(format, temperature: value(of: rollout.temperature, at: index))
    let sampled = try policy.generate(
      prompts, rolloutsPerPrompt: rollout.groupSize, sampling: sampling,
      randomness: SamplingRandomness(seed: rollout.seed, stage: update.stage, step: index))

    var scored: [ScoredGroup] = []
    for (record, rollouts) in zip(indices, sampled) {
      scored.append(
        try await rewards.score(items.records[record], try rollouts.map(format.response)))
    }
    let factors = credit.weights(step: index, of: update.steps, epoch: epoch)
    let credited = try credit.credit.assign(
      scored.map { (group: $0.group, table: $0.table) }, weights: factors)
    var metrics = metrics(scored, credited)
    for (reward, factor) in factors { metrics["weight/\(reward)"] = factor }
    if !rollout.temperature.isConstant { metrics["temperature"] = sampling.temperature }
    if !loss.klCoefficient.isConstant {
      metrics["kl_coefficient"] = value(of: loss.klCoefficient, at: index)
    }
    let kept = credited.indices.filter {
      credited[$0].dropped == nil && !credited[$0].isWithheld
    }
    let rate = value(of: update.learningRate, at: index)
    metrics["learning_rate"] = rate
    if !kept.isEmpty {
      let sequences = kept.map { scored[$0].group.responses.map { $0.processes() } }
      let weights = try weights(sequences, step: index)
      let groups = zip(kept, zip(sequences, weights)).map { group, part in
        let (processes, weights) = part
        let withheld = credited[group].withheld
        return PolicyGroup(
          prompt: prompts[group], rollouts: sampled[group],
          advantages: credited[group].advantages,
          weights: Self.silence(weights.loss, of: processes, in: withheld),
          klWeights: Self.silence(weights.kl, of: processes, in: withheld))
      }
      metrics.merge(try learn(groups, temperature: sampling.recordedTemperature, rate: rate)) { $1 }
    }
    let record = StepRecord(
      stage: update.stage, algorithm: update.algorithm, step: index + 1, of: update.steps,
      values: metrics)
    return StageStep(
      record: record,
      rollouts: zip(scored, credited).prefix(groups).map {
        RolloutRecord(
          stage: update.stage, step: index + 1, scored: $0, credited: $1,
          mediaPath: items.mediaPath($0.group.item))
      })
  }

  func exportOptimizer() throws -> [String: HostTensor] { try optimizer.exportState() }
  func importOptimizer(_ state: [String: HostTensor]) throws { try optimizer.importState(state) }
}

/// One group of a step as the update sees it.
private struct PolicyGroup {
  var prompt: Prompt
  var rollouts: [Rollout]
  /// Per response and token.
  var advantages: [[Double]]
  var weights: [[Double]]
  var klWeights: [[Double]]

  /// Whether the group's gradient can be other than exactly zero.
  var hasSignal: Bool {
    advantages.contains { $0.contains { $0 != 0 } }
      || klWeights.contains { $0.contains { $0 != 0 } }
  }
}

extension PolicyStage {
  /// The name of the input that log-probabilities are taken at: what the step was sampled at.
  private static let temperature = "temperature"

  /// Steps of one pass over the questions.
  private var epoch: Double {
    StageLength.stepsPerEpoch(records: items.records.count, batchSize: promptsPerStep)
  }

  private func value(of schedule: Schedule, at step: Int) -> Double {
    schedule.value(step: step, of: update.steps, epoch: epoch)
  }

  /// One forward and backward pass and one optimizer step.
  ///
  /// Groups whose responses all earned the same have a gradient of exactly zero. They count in the
  /// averages, and are left out of the computation.
  private func learn(_ groups: [PolicyGroup], temperature: Double, rate: Double) throws -> [String:
    Double]
  {
    let informative = groups.filter(\.hasSignal)
    let computed = informative.isEmpty ? Array(groups.prefix(1)) : informative
    let packed = try PackedBatch(
      computed.map { (prompt: $0.prompt, responses: $0.rollouts.map(\.tokens)) },
      configuration: policy.configuration, rule: policy.rule)
    func tensor(_ values: [Float]) -> HostTensor { HostTensor(values, shape: [values.count]) }
    func tensor(_ part: (PolicyGroup) -> [[Double]]) -> HostTensor {
      tensor(computed.flatMap { part($0).flatMap { $0.map(Float.init) } })
    }

    var inputs = packed.inputs
    inputs[Self.temperature] = HostTensor(Float(temperature))
    inputs[PolicyLoss.Input.advantages] = tensor(\.advantages)
    inputs[PolicyLoss.Input.weights] = tensor(\.weights)
    inputs[PolicyLoss.Input.old] = tensor(
      computed.flatMap { $0.rollouts.flatMap(\.logProbabilities) })
    if let reference {
      inputs[PolicyLoss.Input.klWeights] = tensor(\.klWeights)
      inputs[PolicyLoss.Input.reference] = tensor(
        try reference.logProbabilities(packed, temperature: temperature))
    }

    let results = try executable.run(inputs, parameters: policy.parameters)
    let ratios = try results.host("ratio").floats
    let clipped = ratios.count {
      Double($0) < 1 - loss.epsilonLow || Double($0) > 1 + loss.epsilonHigh
    }
    var values: [String: Double] = [
      "loss": Double(try results.scalar("loss")),
      "entropy": mean(try results.host("entropy").floats),
      "clip_share": Double(clipped) / Double(max(ratios.count, 1)),
      "tokens": Double(packed.targetCount),
    ]
    if reference != nil { values["kl"] = mean(try results.host("divergence").floats) }
    values["gradient_norm"] = try optimizer.step(results, learningRate: rate).gradientNorm
    return values
  }

  /// The averaging weights of every token, per group and response: of the policy loss, and of the
  /// KL term times its coefficient.
  ///
  /// - Parameter sequences: the process of every token, per group and response.
  private func weights(
    _ sequences: [[[String?]]], step: Int
  ) throws -> [(loss: [[Double]], kl: [[Double]])] {
    let all = sequences.flatMap { $0 }
    let losses = try loss.averaging.weights(all, maximumLength: loss.maximumLength)
    let beta = reference == nil ? 0 : value(of: loss.klCoefficient, at: step)
    let means = try Averaging.sequence.weights(all)
    var position = 0
    return sequences.map { group in
      defer { position += group.count }
      let range = position..<position + group.count
      return (Array(losses[range]), means[range].map { $0.map { beta * $0 } })
    }
  }

  /// The weights with those of the tokens that stay out of the loss set to 0.
  private static func silence(
    _ weights: [[Double]], of processes: [[String?]], in withheld: Set<String>
  ) -> [[Double]] {
    guard !withheld.isEmpty else { return weights }
    return zip(weights, processes).map { weights, processes in
      zip(weights, processes).map { withheld.contains($1 ?? Credit.rest) ? 0 : $0 }
    }
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
        if let mismatch = rewards.mismatch(response) { means.add("mismatch", mismatch) }
        for segment in response.segments where segment.isFound {
          means.add("length/\(segment.specification.name)", Double(segment.contentTokenCount))
        }
      }
    }
    return means.values
  }

  private func mean(_ values: [Float]) -> Double {
    values.reduce(0) { $0 + Double($1) } / Double(max(values.count, 1))
  }
}

extension RolloutSpecification {
  func sampling(_ format: PromptFormat, temperature: Double) -> SamplingSettings {
    SamplingSettings(
      temperature: temperature, topP: topP, topK: topK ?? 0, maxNewTokens: maximumNewTokens,
      stopTokens: [format.endToken])
  }
}
