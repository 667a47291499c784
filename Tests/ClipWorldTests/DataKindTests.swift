import RecipeLanguage
import Rewards
import Testing

@testable import ClipWorld

@Suite struct DataKindTests {
  private let vocabulary = Vocabulary(
    rewards: [JudgeReward.schema], algorithms: [KindSchema("idle", summary: "does nothing")],
    judges: [OracleJudge.schema], data: [ClipWorldDataKind.schema],
    models: [KindSchema("blank", summary: "no model")],
    samplers: [KindSchema("blank", summary: "no frames")])

  /// A recipe with this one data entry and an oracle judge, and what is said about the entry.
  private func check(_ entry: String) -> (recipe: CheckedRecipe?, messages: [Diagnostic]) {
    let result = RecipeChecker.check(
      text: """
        sousvide: 1
        edition: 2026-11
        run: {name: world}
        model: {architecture: blank}
        video: {sampler: blank}
        data:
          clips: \(entry)
        judges:
          oracle: {api: oracle, sees: [item.problem, item.answer, segment.observation], uses_reference: true, error_rate: 18%, bias: no_biased, seed: 11}
        segments:
          observation: {process: perception}
        rewards:
          sufficient: {kind: judge, judge: oracle, of: [observation], credit: perception}
        stages:
          only: {algorithm: idle, data: clips}
        """, vocabulary: vocabulary)
    let own = result.diagnostics.filter { $0.path?.hasPrefix("data.clips") == true }
    return (result.recipe, own)
  }

  @Test func aShortEntryGetsTheDefaults() throws {
    let (recipe, messages) = check("{kind: clipworld, split: test, clips: 500, seed: 4}")
    #expect(messages.isEmpty)
    let record = try #require(recipe?.data.first)
    let settings = try ClipWorldDataKind.settings(record)
    #expect(settings == ClipWorldSettings(split: .test, clips: 500, seed: 4))
  }

  @Test func everyFieldReachesTheSettings() throws {
    let (recipe, _) = check(
      """
      {kind: clipworld, split: cold_start, clips: 9, seed: 2, families: [when, count], teacher: biased, \
      direction_flips: 50%, span_slips: 40%, wrong_observations: 15%, wrong_answers: 10%, \
      filter_by_answer: true, distractors: 0, trace_form: timed}
      """)
    let settings = try ClipWorldDataKind.settings(try #require(recipe?.data.first))
    let expected = ClipWorldSettings(
      split: .coldStart, clips: 9, seed: 2, families: ["when", "count"], teacher: .biased,
      directionFlips: 0.5, spanSlips: 0.4, wrongObservations: 0.15, wrongAnswers: 0.1,
      filterByAnswer: true, distractors: 0, traceForm: .timed)
    #expect(settings == expected)
  }

  @Test func anOracleJudgeIsReadFromARecipe() throws {
    let (recipe, _) = check("{kind: clipworld, split: test, clips: 5}")
    let judge = try OracleJudge(try #require(recipe?.judges.first))
    #expect(judge.errorRate == 0.18 && judge.bias == .no && judge.seed == 11)
  }

  @Test func settingsOfAnotherTeacherAreWarnedAbout() {
    let (_, messages) = check(
      "{kind: clipworld, split: cold_start, clips: 5, filter_by_answer: true}")
    #expect(messages.map(\.code.number) == [5750])
    #expect(messages.first?.severity == .warning)
    let (_, biased) = check(
      "{kind: clipworld, split: cold_start, clips: 5, teacher: biased, filter_by_answer: true}")
    #expect(biased.isEmpty)
  }

  @Test func misspeltFamiliesAndImpossibleSharesAreErrors() {
    let (_, messages) = check(
      "{kind: clipworld, split: test, clips: 0, families: [colur], wrong_answers: 120%}")
    #expect(messages.filter { $0.severity == .error }.count == 3)
  }
}
