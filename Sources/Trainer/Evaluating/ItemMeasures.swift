import RecipeLanguage
import Rewards
import TrainingGraph

/// Measures greedy responses one by one.
struct ItemMeasures {
  let rewards: RewardPlan

  /// Adds what is measured on the response at `index` of a scored group.
  func measure(_ item: inout EvaluatedItem, _ scored: ScoredGroup, at index: Int = 0) {
    let response = scored.group.responses[index]
    let record = scored.group.item
    for (name, outcomes) in scored.table.outcomes {
      note("reward/\(name)", outcomes[index], in: &item)
    }
    let primary = outcome(rewards.primary, scored, index)
    if let primary { note("accuracy", primary, in: &item) }
    // The published regression score of a right answer is 1 minus a rounding error.
    let isExact = primary?.value.map { $0 > 1 - 1e-6 }
    if let isExact { item.values["exact"] = isExact ? 1 : 0 }
    if let verdict = outcome(rewards.rewards.first { $0.judge != nil }, scored, index) {
      note("sufficiency", verdict, in: &item)
      if let isExact, let value = verdict.value {
        item.values["lucky"] = isExact && value == 0 ? 1 : 0
      }
    }
    let answer = rewards.answerSegment.flatMap(response.segment)
    let given = answer.flatMap { $0.isFound ? $0.trimmed : nil }
    item.answered = AnswerOutcome(given, to: record, primary: primary)
    if ["numerical", "regression"].contains(record.problemType) {
      note("mra", relativeAccuracy(record, given, answer), in: &item)
    }
    item.unions = unions(record, response, given)
    mismatch(&item, response, given, record)
  }

  private func note(_ name: String, _ outcome: RewardOutcome, in item: inout EvaluatedItem) {
    item.values[name] = outcome.value
    item.reasons[name] = outcome.reason
  }

  private func outcome(
    _ reward: RewardSpecification?, _ scored: ScoredGroup, _ index: Int
  ) -> RewardOutcome? {
    reward.flatMap { scored.table.outcomes[$0.name]?[index] }
  }

  /// VSI-Bench's measure, whatever the recipe trains with.
  private func relativeAccuracy(
    _ record: DataRecord, _ given: String?, _ segment: ParsedSegment?
  ) -> RewardOutcome {
    let outcome = TaskAccuracy.score(
      .meanRelativeAccuracy, predicted: given ?? "", truth: record.answer)
    guard given == nil, outcome.value != nil else { return outcome }
    let what = segment.map { "\($0.name): \($0.outcome.rawValue)" } ?? "there is no answer"
    return .value(0, because: what)
  }

  /// By the recipe's own reward on spans where that can say, else by the answer to a question about one.
  private func unions(
    _ record: DataRecord, _ response: ParsedResponse, _ given: String?
  ) -> [Double]? {
    if let unions = rewards.grounding?.bestUnions(record, response) { return unions }
    guard record.problemType == "temporal grounding", let truth = TimeSpan(lastIn: record.answer),
      truth.duration > 0
    else { return nil }
    return [given.flatMap(TimeSpan.init(lastIn:))?.intersectionOverUnion(with: truth) ?? 0]
  }

  private func mismatch(
    _ item: inout EvaluatedItem, _ response: ParsedResponse, _ given: String?, _ record: DataRecord
  ) {
    if let differs = rewards.mismatch(record, response) {
      item.values["mismatch"] = differs ? 1 : 0
    }
    guard !record.options.isEmpty, let conclusion = rewards.conclusion else { return }
    guard let thinking = response.segment(conclusion.reasoning), thinking.isFound, let given else {
      item.reasons["option_mismatch"] = "the thinking or the answer is not complete"
      return
    }
    guard
      let differs = Mismatch.namedOptions(
        think: thinking.content, answer: given, options: record.options)
    else {
      item.reasons["option_mismatch"] = "the thinking or the answer names no option"
      return
    }
    item.values["option_mismatch"] = differs ? 1 : 0
  }
}
