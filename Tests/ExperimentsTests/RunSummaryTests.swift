import Testing
import TrainingGraph

@testable import Experiments

@Suite("The summary of a run")
struct RunSummaryTests {
  @Test("A stage with an adapter starts from the stage whose weights it adapts")
  func adaptedStages() throws {
    let graph = try TrainingGraph.training("cold", "warm", adapted: true)
    let stages = RunSummary(graph).stages
    #expect(stages.map(\.name) == ["cold", "warm"])
    #expect(stages.map(\.startsFrom) == [nil, "cold"])
  }
}
