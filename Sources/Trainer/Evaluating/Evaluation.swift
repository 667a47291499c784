import Models
import Rewards
import TrainingGraph

/// Executes an evaluate node: one greedy response to every question, measured by every reward, and
/// what the node asks for besides.
struct Evaluation {
  let specification: EvaluationSpecification
  let rollout: RolloutSpecification
  let rewards: RewardPlan
  let items: ItemStore
  let format: PromptFormat
  let policy: PolicyModel
  let rolloutsInFlight: Int
  /// Questions that are decoded together: speed only.
  let batchSize: Int

  /// - Parameters:
  ///   - step: the training steps the policy has had in its stage.
  ///   - kept: the parts that an earlier process has done.
  ///   - keep: told of every further part before the next one begins.
  func run(
    step: Int, goingOnFrom kept: [EvaluationPart] = [], keep: (EvaluationPart) throws -> Void,
    isCancelled: () -> Bool
  ) async throws -> (record: EvaluationRecord, items: [EvaluatedItem]) {
    var parts = kept.first(of: items.records)
    while case let start = parts.last?.questions.upperBound ?? 0, start < items.records.count {
      guard !isCancelled() else {
        throw TrainerError.interrupted(stage: specification.stage, step: step)
      }
      let part = try await part(
        start..<min(start + batchSize, items.records.count), step: step)
      try keep(part)
      parts.append(part)
    }
    let measured = parts.flatMap(\.items)
    var values = EvaluationRecord.values(measured)
    values["questions"] = Double(items.records.count)
    values["generated_tokens"] = Double(parts.reduce(0) { $0 + $1.generatedTokens })
    let record = EvaluationRecord(
      stage: specification.stage, evaluation: specification.name, step: step, values: values)
    return (record, measured)
  }

  private func part(_ questions: Range<Int>, step: Int) async throws -> EvaluationPart {
    let measures = ItemMeasures(rewards: rewards)
    let sampling = sampling(temperature: 0)
    let indices = Array(questions)
    let prompts = try items.prompts(indices, format)
    let sampled = try policy.generate(
      prompts, rolloutsPerPrompt: 1, sampling: sampling,
      randomness: SamplingRandomness(
        seed: rollout.seed, stage: rollout.stage, step: 0, firstPrompt: questions.lowerBound),
      inFlight: rolloutsInFlight)
    var groups = try zip(indices, sampled).map { index, rollouts in
      RewardGroup(
        item: items.records[index], media: items.media(index),
        responses: try rollouts.map { rewards.parser.parse(try format.response($0)) })
    }
    var generatedTokens =
      try sampled.tokenCount
      + materialWriter(sampling).write(
        rewards.program.material, for: &groups, records: indices, stage: rollout.stage, step: 0)
    let scored = try await rewards.score(groups)
    var measured: [EvaluatedItem] = []
    for (index, group) in zip(indices, scored) {
      guard let response = group.group.responses.first else { continue }
      var item = EvaluatedItem(
        specification, step: step, question: index, group.group.item, response)
      measures.measure(&item, group)
      measured.append(item)
    }
    let further =
      try await sampledResponses(indices, prompts, step: step)
      + answersFromObservations(scored.map(\.group), indices, sampling, measures, step: step)
    generatedTokens += further.reduce(0) { $0 + $1.tokens }
    return EvaluationPart(
      questions: questions, items: measured + further, generatedTokens: generatedTokens)
  }

  func sampling(temperature: Double) -> SamplingSettings {
    rollout.sampling(
      format, temperature: temperature,
      stopText: rollout.stopText.flatMap { StopText($0, tokenizer: format.tokenizer) })
  }

  /// Writes what rewards ask for besides the greedy responses.
  func materialWriter(_ sampling: SamplingSettings) -> MaterialWriter {
    MaterialWriter(
      policy: policy, rollout: rollout, items: items, format: format, parser: rewards.parser,
      sampling: sampling, rolloutsInFlight: rolloutsInFlight)
  }
}
