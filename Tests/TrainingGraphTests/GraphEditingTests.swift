import Rewards
import Testing
import TrainingGraph

@Suite struct GraphEditingTests {
  @Test func aRemovedRewardTakesItsGateWithIt() throws {
    var graph = try SampleRecipe.graph()
    try graph.remove("rl/reward/observation_length")
    #expect(graph["rl/gate/observation_length"] == nil)
    #expect(graph["rl/normalize/perception"]?.inputs == ["rl/reward/sufficient"])
    #expect(graph["held_out/rl/gate/observation_length"] != nil)
  }

  @Test func aGateThatReadsARemovedRewardGoesToo() throws {
    var graph = try SampleRecipe.graph()
    #expect(throws: GraphError.inputCount(.rewards, count: 0, of: "rl/normalize/perception")) {
      try graph.remove("rl/reward/sufficient")
    }
  }

  @Test func aProcessThatLosesItsLastRewardIsRefused() throws {
    var graph = try SampleRecipe.graph()
    try graph.remove("rl/reward/template")
    #expect(throws: GraphError.inputCount(.rewards, count: 0, of: "rl/normalize/reasoning")) {
      try graph.remove("rl/reward/correct")
    }
  }

  @Test func anEditedScopeChangesTheDigestsBelowIt() throws {
    let before = try SampleRecipe.graph()
    var after = before
    try after.edit("rl/normalize/reasoning") { operation in
      guard case .normalize(var scope) = operation else { return }
      scope.normalization.scale = .none
      operation = .normalize(scope)
    }
    let old = before.digests()
    let new = after.digests()
    #expect(old["rl"] != new["rl"])
    #expect(old["held_out/rl"] != new["held_out/rl"])
    #expect(old["rl/normalize/perception"] == new["rl/normalize/perception"])
    #expect(old["cold"] == new["cold"])
  }

  @Test func anInputOfTheWrongTypeIsRefused() throws {
    var graph = try SampleRecipe.graph()
    let node = TrainingNode(
      "odd", .segment(SegmentationSpecification(segments: [])), inputs: ["model"])
    #expect(throws: GraphError.inputCount(.rollouts, count: 0, of: "odd")) {
      try graph.append(node)
    }
  }

  @Test func anUnknownNodeIsNamed() throws {
    var graph = try SampleRecipe.graph()
    #expect(throws: GraphError.unknownNode("rl/reward/nothing")) {
      try graph.remove("rl/reward/nothing")
    }
  }
}
