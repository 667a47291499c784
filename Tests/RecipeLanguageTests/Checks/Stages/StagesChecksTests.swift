import Testing

@testable import RecipeLanguage

/// Stages, their order, their lengths and their data.
struct StagesChecksTests {
  @Test(arguments: [
    (1.0, 100, 10, 10), (1.0, 101, 10, 11), (0.5, 100, 10, 5), (2, 5, 3, 4), (0.001, 10, 10, 1),
    (1, 0, 4, 1),
  ])
  func epochsBecomeTheFewestStepsThatUseEveryRecord(
    epochs: Double, records: Int, batch: Int, steps: Int
  ) {
    #expect(StageLength.steps(epochs: epochs, records: records, batchSize: batch) == steps)
  }

  @Test func aStageThatWaitsForItselfIsNotBlamedForItsOrder() {
    let circle = """
      stages:
        warm:
          algorithm: sft
          init: rl
          data: traces
          steps: 100
          batch_size: 8
          learning_rate: schedules.rate
        rl:
          algorithm: grpo
          init: warm
          data: questions
          steps: 100
          group_size: 8
          sampling: {temperature: 1.0, max_new_tokens: 96 tok}
          kl: {coefficient: 0}
          learning_rate: 1.0e-6
      """
    #expect(findings("stage-cycle", circle).count == 1)
    #expect(findings("sft-after-rl", circle).isEmpty)
  }

  @Test func aHorizonWithinTheStageMayHoldItsValue() {
    func count(_ schedule: String) -> Int {
      findings("horizon-off-stage", "schedules:\n  rate: {\(schedule)}").count
    }
    #expect(count("linear: {from: 5.0e-4, to: 5.0e-5, horizon: 50 step}") == 0)
    #expect(count("linear: {from: 5.0e-4, to: 0.0, horizon: 50 step}") == 1)
    #expect(count("linear: {from: 5.0e-4, to: 0.0}") == 0)
    #expect(count("linear: {from: 5.0e-4, to: 0.0, horizon: 100%}") == 0)
    #expect(
      count("piecewise: {points: [{at: 0 step, value: 1.0e-3}, {at: 200 step, value: 1.0e-4}]}")
        == 1)
  }

  @Test func aBatchLargerThanItsDataStopsAPolicyStageOnly() {
    let facts = StatedFacts(records: ["questions": 4, "traces": 4])
    let found = findings("batch-over-data", ExampleStages.text(), facts: facts)
    #expect(found.map(\.severity) == [.warning, .error])
    #expect(found.last?.message.contains("asks for 8 questions, but `questions` has 4") == true)
  }

  @Test func itemsInCommonAreCounted() throws {
    let facts = StatedFacts(items: [
      "held_out": ["a", "b", "c"], "questions": ["c", "d"], "traces": ["e"],
    ])
    let finding = try #require(findings("evaluation-in-training", "", facts: facts).first)
    #expect(
      finding.message.hasPrefix(
        "1 of the 3 items of `held_out` are in the training data `questions`"))
    #expect(finding.confidence == .facts)
  }
}
