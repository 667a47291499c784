import RecipeLanguage
import Testing
import TrainingGraph

/// Evaluations within stages, and what they choose, in the graph.
@Suite struct WithinTests {
  private static let asked = ("held_out: {data", "held_out: {every: 2 step, data")
  private static let kept = (
    "learning_rate: 1.0e-4",
    "learning_rate: 1.0e-4\n    keep: {best: {maximize: eval.held_out.exact}}"
  )

  @Test func askingWithinAStageChangesNoDigestOfIt() throws {
    let plain = try SampleRecipe.graph().digests()
    let graph = try SampleRecipe.graph([Self.asked])
    let digests = graph.digests()
    for (node, digest) in plain { #expect(digests[node] == digest, "\(node)") }
    #expect(digests["held_out/within-rl"] != nil && digests["held_out/within-cold"] != nil)
    let last = ("learning_rate: 1.0e-4", "learning_rate: 1.0e-4\n    keep: {last: 3}")
    #expect(try SampleRecipe.graph([last]).digests() == plain)
  }

  @Test func whatChoosesIsPartOfTheStage() throws {
    let plain = try SampleRecipe.graph([Self.asked]).digests()
    let graph = try SampleRecipe.graph([Self.asked, Self.kept])
    let digests = graph.digests()
    #expect(digests["rl"] != plain["rl"])
    #expect(digests["rl/loss"] == plain["rl/loss"])
    #expect(digests["cold"] == plain["cold"])
    #expect(graph["rl/best"]?.inputs == ["held_out/within-rl"])
    for other in [
      ("every: 2 step", "every: 3 step"),
      ("[cold, rl], max_new_tokens: 30", "[cold, rl], max_new_tokens: 29"),
      ("maximize:", "minimize:"), ("held_out.exact", "held_out.accuracy"),
    ] {
      #expect(
        try SampleRecipe.graph([Self.asked, Self.kept, other]).digests()["rl"] != digests["rl"])
    }
  }

  @Test func theyAreCounted() throws {
    // Of four steps the second is asked within; the last is a candidate too.
    let graph = try SampleRecipe.graph([Self.asked, Self.kept])
    func times(_ node: NodeID) -> Int? {
      guard case .evaluate(let evaluation)? = graph[node]?.operation else { return nil }
      return graph.times(of: evaluation)
    }
    #expect(times("held_out/rl") == 1)
    #expect(times("held_out/within-rl") == 2)
    #expect(times("held_out/within-cold") == 2)
  }

  @Test func aStageIsWholeWithoutItsChoice() throws {
    var graph = try SampleRecipe.graph([Self.asked, Self.kept])
    try graph.remove("held_out/within-rl")
    #expect(graph["rl/best"] == nil && graph["rl"] != nil)
    #expect(graph.digests()["rl"] == (try SampleRecipe.graph().digests()["rl"]))
  }
}
