import Foundation
import Rewards
import Testing
import TrainingGraph

@testable import Trainer

/// What rewards and normalizations remember is part of a stage's state.
@Suite struct RememberedRunTests {
  /// A window that follows every observation, and a running deviation.
  private var graph: TrainingGraph {
    get throws {
      try TinyRun.graph([
        (
          "window: 1..24 tok,",
          """
          window: 1..24 tok,
              follows: {right: sufficient >= 0, decay: 0.5, minimum_count: 1, within: 1..40 tok},
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
      let remembered = try steps.map { step in
        try #require(
          step.values.first { $0.key.hasPrefix("memory/brief/") && $0.key.hasSuffix("1") })
      }
      #expect(Set(remembered.map(\.value)).count > 1)
      #expect(
        steps.last?.values.keys.contains { $0.hasPrefix("memory/normalization/perception/") }
          == true)
      let plain = TinyRun(in: folder)
      try await plain.run(TinyRun.graph())
      #expect(
        plain.recorder.steps.allSatisfy { !$0.values.keys.contains { $0.hasPrefix("memory/") } })
    }
  }

  @Test(arguments: [43, 44, 45])
  func aRunThatIsStoppedRemembersAsIfItNeverWas(events: Int) async throws {
    try await expectExactResumption(of: graph, after: events)
  }
}
