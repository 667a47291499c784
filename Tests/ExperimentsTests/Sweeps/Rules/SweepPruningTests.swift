import Testing
import Trainer

@testable import Experiments

struct SweepPruningTests {
  private typealias Look = SweepPruning.Look

  private func pruning(
    _ rule: SweepPruning.Rule, eta: Int = 3, maximizes: Bool = true
  ) -> SweepPruning {
    SweepPruning(
      rule: rule, after: 4, every: 2, eta: eta, stage: "rl", measure: "accuracy",
      maximizes: maximizes)
  }

  private func steps(_ values: [Double], stage: String = "rl") -> [StepRecord] {
    values.enumerated().map {
      StepRecord(
        stage: stage, algorithm: "grpo", step: $0 + 1, of: 20, values: ["accuracy": $1])
    }
  }

  @Test func aLookIsTheMeanOfTheStepsBeforeIt() {
    let rule = pruning(.asha)
    #expect(rule.looks(steps([9, 9, 1])) == [])
    #expect(rule.looks(steps([9, 9, 1, 3])) == [Look(step: 4, value: 2)])
    #expect(
      rule.looks(steps([9, 9, 1, 3, 5, 7, 0]))
        == [Look(step: 4, value: 2), Look(step: 6, value: 6)])
    #expect(rule.looks(steps([9, 9, 1, 3], stage: "cold")) == [])
  }

  /// Trials come to a rung with 0.5, 0.4, 0.6, 0.55 and 0.45. Of n the best n/3, rounded up, go on:
  /// the first of one; not the second of two; the best of three; the second of four, of which two go
  /// on; not the fourth of five.
  @Test func asynchronousHalvingKeepsTheBestOfThoseThatHaveCome() {
    let values = [0.5, 0.4, 0.6, 0.55, 0.45]
    let verdicts = values.indices.map { index in
      pruning(.asha).verdict(
        [Look(step: 4, value: values[index])],
        others: values[..<index].map { ([Look(step: 4, value: $0)], false) })
    }
    #expect(verdicts.map(\.isKept) == [true, false, true, true, false])
    #expect(verdicts.map(\.bound) == [nil, 0.5, 0.6, 0.55, 0.55])
    #expect(verdicts.map(\.peers) == [0, 1, 2, 3, 4])
  }

  @Test func trialsAreComparedAtTheSameRungAndTiesGoOn() {
    let own = [Look(step: 4, value: 0.3), Look(step: 6, value: 0.3)]
    let others: [(looks: [Look], isFinished: Bool)] = [
      ([Look(step: 4, value: 0.9)], false),
      ([Look(step: 4, value: 0.2), Look(step: 6, value: 0.3)], true),
    ]
    let verdict = pruning(.asha).verdict(own, others: others)
    #expect(verdict.isKept && verdict.peers == 1 && verdict.bound == 0.3)
  }

  @Test func whatIsMinimizedIsComparedTheOtherWay() {
    let others: [(looks: [Look], isFinished: Bool)] = [([Look(step: 4, value: 0.2)], true)]
    let worse = [Look(step: 4, value: 0.3)]
    #expect(!pruning(.asha, maximizes: false).verdict(worse, others: others).isKept)
    #expect(!pruning(.median, maximizes: false).verdict(worse, others: others).isKept)
    #expect(pruning(.asha).verdict(worse, others: others).isKept)
  }

  /// Complete trials have running averages 0.2, 0.4 and 0.6 at the second look: the median is 0.4. The
  /// best look counts, not the last; a trial that is not complete does not.
  @Test func theMedianRuleComparesTheBestLookWithRunningAverages() {
    func complete(_ first: Double, _ second: Double, finished: Bool = true)
      -> (looks: [Look], isFinished: Bool)
    {
      (
        [
          Look(step: 4, value: first), Look(step: 6, value: second), Look(step: 8, value: 1),
        ], finished
      )
    }
    let others = [
      complete(0.1, 0.3), complete(0.3, 0.5), complete(0.5, 0.7), complete(1, 1, finished: false),
    ]
    func verdict(_ first: Double, _ second: Double) -> SweepPruning.Verdict {
      pruning(.median).verdict(
        [Look(step: 4, value: first), Look(step: 6, value: second)], others: others)
    }
    #expect(abs((verdict(0.39, 0.1).bound ?? 0) - 0.4) < 1e-12)
    #expect(!verdict(0.39, 0.1).isKept)
    #expect(verdict(0.45, 0.1).isKept)
    #expect(verdict(0.1, 0.45).isKept)
    // Of an even number the mean of the middle ones.
    let two = pruning(.median).verdict(
      [Look(step: 6, value: 0.3)], others: Array(others.prefix(2)))
    #expect(abs((two.bound ?? 0) - 0.3) < 1e-12)
    #expect(pruning(.median).verdict([Look(step: 6, value: 0)], others: []).isKept)
  }
}
