import Testing

@testable import RecipeLanguage

struct RewardCheckTests {
  private func rewards(_ reasoning: [String]) -> String {
    """
    rewards:
      found: {kind: format, of: [observation], credit: perception}
    \(reasoning.map { "  \($0)" }.joined(separator: "\n"))
    judges: {}
    """
  }

  private let correct = "correct: {kind: accuracy, of: [answer], credit: reasoning, primary: true}"
  private let template = "template: {kind: format, of: [think, answer], credit: reasoning}"

  private func length(pays: String, when: String?) -> String {
    let gate = when.map { ", when: \"\($0)\"" } ?? ""
    return "length: {kind: length, of: [think, answer], window: 8..32 tok, pays: \(pays), "
      + "credit: reasoning\(gate)}"
  }

  @Test func aWeightThatOneStageIsTooShortForIsFoundThere() {
    let stages = RecipeExample.baseSection("stages").replacing("steps: 100\n", with: "steps: 300\n")
    let later = """
        again:
          algorithm: process_aware_grpo
          init: rl
          data: questions
          steps: 100
          prompts_per_step: 8
          group_size: 8
          sampling: {temperature: 1.0, max_new_tokens: 96 tok}
          truncation: score
          kl: {coefficient: 0}
          learning_rate: schedules.rate

      """
    let rewards = """
      rewards:
        found:
          kind: format
          of: [observation]
          weight: {piecewise: {points: [{at: 0 step, value: 0}, {at: 200 step, value: 1}]}}
          credit: perception
        correct: {kind: accuracy, of: [answer], credit: reasoning, primary: true}
      judges: {}
      """
    #expect(findings("weightless-scope", stages + rewards) == [])
    let found = findings("weightless-scope", stages + later + rewards)
    #expect(found.count == 1)
    #expect(found.first?.message.contains("throughout `again`") == true)
  }

  @Test func thePublishedSumIsOnlyNotedForItsMalformedTie() {
    let found = findings(
      rewards([correct, template, length(pays: "0.2", when: "correct > 0 and template > 0")]))
    #expect(found.allSatisfy { $0.severity == .note })
    let tie = found.first { $0.code.slug == "aliasing" }
    #expect(
      tie?.notes.first
        == "`correct` 1, `template` 0, `length` 0 with `think` not complete: 1 in total")
  }

  @Test func aTieOfCompleteResponsesShowsBothOutcomes() throws {
    let tie = try #require(
      findings("aliasing", rewards([correct, length(pays: "1", when: nil)])).first)
    #expect(tie.severity == .warning)
    #expect(tie.message.contains("can both total 1 in `reasoning`"))
    #expect(
      tie.notes == [
        "`correct` 1, `length` 0: 1 in total", "`correct` 0, `length` 1: 1 in total",
      ])
    #expect(tie.secondary.map(\.text) == ["makes up for it"])
  }

  @Test func anInversionOfCompleteResponsesReplacesTheTie() throws {
    let found = findings(rewards([correct, template, length(pays: "1.5", when: "template > 0")]))
    let inversion = try #require(found.first { $0.code.slug == "inversion" })
    #expect(inversion.severity == .warning)
    #expect(inversion.message.contains("can total 2.5 in `reasoning` where one with more totals 2"))
    #expect(!found.contains { $0.code.slug == "aliasing" })
  }

  @Test func summingEverythingOverOneResponseLetsPerceptionMakeUpForTheAnswer() {
    let all = """
      normalization: {}
      \(stages(algorithm: "grpo", further: ["truncation: score"]))
      """
    let found = findings(all).filter { ["inversion", "aliasing"].contains($0.code.slug) }
    #expect(found.map(\.severity) == [.warning])
    #expect(found.first?.message.contains("the whole response") == true)
    let named = stages(
      algorithm: "grpo", further: ["truncation: score", "rewards: [correct, reasoning_format]"])
    let spared = findings("normalization: {}\n" + named)
      .filter { ["inversion", "aliasing"].contains($0.code.slug) }
    #expect(spared.allSatisfy { $0.severity == .note })
  }

  @Test func thresholdsKnowGatedValues() throws {
    let found = findings(
      "unreachable-threshold",
      rewards([
        correct, template, length(pays: "0.2", when: "correct > 0"),
        "late: {kind: format, of: [think], when: length > 0.2, credit: reasoning}",
      ]))
    let only = try #require(found.first)
    #expect(only.severity == .error)
    #expect(
      only.message
        == "`length > 0.2` is never true, because `length` can only be 0, 0.2, so `late` is 0 for "
        + "every response")
  }

  @Test func aThresholdThatIsAlwaysPassedIsAWarning() {
    let found = findings(
      "unreachable-threshold", rewards([correct, length(pays: "0.2", when: "correct >= 0")]))
    #expect(found.map(\.severity) == [.warning])
    #expect(found.first?.message.contains("the gate of `length` does nothing") == true)
  }

  @Test func aThresholdWithinAnAlternativeDoesNotCloseTheGate() {
    let found = findings(
      "unreachable-threshold",
      rewards([correct, template, length(pays: "0.2", when: "correct > 1 or template > 0")]))
    #expect(found.map(\.severity) == [.warning])
    #expect(found.first?.message.hasSuffix("`correct` can only be 0 to 1") == true)
  }

  @Test func aGateOverContradictingConditionsIsFoundAlthoughEachCanHold() {
    let found = findings(
      rewards([correct, template, length(pays: "0.2", when: "template > 0 and not template == 1")]))
    #expect(found.contains { $0.code.slug == "constant-gate" })
    #expect(!found.contains { $0.code.slug == "unreachable-threshold" })
  }

  @Test func oneRewardThatDecidesEverythingIsReportedAlone() {
    let found = findings(
      rewards([correct, length(pays: "50", when: "correct > 0")]))
    #expect(found.filter { $0.code.slug == "lopsided-rewards" }.count == 1)
    #expect(!found.contains { $0.code.slug == "unequal-ranges" })
  }

  @Test func columnsOfEveryKindOfReaderAreLookedFor() {
    let columns: [String: ColumnFacts] = [
      "answer": ColumnFacts(.number), "problem": ColumnFacts(.text), "options": ColumnFacts(.list),
    ]
    let found = findings("missing-column", "", facts: StatedFacts(columns: ["questions": columns]))
    #expect(
      found.map(\.message).map { $0.prefix { $0 != "," } } == [
        "the column `answer` of `questions` holds numbers instead of text",
        "`questions` has no column `problem_type`",
      ])
  }

  @Test func unknownProblemTypesSuggestTheKnownOne() {
    let columns = ["problem_type": ColumnFacts(.text, values: ["multiple choise", "numerical"])]
    let found = findings(
      "unhandled-problem-type", "", facts: StatedFacts(columns: ["questions": columns]))
    #expect(found.map(\.help) == ["write `multiple choice` in the data for `multiple choise`"])
  }
}
