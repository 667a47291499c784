import Testing
import TrainingGraph

@Suite struct DigestTests {
  @Test func cosmeticEditsKeepTheDigest() throws {
    let digest = try SampleRecipe.graph().digest
    let edits: [[(String, String)]] = [
      [("title: \"Sample\"", "title: \"Another title\"")],
      [("run: {name: sample, seed: 3}", "run: {seed: 3, name: other}   # a comment")],
      [("learning_rate: 1.0e-4", "learning_rate: 0.0001")],
    ]
    for edit in edits { #expect(try SampleRecipe.graph(edit).digest == digest) }
  }

  @Test(arguments: [
    ("seed: 3", "seed: 4"), ("window: 4..20 tok", "window: 4..21 tok"),
    ("group_size: 4", "group_size: 6"), ("sufficient > 0", "sufficient > 0.5"),
    ("clips: 20", "clips: 21"), ("frames: 8", "frames: 10"),
  ])
  func settingsThatChangeResultsChangeTheDigest(old: String, new: String) throws {
    #expect(try SampleRecipe.graph().digest != SampleRecipe.graph([(old, new)]).digest)
  }

  @Test func aStageKeepsItsDigestWhenALaterOneChanges() throws {
    let before = try SampleRecipe.graph().digests()
    let after = try SampleRecipe.graph([("steps: 4", "steps: 6")]).digests()
    #expect(before["cold"] == after["cold"])
    #expect(before["held_out/cold"] == after["held_out/cold"])
    #expect(before["rl"] != after["rl"])
  }

  @Test func theModelsSizeIsKnownBeforeTheRun() throws {
    // 400 x 64 embedding, 2 layers, final norm; tower with one block, patch embedding and merger.
    #expect(try SampleRecipe.graph().parameterCount == 159_072)
  }
}
