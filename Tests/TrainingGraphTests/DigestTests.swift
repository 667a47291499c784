import Foundation
import Models
import TestSupport
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

  /// Weights count where rewards are summed: traces that a pipeline keeps and evaluations are the same work under any.
  @Test func weightsChangeTheDigestOfWhatIsTrainedOnThem() throws {
    let pipeline = (
      "stages:\n",
      """
      stages:
        kept: {algorithm: pipeline, data: traces, steps: {checked: {do: keep, when: template > 0}}}

      """
    )
    let before = try SampleRecipe.graph([pipeline]).digests()
    let after = try SampleRecipe.graph([
      pipeline, ("template: {kind: format", "template: {weight: 0, kind: format"),
    ]).digests()
    #expect(before["kept"] != nil && before["kept"] == after["kept"])
    #expect(before["held_out/cold"] == after["held_out/cold"])
    #expect(before["rl"] != nil && before["rl"] != after["rl"])
    // The default, written out, is the default.
    let written = try SampleRecipe.graph([
      pipeline, ("template: {kind: format", "template: {weight: 1, kind: format"),
    ]).digests()
    #expect(written == before)
  }

  @Test func theModelsSizeIsKnownBeforeTheRun() throws {
    // 400 x 64 embedding, 2 layers, final norm; tower with one block, patch embedding and merger.
    #expect(try SampleRecipe.graph().parameterCount == 159_072)
  }

  /// A model and its tokenizer, from a folder.
  private func graph(_ folder: URL) throws -> TrainingGraph {
    var graph = TrainingGraph(run: RunSpecification(name: "r", title: "", seed: 1))
    let prompt = PromptSpecification(system: nil, user: "", optionsSeparator: "")
    try graph.append(
      TrainingNode(
        "tokenizer",
        .tokenizer(
          TokenizerSpecification(source: .folder(folder.path), addedTokens: [], prompt: prompt))))
    try graph.append(
      TrainingNode(
        "model", .model(ModelSpecification(source: .folder(folder.path))), inputs: ["tokenizer"]))
    return graph
  }

  @Test func otherFilesInTheFolderOfAModelAreAnotherModel() throws {
    try withTemporaryDirectory { parent in
      let (first, second) = (
        parent.appendingPathComponent("first"), parent.appendingPathComponent("second")
      )
      let tiny = Fixtures.url("tiny-lm")
      for folder in [first, second] {
        try FileManager.default.copyItem(at: tiny, to: folder)
      }
      let planned = try graph(first)
      let read = try planned.readingModelFiles()
      #expect(read.digest != planned.digest)
      #expect(try graph(first).readingModelFiles().digest == read.digest)
      #expect(try graph(second).readingModelFiles().digests() == read.digests())

      let settings = second.appendingPathComponent("tokenizer_config.json")
      try (Data(contentsOf: settings) + Data("\n".utf8)).write(to: settings)
      let tokenized = try graph(second).readingModelFiles()
      #expect(tokenized.digests()["tokenizer"] != read.digests()["tokenizer"])
      #expect(tokenized.digests()["model"] != read.digests()["model"])

      // The last number of the file is that of a weight.
      let weights = first.appendingPathComponent("model.safetensors")
      var bytes = try Data(contentsOf: weights)
      bytes[bytes.count - 1] ^= 1
      try bytes.write(to: weights)
      let released = try graph(first)
      #expect(released.digest == planned.digest)
      #expect(try released.readingModelFiles().digests()["model"] != read.digests()["model"])
      #expect(
        try released.readingModelFiles().digests()["tokenizer"] == read.digests()["tokenizer"])

      try FileManager.default.removeItem(at: weights)
      let error = #expect(throws: ModelError.self) { try graph(first).readingModelFiles() }
      #expect("\(try #require(error))".contains(first.path))
    }
  }
}
