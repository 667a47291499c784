import RecipeLanguage
import Testing
import TrainingGraph

/// The most that a recipe can spend, against its budget: a stage of 4 steps of 2 questions with 4
/// responses, and an evaluation of 20 questions after each of two stages, of 30 tokens each.
@Suite struct BudgetTests {
  private static func findings(_ budget: String, _ changes: [(String, String)]) -> [String] {
    SampleRecipe.check(changes + [("eval:\n", "budget: {\(budget)}\neval:\n")]).diagnostics
      .filter { $0.code.slug == "over-budget" }.map(\.message)
  }

  private static func replacing(_ rounds: Int) -> (String, String) {
    (
      "group_size: 4",
      "group_size: 4\n    dynamic_sampling: {keep: any(correct > 0), rounds: \(rounds)}"
    )
  }

  @Test func groupsThatAreReplacedAreJudgedToo() {
    let (stage, evaluations) = (4 * 2 * 4, 2 * 20)
    #expect(Self.findings("judge_calls: \(stage + evaluations)", []).isEmpty)
    #expect(
      Self.findings("judge_calls: \(stage + evaluations)", [Self.replacing(1)]) == [
        "judges can be asked 104 times, 32 more than the budget allows"
      ])
    #expect(Self.findings("judge_calls: 104", [Self.replacing(1)]).isEmpty)
    // A step asks no question twice, and there are twenty.
    #expect(Self.findings("judge_calls: \(4 * 20 * 4 + evaluations)", [Self.replacing(30)]).isEmpty)
    #expect(
      Self.findings("judge_calls: \(4 * 20 * 4 + evaluations - 1)", [Self.replacing(30)]).count == 1
    )
  }

  @Test func allThatThePolicyWritesCounts() {
    let plain = (4 * 2 * 4 + 2 * 20) * 30
    #expect(Self.findings("tokens: \(plain)", []).isEmpty)
    let evaluation = (
      "[cold, rl], max_new_tokens: 30 tok",
      "[cold, rl], max_new_tokens: 30 tok, observation_only: [observation], sampled: {responses: 4}"
    )
    let more = (4 * 2 * 4 + 2 * 20 * 6) * 30
    #expect(Self.findings("tokens: \(more)", [evaluation]).isEmpty)
    #expect(Self.findings("tokens: \(more - 1)", [evaluation]).count == 1)
    let again = (
      "normalization:",
      """
        again: {kind: self_sufficiency, of: [observation], answer: answer, credit: perception}
      normalization:
      """
    )
    #expect(Self.findings("tokens: \(2 * plain)", [again]).isEmpty)
    #expect(Self.findings("tokens: \(2 * plain - 1)", [again]).count == 1)
  }
}
