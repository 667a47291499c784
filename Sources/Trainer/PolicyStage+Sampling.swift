import Models
import Rewards
import TrainingGraph

/// The groups of one step, sampled and scored.
struct SampledBatch {
  /// The places of the questions in their data.
  var records: [Int] = []
  var prompts: [Prompt] = []
  var rollouts: [[Rollout]] = []
  var scored: [ScoredGroup] = []
  /// All that the policy wrote for them: for groups that were replaced and for rewards too.
  var generatedTokens = 0
  /// What replacing groups came to; empty where the stage replaces none.
  var replacing: [String: Double] = [:]

  /// What sampling came to, among the metrics of the step.
  var metrics: [String: Double] {
    replacing.merging(["generated_tokens": Double(generatedTokens)]) { $1 }
  }
}

extension PolicyStage {
  /// Samples the groups of a step and scores them; where the stage says so, groups that it has no use
  /// for are replaced by groups of other questions (DAPO's dynamic sampling, arXiv 2503.14476
  /// section 3.2), and those that are left when the rounds are spent are left out.
  ///
  /// Which questions replace others depends on the seed, the step and what was replaced before in it, so
  /// that a resumed run goes on with the same ones. A question is not tried twice in a step; where none is
  /// left, fewer groups are replaced.
  func sampledBatch(
    step: Int, _ sampling: SamplingSettings, _ memory: RewardMemory, recording: StepRecording
  ) async throws -> SampledBatch {
    if let recorded { return try await recordedBatch(recorded, step: step, memory) }
    var batch = try await sample(
      order.batch(step), sampling, memory, stage: update.stage, step: step, recording: recording)
    guard let resampling else { return batch }
    var others = replacements(step: step)
    var replaced = 0
    func useless() -> [Int] {
      batch.scored.indices.filter { !batch.scored[$0].passes(resampling.keep) }
    }
    for round in 0..<resampling.rounds {
      let places = useless().prefix(others.count)
      guard !places.isEmpty else { break }
      let records = Array(others.prefix(places.count))
      others.removeFirst(places.count)
      let fresh = try await sample(
        records, sampling, memory, stage: "\(update.stage)/replacements \(round)", step: step,
        recording: recording)
      for (place, index) in zip(places, fresh.scored.indices) {
        batch.records[place] = fresh.records[index]
        batch.prompts[place] = fresh.prompts[index]
        batch.rollouts[place] = fresh.rollouts[index]
        batch.scored[place] = fresh.scored[index]
      }
      replaced += places.count
      batch.generatedTokens += fresh.generatedTokens
    }
    let left = Set(useless())
    let kept = batch.scored.indices.filter { !left.contains($0) }
    return SampledBatch(
      records: kept.map { batch.records[$0] }, prompts: kept.map { batch.prompts[$0] },
      rollouts: kept.map { batch.rollouts[$0] }, scored: kept.map { batch.scored[$0] },
      generatedTokens: batch.generatedTokens,
      replacing: [
        "resampled_groups": Double(replaced), "left_out_groups": Double(left.count),
      ])
  }

  /// The questions that can replace others in a step, in the order in which they do: all that are not in
  /// its batch, each once.
  private func replacements(step: Int) -> [Int] {
    let used = Set(order.batch(step))
    var generator = Philox(seed: order.seed, stream: "\(update.stage)/replacements/\(step)")
    return generator.shuffled(order.candidates).filter { !used.contains($0) }
  }

  /// - Parameter stage: keys the random numbers, together with the step.
  private func sample(
    _ records: [Int], _ sampling: SamplingSettings, _ memory: RewardMemory, stage: String,
    step: Int, recording: StepRecording
  ) async throws -> SampledBatch {
    var batch = SampledBatch(records: records, prompts: try items.prompts(records, format))
    batch.rollouts = try policy.generate(
      batch.prompts, rolloutsPerPrompt: rollout.groupSize, sampling: sampling,
      randomness: SamplingRandomness(seed: rollout.seed, stage: stage, step: step),
      inFlight: rolloutsInFlight,
      mostLikely: recording.choices > 0
        ? MostLikelyTokens(count: recording.choices + 1, prompts: recording.groups) : .none)
    var groups = try zip(records, batch.rollouts).map { record, rollouts in
      RewardGroup(
        item: items.records[record], media: items.media(record),
        responses: try rollouts.map { scoring.rewards.parser.parse(try format.response($0)) },
        memory: memory)
    }
    batch.generatedTokens =
      try batch.rollouts.tokenCount
      + MaterialWriter(
        policy: policy, rollout: rollout, items: items, format: format,
        parser: scoring.rewards.parser,
        sampling: sampling, rolloutsInFlight: rolloutsInFlight
      ).write(
        scoring.rewards.program.material, for: &groups, records: records, stage: stage, step: step)
    batch.scored = try await scoring.rewards.score(groups)
    return batch
  }
}

extension [[Rollout]] {
  /// Tokens of all responses, by group.
  var tokenCount: Int { reduce(0) { $0 + $1.reduce(0) { $0 + $1.tokens.count } } }
}
