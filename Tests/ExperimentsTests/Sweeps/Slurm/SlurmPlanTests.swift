import Testing

@testable import Experiments

struct SlurmPlanTests {
  private typealias Trial = SweepSpecification.Trial

  private static func trial(_ name: String, _ stages: String...) -> Trial {
    Trial(
      name: name, cell: name, seed: 1, digest: name,
      stages: stages.map { .init(name: String($0.prefix(1)), algorithm: "sft", digest: $0) })
  }

  private static func plan(
    _ trials: [Trial], finished: Set<String> = [], inHand: Set<String> = []
  ) -> [String] {
    SlurmPlan.tasks(trials, finishedStages: finished, inHand: inHand).map { task in
      task.trial.name + (task.stage.map { " until \($0.name)" } ?? "")
        + (task.needs.isEmpty ? "" : " after \(task.needs.joined(separator: " "))")
    }
  }

  @Test func aStageThatTrialsShareIsMadeByTheFirstOfThem() {
    let trials = [
      Self.trial("x", "a1", "b1"), Self.trial("y", "a1", "b2"), Self.trial("z", "a2", "b3"),
    ]
    #expect(Self.plan(trials) == ["x until a", "x after a1", "y after a1", "z"])
    // Nothing is made that is there.
    #expect(Self.plan(trials, finished: ["a1"]) == ["x", "y", "z"])
    // What an earlier submission makes is waited for.
    #expect(Self.plan(trials, inHand: ["a1"]) == ["x after a1", "y after a1", "z"])
    #expect(Self.plan([trials[1]]) == ["y"])
  }

  @Test func chainsOfSharedStagesAreMadeInOrder() {
    let trials = [
      Self.trial("w", "a1", "b1", "c1"), Self.trial("x", "a1", "b1", "c2"),
      Self.trial("y", "a1", "b2", "c3"), Self.trial("z", "a1", "b2", "c4"),
    ]
    #expect(
      Self.plan(trials) == [
        "w until a", "w until b after a1", "y until b after a1", "w after a1 b1", "x after a1 b1",
        "y after a1 b2", "z after a1 b2",
      ])
    let arrays = SlurmPlan.arrays(
      SlurmPlan.tasks(trials, finishedStages: [], inHand: []))
    #expect(arrays.map(\.count) == [1, 2, 2, 2])
    // Stages that the same trials share are one task.
    #expect(
      Self.plan([trials[0], trials[1]]) == ["w until b", "w after b1", "x after b1"])
  }

  @Test func arraysAreNoLongerThanSlurmTakes() {
    let trials = (0..<2500).map { Self.trial("t\($0)", "a1", "b\($0)") }
    let tasks = SlurmPlan.tasks(trials, finishedStages: [], inHand: [])
    #expect(SlurmPlan.arrays(tasks).map(\.count) == [1, 1000, 1000, 500])
  }
}
