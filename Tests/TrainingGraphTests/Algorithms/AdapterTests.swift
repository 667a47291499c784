import Foundation
import RecipeLanguage
import TestSupport
import Testing

@testable import TrainingGraph

@Suite struct AdapterTests {
  /// The sample recipe with an adapter in its policy stage.
  private func replacements(_ adapter: String) -> [(String, String)] {
    [("learning_rate: 1.0e-4", "learning_rate: 1.0e-4\n    adapter: {\(adapter)}")]
  }

  private func graph(_ adapter: String) throws -> TrainingGraph {
    try SampleRecipe.graph(replacements(adapter))
  }

  /// What is found in the sample recipe with the facts of its model.
  private func check(_ adapter: String, model: String? = nil) -> [Diagnostic] {
    var text = SampleRecipe.text
    for (old, new) in replacements(adapter) { text = text.replacingOccurrences(of: old, with: new) }
    if let model {
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      text = lines.filter { line in
        !["  text:", "  vision:", "  tokenizer:"].contains { line.hasPrefix($0) }
      }.joined(separator: "\n").replacing("from: scratch", with: "from: \(model)")
    }
    return RecipeChecker.check(
      text: text, vocabulary: SampleRecipe.vocabulary,
      options: CheckOptions { RecipeFacts($0, kinds: [:]) }
    ).diagnostics
  }

  @Test func anAdapterIsANodeBetweenTheWeightsAndTheStage() throws {
    let graph = try graph("rank: 8, alpha: 16, targets: [q_proj, \"visual.*\"]")
    #expect(graph["rl/adapter"]?.inputs == ["cold"])
    #expect(graph["rl/adapter"]?.operation.summary == "rank 8, alpha 16.0, on q_proj, visual.*")
    #expect(graph["rl/rollout"]?.inputs.first == "rl/adapter")
    #expect(graph["rl"]?.inputs == ["rl/loss", "rl/adapter"])
    // The reference is what the adapter was put on.
    #expect(graph["rl/loss"]?.inputs.last == "cold")
    #expect(graph["held_out/rl/rollout"]?.inputs.first == "rl")
    try graph.verify()
  }

  @Test func aSupervisedStageHasOneToo() throws {
    let graph = try SampleRecipe.graph([
      ("batch_size: 2,", "batch_size: 2, adapter: {rank: 2, alpha: 2, targets: [q_proj]},")
    ])
    #expect(graph["cold/adapter"]?.inputs == ["model"])
    #expect(graph["cold"]?.inputs == ["cold/adapter", "data/traces", "tokenizer"])
  }

  @Test func everySettingIsPartOfTheDigest() throws {
    let settings = [
      "rank: 8, alpha: 16, targets: [q_proj]", "rank: 4, alpha: 16, targets: [q_proj]",
      "rank: 8, alpha: 8, targets: [q_proj]", "rank: 8, alpha: 16, targets: [v_proj]",
      "rank: 8, alpha: 16, targets: [q_proj, v_proj]",
      "rank: 8, alpha: 16, targets: [\"q_proj, v_proj\"]",
    ]
    let digests = try settings.map { try graph($0).digests()["rl"] }
    #expect(Set(digests + [try SampleRecipe.graph().digests()["rl"]]).count == settings.count + 1)
  }

  @Test func frozenWeightsCostNoGradient() throws {
    let plain = try SampleRecipe.graph().costs()["rl"]
    let adapted = try graph("rank: 8, alpha: 16, targets: [q_proj]").costs()["rl"]
    #expect(try #require(plain).operations * 2 == (try #require(adapted)).operations * 3)
  }

  @Test func aTargetThatNamesNoLayerIsFoundWithANearName() throws {
    let found = check("rank: 8, alpha: 16, targets: [q_proj, v_prj]")
    let diagnostic = try #require(found.first { $0.severity == .error })
    #expect(diagnostic.code.slug == "adapter-without-layer")
    #expect(diagnostic.message.hasPrefix("`v_prj` names no linear layer"))
    #expect(diagnostic.help == "did you mean `v_proj`?")
    #expect(diagnostic.path == "stages.rl.adapter.targets[1]")
    #expect(
      diagnostic.notes == [
        "its layers are q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj, qkv, proj, "
          + "mlp.0, mlp.2"
      ])
    let far = check("rank: 8, alpha: 16, targets: [lm_head]").first { $0.severity == .error }
    #expect(far?.help?.hasPrefix("its layers are `q_proj`, `k_proj`") == true)
  }

  @Test func aRankAboveALayersIsFound() throws {
    let found = check("rank: 40, alpha: 16, targets: [q_proj, v_proj]")
    let diagnostic = try #require(found.first { $0.severity == .error })
    #expect(diagnostic.code.slug == "adapter-rank-too-high")
    // 64 wide, with one head of 32 for keys and values.
    #expect(
      diagnostic.message
        == "rank 40 is higher than that of layer `model.layers.0.self_attn.v_proj`, "
        + "which maps 64 numbers to 32")
    #expect(diagnostic.help == "use at most 32, or leave the layer out of `targets`")
    #expect(check("rank: 40, alpha: 16, targets: [q_proj]").allSatisfy { $0.severity != .error })
  }

  @Test func theLayersOfAModelsFilesAreThoseOfItsConfiguration() throws {
    let model = Fixtures.url("tiny-lm").path
    let found = check("rank: 8, alpha: 16, targets: [qkv]", model: model)
    #expect(found.contains { $0.code.slug == "adapter-without-layer" })
    let spared = check("rank: 8, alpha: 16, targets: [q_proj]", model: model)
    #expect(!spared.contains { $0.code.slug.hasPrefix("adapter-") })
  }

  @Test func withoutTheModelsFilesTheChecksAreSkippedAndSaidToBe() throws {
    let found = check("rank: 8, alpha: 16, targets: [qkv]", model: "nowhere")
    #expect(!found.contains { $0.code.slug.hasPrefix("adapter-") })
    let note = try #require(found.first { $0.code.slug == "checks-skipped" })
    #expect(note.notes.contains { $0.contains("adapter-without-layer") })
  }

  @Test(arguments: [
    ("rank: 0, alpha: 16, targets: [q_proj]", "stages.rl.adapter.rank"),
    ("rank: 8, alpha: 0, targets: [q_proj]", "stages.rl.adapter.alpha"),
    ("rank: 8, alpha: 16, targets: []", "stages.rl.adapter.targets"),
    ("rank: 8, alpha: 16", "stages.rl.adapter"),
  ])
  func valuesOutsideTheSchemaAreFound(adapter: String, path: String) {
    let errors = SampleRecipe.check(replacements(adapter)).diagnostics.filter {
      $0.severity == .error
    }
    #expect(errors.contains { $0.path?.hasPrefix(path) == true }, "\(errors)")
  }
}
