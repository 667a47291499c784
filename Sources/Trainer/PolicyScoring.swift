import RecipeLanguage
import Rewards
import TrainingGraph

/// What turns the responses of a policy stage into advantages: its segmentation, rewards, normalization and
/// credit. It needs no policy, so that recorded responses can be scored again.
struct PolicyScoring {
  let update: UpdateSpecification
  let rewards: RewardPlan
  let credit: CreditPlan
  /// Steps of one pass over the questions.
  let epoch: Double

  /// - Parameters:
  ///   - records: questions of the stage's data.
  ///   - promptsPerStep: questions of one step.
  init(
    update: UpdateSpecification, rewards: RewardPlan, credit: CreditPlan, records: Int,
    promptsPerStep: Int
  ) {
    self.update = update
    self.rewards = rewards
    self.credit = credit
    epoch = StageLength.stepsPerEpoch(records: records, batchSize: promptsPerStep)
  }

  /// The advantages of a step's groups, with the metrics that say how they came about.
  ///
  /// - Parameters:
  ///   - step: counted from 0.
  ///   - memory: what rewards and normalizations remember; taken further by this step.
  func assign(
    _ scored: [ScoredGroup], step: Int, memory: inout RewardMemory
  ) throws -> (credited: [CreditedGroup], metrics: [String: Double]) {
    let factors = credit.weights(step: step, of: update.steps, epoch: epoch)
    let tables = scored.map { (group: $0.group, table: $0.table) }
    let credited = try credit.credit.assign(tables, weights: factors, memory: &memory)
    rewards.program.learn(from: tables, into: &memory)
    var metrics = metrics(scored, credited)
    for (owner, numbers) in memory.numbers {
      for (place, number) in numbers.enumerated() { metrics["memory/\(owner)/\(place)"] = number }
    }
    for (reward, factor) in factors { metrics["weight/\(reward)"] = factor }
    return (credited, metrics)
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
