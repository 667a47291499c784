import Testing
import Trainer

@testable import Experiments

struct SweepStopRulesTests {
  private func steps(
    _ name: String, _ values: [Double], stage: String = "rl"
  ) -> [StepRecord] {
    values.enumerated().map {
      StepRecord(stage: stage, algorithm: "grpo", step: $0 + 1, of: 20, values: [name: $1])
    }
  }

  @Test func aRuleHoldsForStepsInARow() {
    let rules = SweepStopRules(informativeGroups: 0.25, steps: 3)
    #expect(rules.finding(steps("zero_variance/all", [0.9, 0.9, 0.5, 0.9, 0.9])) == nil)
    let found = rules.finding(steps("zero_variance/all", [0.9, 0.5, 0.875, 0.9, 0.8, 1]))
    #expect(found?.step == 5 && found?.stage == "rl")
    #expect(abs((found?.value ?? 0) - 0.2) < 1e-12)
    #expect(
      found?.reason == "informative groups below 0.25 for 3 steps, at step 5 of rl 0.2")
  }

  @Test func oneScopeIsAllScopesAndSeveralNeedTheirOwnShare() {
    let rules = SweepStopRules(informativeGroups: 0.5, steps: 1)
    #expect(rules.finding(steps("zero_variance/reasoning", [0.6]))?.step == 1)
    var both = steps("zero_variance/reasoning", [0.9])
    both[0].values["zero_variance/perception"] = 0.9
    #expect(rules.finding(both) == nil)
    both[0].values["zero_variance/all"] = 0.6
    #expect(rules.finding(both)?.step == 1)
  }

  @Test func truncationAndDivergenceAreLookedAtInEveryStage() {
    let rules = SweepStopRules(truncated: 0.5, kl: 2, steps: 2)
    #expect(rules.finding(steps("truncated", [0.5, 0.5])) == nil)
    #expect(rules.finding(steps("truncated", [0.6, 0.6]))?.reason.hasPrefix("truncated") == true)
    #expect(rules.finding(steps("kl", [3, 1, 3, 3], stage: "later"))?.step == 4)
    // Two stages are two rows of steps.
    let stages = steps("kl", [3], stage: "a") + steps("kl", [3], stage: "b")
    #expect(rules.finding(stages) == nil)
    #expect(rules.finding(steps("loss", [9, 9])) == nil)
  }
}
