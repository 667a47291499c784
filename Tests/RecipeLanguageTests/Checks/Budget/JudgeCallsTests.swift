import Testing

@testable import RecipeLanguage

/// What a recipe can ask at most, against products worked out by hand.
struct JudgeCallsTests {
  /// With a generator over the network, and with prices of tokens.
  private static let vocabulary: Vocabulary = {
    let price: [FieldSchema] = [
      .optional("price", .quantity(.dollar), "of a call"),
      .optional(
        "token_price",
        .record([
          .required("input", .quantity(.dollar), "of a million"),
          .required("output", .quantity(.dollar), "of a million"),
        ]), "of tokens"),
    ]
    var vocabulary = TestVocabulary.all
    vocabulary.judges = [
      KindSchema("oracle", summary: "rules", fields: []),
      KindSchema("server", summary: "a model", fields: price),
    ]
    vocabulary.generators = [
      KindSchema("oracle", summary: "rules", fields: []),
      KindSchema("server", summary: "a model", fields: price, traits: [.remote]),
    ]
    return vocabulary
  }()

  private func result(_ sections: String) -> CheckResult {
    RecipeChecker.check(
      text: RecipeExample.sections(sections).text, vocabulary: Self.vocabulary,
      options: CheckOptions { _ in StatedFacts() })
  }

  private func worst(_ sections: String, budget: String) throws -> String {
    let result = result("\(sections)\nbudget: {\(budget)}")
    let errors = result.diagnostics.filter { $0.severity == .error }
    return try #require(result.recipe?.worstCase?.text, "\(errors.map(\.message))")
  }

  /// Stages of 100 steps: within `warm` after 30, 60 and 90, within `rl` after the last one too.
  @Test func evaluationsWithinStagesAreCounted() throws {
    let sections = """
      \(ExampleStages.text())
          keep: {best: {maximize: eval.held_out.accuracy}}
      eval:
        held_out: {data: held_out, after: [warm, rl], every: 30 step, max_new_tokens: 96 tok}
      """
    let policy = 100 * 8 * 8
    #expect(
      try worst(sections, budget: "judge_calls: 10000, tokens: 10000000")
        == "at most \(policy + (1 + 3 + 1 + 4) * 100) of 10000 judge calls, "
        + "\((policy + 900) * 96) of 10000000 tokens")
  }

  /// Two stages of 100 items: 200 greedy responses, 1600 sampled ones and 200 without the video.
  @Test func everyResponseOfAnEvaluationIsCounted() throws {
    let evaluation = """
      eval:
        held_out:
          data: held_out
          after: [warm, rl]
          max_new_tokens: 96 tok
          observation_only: [observation]
          sampled: {responses: 8}
      """
    let policy = 100 * 8 * 8
    // `correct` asks no judge, so the answers without the video are measured without one.
    #expect(
      try worst(evaluation, budget: "judge_calls: 10000, tokens: 10000000")
        == "at most \(policy + 200) of 10000 judge calls, "
        + "\((policy + 200 + 1600 + 200) * 96) of 10000000 tokens")
    let judged = """
      rewards:
        sufficient: {kind: judge, judge: sufficiency, of: [observation], credit: perception}
        correct:
          kind: accuracy
          of: [answer]
          credit: reasoning
          primary: true
          when: sufficient > 0
      """
    #expect(
      try worst("\(evaluation)\n\(judged)", budget: "judge_calls: 10000")
        == "at most \(policy + 200 + 200) of 10000 judge calls")
  }

  private static let pipeline = """
    generators:
      writer: {api: server, price: 0.01 USD}
      rules: {api: oracle}
    stages:
      curated:
        algorithm: pipeline
        data: traces
        attempts: 3
        steps:
          seen: {do: write, by: rules}
          written: {do: write, by: writer}
          judged: {do: keep, when: sufficient > 0}
      warm: {algorithm: sft, data: stages.curated, steps: 100, batch_size: 8, learning_rate: 1.0e-3}
    eval:
      held_out: {data: held_out, after: [warm], max_new_tokens: 96 tok}
    """

  /// 400 items, three attempts: 1200 texts of the generator and 1200 verdicts, then 100 verdicts.
  @Test func generatorsOverTheNetworkAreCountedAsJudgesAre() throws {
    let sections = Self.pipeline
    #expect(
      try worst(sections, budget: "judge_calls: 2500, cost: 12 USD")
        == "at most 2500 of 2500 judge calls, 12 of 12 USD")
    let findings = result("\(sections)\nbudget: {judge_calls: 2499, cost: 11.99 USD}").diagnostics
      .filter { $0.code == .overBudget }
    #expect(findings.count == 2)
    #expect(
      findings.first?.notes == [
        "pipeline curated: 400 items x 3 attempts x 1 steps by generators = 1200",
        "pipeline curated: 400 items x 3 attempts x 1 judge rewards = 1200",
        "evaluation held_out: 1 stages x 100 items x 1 judge rewards = 100",
      ])
    #expect(findings.last?.notes == ["writer: 1200 questions x 0.01 USD = 12 USD"])
  }

  /// What a pipeline makes is at most what it is given.
  @Test func itemsOfAPipelineAreCountedWhereTheyAreEvaluated() throws {
    let sections = Self.pipeline
      .replacing("data: held_out, after", with: "data: stages.curated, after")
    #expect(
      try worst(sections, budget: "judge_calls: 5000") == "at most 2800 of 5000 judge calls")
  }

  @Test func whatIsPaidByTokenIsSaidAndNotFree() throws {
    let judge = """
      judges:
        sufficiency:
          api: server
          sees: [item.problem, item.answer, segment.observation]
          uses_reference: true
          token_price: {input: 3 USD, output: 15 USD}
      """
    #expect(
      try worst(judge, budget: "cost: 40 USD")
        == "at most 0 of 40 USD besides sufficiency, paid by token")
  }

  @Test func whatCannotBeCountedIsNamed() throws {
    let data = """
      data:
        traces: {kind: clipworld, split: cold_start, clips: 400}
        questions: {kind: clipworld, split: train, clips: 400}
        held_out: {kind: records, path: mine.json, media: clips}
      """
    #expect(
      try worst(data, budget: "judge_calls: 10000")
        == "at most 6400 of 10000 judge calls, without evaluation held_out")
  }

  @Test func numbersBeyondCountingAreNoCrash() throws {
    let stages = """
      stages:
        warm: {algorithm: sft, data: traces, steps: 100, batch_size: 8, learning_rate: 1.0e-3}
        rl:
          algorithm: process_aware_grpo
          init: warm
          data: questions
          steps: 1000000000
          prompts_per_step: 1000000000
          group_size: 1000000000
          sampling: {temperature: 1.0, max_new_tokens: 96 tok}
          kl: {coefficient: 0.04, reference: warm}
          learning_rate: schedules.rate
      """
    #expect(
      result("\(stages)\nbudget: {judge_calls: 10}").diagnostics.contains {
        $0.code == .overBudget && $0.message.contains("\(Int.max)")
      })
  }
}
