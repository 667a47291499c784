import Foundation
import Rewards
import Testing
import TrainingGraph

@testable import Trainer

/// Rewards that are computed from more than the rollouts.
@Suite struct MaterialRunTests {
  private func graph(_ reward: String) throws -> TrainingGraph {
    try TinyRun.graph([
      ("  brief: {kind: length", "  extra: \(reward)\n  brief: {kind: length")
    ])
  }

  @Test func thePolicyAnswersAgainFromItsOwnText() async throws {
    try await withFolder { folder in
      let run = TinyRun(in: folder)
      try await run.run(
        graph(
          "{kind: self_sufficiency, of: [observation], answer: answer, credit: perception}"))
      let steps = run.recorder.steps.filter { $0.stage == "rl" }
      #expect(steps.count == 3)
      for step in steps {
        let value = try #require(step.values["reward/extra"], "it abstained")
        #expect((0...1).contains(value))
        let length = try #require(step.values["length/response"])
        #expect(try #require(step.values["generated_tokens"]) >= 8 * length)
      }
      for evaluation in run.recorder.evaluations {
        #expect(evaluation.values["reward/extra"] != nil, "it abstained")
      }
    }
  }

  @Test(arguments: FrameChange.allCases)
  func aSecondArmSeesChangedFrames(_ change: FrameChange) async throws {
    try await withFolder { folder in
      let run = TinyRun(in: folder)
      try await run.run(
        graph(
          "{kind: counterfactual, of: [answer], frames: \(change.rawValue), credit: reasoning}"))
      let steps = run.recorder.steps.filter { $0.stage == "rl" }
      #expect(steps.allSatisfy { ($0.values["reward/extra"] ?? 9) <= 0.3 })
      #expect(run.recorder.evaluations.allSatisfy { ($0.values["reward/extra"] ?? 9) <= 0.3 })
      // The second arm takes nothing from the random numbers of the first.
      let plain = TinyRun(in: folder)
      try await plain.run(TinyRun.graph())
      #expect(
        plain.recorder.rollouts.prefix(2).map { $0.responses.map(\.text) }
          == run.recorder.rollouts.prefix(2).map { $0.responses.map(\.text) })
    }
  }

  @Test func groupsThatTeachNothingAreReplacedOrLeftOut() async throws {
    try await withFolder { folder in
      let run = TinyRun(in: folder)
      // No group can be kept, so every round replaces both and none is left to learn from.
      try await run.run(
        TinyRun.graph([
          (
            "group_size: 4",
            "group_size: 4\n    dynamic_sampling: {keep: any(correct > 1), rounds: 2}"
          )
        ]))
      let steps = run.recorder.steps.filter { $0.stage == "rl" }
      #expect(steps.map { $0.values["resampled_groups"] } == [4, 4, 4])
      // Six questions are asked in a step, each once.
      #expect(steps.map { $0.values["left_out_groups"] } == [2, 2, 2])
      #expect(steps.allSatisfy { $0.values["loss"] == nil })
      // What was left out was written nevertheless: three times two groups of four responses.
      for step in steps {
        #expect(step.values["length/response"] == nil)
        #expect(try #require(step.values["generated_tokens"]) >= 24)
      }
    }
  }

  @Test func noQuestionHasTwoGroupsInAStep() async throws {
    try await withFolder { folder in
      let run = TinyRun(in: folder)
      // Four of six questions are in the batch: two others can replace them.
      let graph = try TinyRun.graph([
        ("steps: 40", "steps: 4"), ("prompts_per_step: 2", "prompts_per_step: 4"),
        (
          "group_size: 4",
          "group_size: 2\n    dynamic_sampling: {keep: any(correct > 1), rounds: 9}"
        ),
      ])
      try await run.run(graph)
      let steps = run.recorder.steps.filter { $0.stage == "rl" }
      let replaced = steps.compactMap { $0.values["resampled_groups"] }
      // The second batch is the end of one pass over the questions and the beginning of the next.
      #expect(replaced.count == 3 && replaced[0] == 2 && replaced[2] == 2)
      #expect((2.0...4.0).contains(replaced[1]))
      #expect(steps.map { $0.values["left_out_groups"] } == [4, 4, 4])

      let crowded = TinyRun(in: folder)
      // All questions are in the batch: none is left.
      try await crowded.run(
        TinyRun.graph([
          ("steps: 40", "steps: 4"), ("prompts_per_step: 2", "prompts_per_step: 6"),
          (
            "group_size: 4",
            "group_size: 2\n    dynamic_sampling: {keep: any(correct > 1), rounds: 9}"
          ),
        ]))
      #expect(
        crowded.recorder.steps.filter { $0.stage == "rl" }
          .allSatisfy { $0.values["resampled_groups"] == 0 })
    }
  }

  @Test func groupsThatAreKeptStayAsTheyWere() async throws {
    try await withFolder { folder in
      let plain = TinyRun(in: folder)
      try await plain.run(TinyRun.graph())
      let run = TinyRun(in: folder)
      try await run.run(
        TinyRun.graph([
          (
            "group_size: 4",
            "group_size: 4\n    dynamic_sampling: {keep: all(correct >= 0), rounds: 1}"
          )
        ]))
      let steps = run.recorder.steps.filter { $0.stage == "rl" }
      #expect(steps.allSatisfy { $0.values["resampled_groups"] == 0 })
      #expect(run.recorder.finished.last?.digest == plain.recorder.finished.last?.digest)
    }
  }

  @Test(arguments: [45, 48])
  func aRunThatReplacesGroupsGoesOnAsIfItNeverWas(events: Int) async throws {
    try await expectExactResumption(
      of: TinyRun.graph([
        (
          "group_size: 4",
          "group_size: 4\n    dynamic_sampling: {keep: std(correct) > 0, rounds: 1}"
        )
      ]), after: events)
  }
}
