import ClipWorld
import Foundation
import Testing
import TrainingGraph

@testable import Trainer

/// Stages that are as long as their data.
@Suite struct EpochRunTests {
  /// The supervised stage alone, in batches of three, with a rate that changes after an epoch.
  private func graph(_ duration: String) throws -> TrainingGraph {
    try TinyRun.graph([
      ("    curriculum: {column: objects, value: \"1\", steps: 2}\n", ""),
      ("batch_size: 8", "batch_size: 3"),
      (
        "learning_rate: 1.0e-2",
        "learning_rate: {piecewise: {points: [{at: 0 epoch, value: 1.0e-2}, {at: 1 epoch, value: 1.0e-3}], between: hold}}"
      ),
      ("steps: 40", duration),
      ("      steps: 3\n", "      steps: 1\n"),
      ("after: [cold, rl]", "after: [rl]"),
    ])
  }

  private func records(_ graph: TrainingGraph, in folder: URL) throws -> Int {
    let worlds = Worlds(folder: folder.appendingPathComponent("worlds"))
    for case .dataset(let dataset) in graph.nodes.map(\.operation) where dataset.name == "traces" {
      return try worlds.load(dataset).records.count
    }
    return 0
  }

  @Test func epochsBecomeTheStepsThatUseEveryRecordThatOften() async throws {
    try await withFolder { folder in
      let byEpoch = TinyRun(in: folder)
      let graph = try graph("epochs: 1.5")
      let records = try records(graph, in: folder)
      try #require(records > 3)
      try await byEpoch.run(graph)
      let steps = byEpoch.recorder.steps.filter { $0.stage == "cold" }
      let expected = Int((Double(records) * 1.5 / 3).rounded(.up))
      #expect(steps.map(\.step) == Array(1...expected))
      #expect(steps.allSatisfy { $0.of == expected })
      let whole = Double(records) / 3
      #expect(
        steps.map { $0.values["learning_rate"] }
          == (0..<expected).map { Double($0) < whole ? 1e-2 : 1e-3 })

      // The same steps by number give the same weights.
      let byStep = TinyRun(in: folder)
      try await byStep.run(self.graph("steps: \(expected)"))
      #expect(byStep.recorder.finished.map(\.digest) == byEpoch.recorder.finished.map(\.digest))
    }
  }

  @Test func aStageOfEpochsThatIsStoppedGoesOn() async throws {
    try await expectExactResumption(of: graph("epochs: 1"), after: 2)
  }
}
