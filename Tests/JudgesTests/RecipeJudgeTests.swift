import RecipeLanguage
import Rewards
import TestSupport
import Testing

@testable import Judges

/// Judges as recipes declare them.
@Suite struct RecipeJudgeTests {
  private static let vocabulary = Vocabulary(
    rewards: RewardRegistry.standard.schemas,
    algorithms: [KindSchema("plain", summary: "a stage")], judges: JudgeKinds.schemas,
    data: [KindSchema("none", summary: "data")], models: [KindSchema("none", summary: "a model")],
    samplers: [KindSchema("none", summary: "a sampler")])

  private func judge(_ settings: String) throws -> Record {
    let text = """
      sousvide: 1
      edition: 2026-11
      model: {architecture: none}
      video: {sampler: none}
      data: {clips: {kind: none}}
      segments: {observation: {process: perception}}
      judges:
        sufficiency:
          api: openai-compatible
          model: judge-20250219
          base_url: http://127.0.0.1:8000/v1
          sees: [item.problem, segment.observation]
          on_failure: drop_group
          prompt: "{item.problem} {segment.observation | fence}"
          verdict: {tag: judgement, labels: {"Yes": 1, "No": 0}}
          \(settings)
      rewards:
        sufficient: {kind: judge, of: [observation], judge: sufficiency, credit: perception, primary: true}
      stages: {rl: {algorithm: plain, data: clips}}
      """
    let result = RecipeChecker.check(text: text, vocabulary: Self.vocabulary)
    let recipe = try #require(result.recipe, "\(result.diagnostics.map(\.message))")
    return try #require(recipe.judges.first)
  }

  @Test("every limit of a recipe is one that the client keeps")
  func limits() throws {
    let limits = try JudgeLimits(
      judge(
        "limits: {concurrency: 3, requests_per_minute: 60, tokens_per_minute: 100000, "
          + "timeout: 20 s, retries: 1, patience: 90 s}"
      ).record("limits"))
    #expect(
      limits
        == JudgeLimits(
          concurrency: 3, requestsPerMinute: 60, tokensPerMinute: 100_000, timeout: 20, retries: 1,
          patience: 90))
  }

  @Test("without limits a server is pressed moderately, and by no count per minute")
  func defaults() throws {
    #expect(try JudgeLimits(judge("cache: true").record("limits")) == JudgeLimits())
  }
}
