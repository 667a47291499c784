import Testing
import TrainingGraph

@testable import Trainer

@Suite struct CreditPlanTests {
  @Test func cutResponsesAreScoredUnlessTheStageMasksThem() throws {
    let scored = try TinyRun.graph()
    let masked = try TinyRun.graph([("group_size: 4", "group_size: 4\n    truncation: mask")])
    for (graph, expected) in [(scored, "score"), (masked, "mask")] {
      let node = try #require(graph["rl/credit"])
      #expect(try CreditPlan(graph, credit: node).credit.truncation.rawValue == expected)
    }
  }
}
