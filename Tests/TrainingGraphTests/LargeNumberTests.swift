import RecipeLanguage
import Testing
import TrainingGraph

/// Numbers that no run could use are refused, and products of those that it could do not overflow.
@Suite struct LargeNumberTests {
  private static let sampling = "sampling: {max_new_tokens: 30 tok}"
  private static let evaluation = "[cold, rl], max_new_tokens: 30 tok"

  @Test(arguments: [
    ("steps: 4\n", "steps: 5000000000000000000\n", "`stages.rl.steps` is at most `1000000000`"),
    (
      sampling, "sampling: {max_new_tokens: 9000000000000000000 tok}",
      "`9000000000000000000 tok` is out of range, at most 1048576 tok"
    ),
    (
      evaluation, "[cold, rl], max_new_tokens: 0 tok", "`0 tok` is out of range, at least 1 tok"
    ),
    (
      "group_size: 4",
      "group_size: 4\n    dynamic_sampling: {keep: any(correct > 0), rounds: 9000000000000000000}",
      "is at most `1000000000`"
    ),
    (
      "run: {name: sample,", "run: {name: sample, checkpoint_every: 0 step,",
      "`0 step` is out of range, at least 1 step"
    ),
    ("layers: 2", "layers: 4000000000", "from 1 to 1024"),
  ])
  func aNumberThatNoRunCouldUseIsRefused(old: String, new: String, message: String) {
    let errors = SampleRecipe.check([(old, new)]).diagnostics.filter { $0.severity == .error }
    #expect(errors.map(\.code.slug) == ["out-of-range"])
    #expect(errors.first?.message.contains(message) == true, "\(errors.first?.message ?? "")")
  }

  @Test func seedsMayBeAsLargeAsTheyLike() {
    #expect(
      SampleRecipe.check([("seed: 3", "seed: 9000000000000000000")]).recipe != nil)
  }

  @Test func theLargestLegalNumbersArePlannedAndComparedWithTheBudget() throws {
    let largest = [
      ("steps: 4\n", "steps: 1000000000\n"),
      ("prompts_per_step: 2", "prompts_per_step: 1000000"),
      ("group_size: 4", "group_size: 1000000"),
      (Self.sampling, "sampling: {max_new_tokens: 1048576 tok}"),
    ]
    let graph = try SampleRecipe.graph(largest)
    #expect(graph.costs()["rl/rollout"]?.generatedTokens == 1e21 * 1_048_576)
    #expect(graph.planText().contains("1.00e+21 samples, <= 1.05e+27 tok"))
    let judged = SampleRecipe.check(
      largest + [("eval:\n", "budget: {judge_calls: 7, tokens: 7}\neval:\n")])
    #expect(judged.diagnostics.map(\.code.slug).contains("over-budget"))
  }
}
