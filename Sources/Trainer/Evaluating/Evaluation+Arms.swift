import Models
import Rewards
import TrainingGraph

/// What an evaluation samples besides the greedy responses.
extension Evaluation {
  /// Sampled responses to every question, of which only the format is measured: no judge is asked.
  func sampledResponses(
    _ indices: [Int], _ prompts: [Prompt], step: Int
  ) throws -> [EvaluatedItem] {
    guard let sampled = specification.sampled, let first = indices.first else { return [] }
    let groups = try policy.generate(
      prompts, rolloutsPerPrompt: sampled.responses,
      sampling: sampling(temperature: sampled.temperature),
      randomness: SamplingRandomness(
        seed: rollout.seed, stage: "\(rollout.stage)/sampled", step: 0, firstPrompt: first),
      inFlight: rolloutsInFlight)
    return try zip(indices, groups).flatMap { index, rollouts in
      try rollouts.enumerated().map { sample, rollout in
        EvaluatedItem(
          specification, step: step, question: index, sample: sample + 1, items.records[index],
          rewards.parser.parse(try format.response(rollout)))
      }
    }
  }

  /// The same questions with the policy's own observation in place of the video (VIDEOP2R Table 5):
  /// greedy answers, measured by the primary reward and what that reads. A response without a
  /// complete observation leaves nothing to answer from; it scores 0, and says so.
  func answersFromObservations(
    _ groups: [RewardGroup], _ indices: [Int], _ sampling: SamplingSettings,
    _ measures: ItemMeasures, step: Int
  ) async throws -> [EvaluatedItem] {
    let segments = specification.observationOnly
    guard !segments.isEmpty, let program = rewards.primaryProgram else { return [] }
    let material = RewardMaterial.answersFromText(segments: segments)
    var groups = groups
    // The tokens are those of the items that come of it.
    _ = try materialWriter(sampling).write(
      [material], for: &groups, records: indices, stage: rollout.stage, step: 0)
    var measured: [EvaluatedItem] = []
    for (index, group) in zip(indices, groups) {
      guard let answer = group.material[material]?.first ?? nil else {
        measured.append(
          .unanswered(
            specification, index, group.item, group.responses.first, missing: segments, step: step))
        continue
      }
      let asked = RewardGroup(item: group.item, media: group.media, responses: [answer])
      var item = EvaluatedItem(
        specification, step: step, question: index, input: .observation, group.item, answer)
      measures.measure(
        &item, ScoredGroup(group: asked, table: try await program.evaluate(asked)))
      measured.append(item)
    }
    return measured
  }
}

extension EvaluatedItem {
  /// A question that there was no observation to answer from.
  static func unanswered(
    _ specification: EvaluationSpecification, _ question: Int, _ record: DataRecord,
    _ response: ParsedResponse?, missing segments: [String], step: Int
  ) -> EvaluatedItem {
    let outcomes = segments.compactMap { name in
      response?.segment(name).flatMap { segment in
        segment.isFound ? nil : "\(name): \(segment.outcome.rawValue)"
      }
    }
    return EvaluatedItem(
      evaluation: specification.name, stage: specification.stage, step: step, question: question,
      input: .observation, item: EvaluatedItem.Item(record), response: "", tokens: 0,
      finish: "stop", answered: .missing, values: ["accuracy": 0, "exact": 0],
      reasons: ["accuracy": "no observation to answer from: " + outcomes.joined(separator: ", ")])
  }
}
