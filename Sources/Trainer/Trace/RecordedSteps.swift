import Models
import Rewards
import TrainingGraph

/// The steps of an earlier run, whose responses a policy stage uses in place of sampling its own.
public protocol RecordedSteps: Sendable {
  /// - Parameter step: from 1.
  /// - Throws: an error that says which step is missing, or what is wrong with it.
  func step(_ step: Int, of stage: String) throws -> StepTrace
}

extension StepTrace.Group {
  /// The group as rewards see it.
  ///
  /// - Parameters:
  ///   - parser: finds the segments again.
  ///   - media: of the item, for judges that see them.
  ///   - material: what the rewards ask for, in order.
  /// - Throws: `TrainerError.otherTrace` when the recording lacks what the rewards ask for.
  func rewardGroup(
    _ parser: SegmentParser, media: (any ItemMedia)?, material wanted: [RewardMaterial],
    memory: RewardMemory
  ) throws -> RewardGroup {
    guard material.count == wanted.count else {
      throw TrainerError.otherTrace(
        "rewards ask for \(wanted.count) further responses, of which \(material.count) are recorded"
      )
    }
    let written = zip(wanted, material).map { kind, responses in
      (kind, responses.map { $0.map(parser.parse) })
    }
    return RewardGroup(
      item: item, media: media, responses: responses.map { parser.parse($0.response) },
      memory: memory,
      material: Dictionary(written) { first, _ in first })
  }

  /// The responses as the policy sampled them.
  var rollouts: [Rollout] {
    responses.map { traced in
      let response = traced.response
      let finish: Rollout.Finish =
        response.endToken ? .endToken : response.truncated ? .length : .stopText
      return Rollout(
        tokens: response.tokens, logProbabilities: traced.logProbabilities, finish: finish)
    }
  }
}

extension PolicyStage {
  /// What a step was made of.
  func trace(of batch: SampledBatch, _ credited: [CreditedGroup], step: Int) -> StepTrace {
    let material = scoring.rewards.program.material
    return StepTrace(
      stage: update.stage, step: step + 1, data: items.name, available: items.records.count,
      records: batch.records,
      groups: batch.scored.indices.map { group in
        StepTrace.Group(
          batch.scored[group], credited[group],
          logProbabilities: batch.rollouts[group].map(\.logProbabilities), material: material)
      }, sampling: batch.metrics)
  }

  /// The groups of a step as an earlier run recorded them, scored anew.
  ///
  /// - Throws: `TrainerError.otherTrace` when they are about other data.
  func recordedBatch(
    _ recorded: any RecordedSteps, step: Int, _ memory: RewardMemory
  ) async throws -> SampledBatch {
    let trace = try recorded.step(step + 1, of: update.stage)
    let isOurs = zip(trace.records, trace.groups).allSatisfy { record, group in
      items.records.indices.contains(record) && items.records[record] == group.item
    }
    guard isOurs, trace.available == items.records.count else {
      throw TrainerError.otherTrace(
        "step \(step + 1) of stage \(update.stage) was made with other records of data \(items.name)"
      )
    }
    var batch = SampledBatch(records: trace.records)
    batch.prompts = try items.prompts(trace.records, format)
    batch.rollouts = trace.groups.map(\.rollouts)
    batch.replacing = trace.sampling
    batch.generatedTokens = Int(exactly: trace.sampling["generated_tokens"] ?? 0) ?? 0
    let plan = scoring.rewards
    batch.scored = try await plan.score(
      zip(trace.records, trace.groups).map { record, group in
        try group.rewardGroup(
          plan.parser, media: items.media(record), material: plan.program.material,
          memory: memory)
      })
    return batch
  }
}
