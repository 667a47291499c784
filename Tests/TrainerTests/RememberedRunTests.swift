import Foundation
import Rewards
import Testing
import TrainingGraph

@testable import Trainer

/// What rewards and normalizations remember is part of a stage's state.
@Suite struct RememberedRunTests {
  /// A window that follows the length of every response, and a running deviation.
  private var graph: TrainingGraph {
    get throws {
      try TinyRun.graph([
        (
          "of: [observation], window: 1..24 tok,",
          """
          window: 1..24 tok,
              follows: {right: correct >= 0, decay: 0.5, minimum_count: 1, within: 1..40 tok},
          """
        ),
        (
          "stages:\n",
          "normalization:\n  perception: {scale_over: running, decay: 0.5}\nstages:\n"
        ),
      ])
    }
  }

  @Test func everyStepTellsWhatIsRemembered() async throws {
    try await withFolder { folder in
      let run = TinyRun(in: folder)
      try await run.run(graph)
      let steps = run.recorder.steps.filter { $0.stage == "rl" }
      let ends = try steps.map { step in
        let keys = step.values.keys.filter { $0.hasPrefix("memory/brief/") }
        return try #require(keys.compactMap { step.values[$0] }.max(), "nothing is remembered")
      }
      // It starts at 24 and moves towards the responses, which are up to 40 tokens long.
      #expect(ends.allSatisfy { $0 <= 40 })
      #expect(ends.contains { $0 != 24 })
      #expect(
        steps.last?.values.keys.contains { $0.hasPrefix("memory/normalization/perception/") }
          == true)
      let plain = TinyRun(in: folder)
      try await plain.run(TinyRun.graph())
      #expect(
        plain.recorder.steps.allSatisfy { !$0.values.keys.contains { $0.hasPrefix("memory/") } })
    }
  }

  @Test(arguments: [45, 48])
  func aRunThatIsStoppedRemembersAsIfItNeverWas(events: Int) async throws {
    try await expectExactResumption(of: graph, after: events)
  }
}
