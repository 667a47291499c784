import Foundation
import RecipeLanguage
import TestSupport
import Testing

@testable import TrainingGraph

/// The precision of weights that no stage trains.
@Suite struct FrozenWeightsTests {
  private static let bf16 = ("from: scratch", "from: scratch\n  frozen_weights: bf16")
  private static let adapter = (
    "learning_rate: 1.0e-4",
    "learning_rate: 1.0e-4\n    adapter: {rank: 4, alpha: 8, targets: [q_proj]}"
  )
  private static let free = ("kl: {reference: cold}", "kl: {coefficient: 0}")

  private func idle(_ replacements: [(String, String)]) -> [Diagnostic] {
    SampleRecipe.check(replacements).diagnostics.filter {
      $0.code.slug == "setting-without-effect"
    }
  }

  @Test func theReferencePolicyIsRoundedAndTheTrainedOneIsNot() throws {
    let graph = try SampleRecipe.graph([Self.bf16])
    #expect(graph["cold/bf16"]?.inputs == ["cold"])
    #expect(graph["cold/bf16"]?.operation.summary == "frozen, matrices in bf16")
    #expect(graph["rl/loss"]?.inputs.last == "cold/bf16")
    #expect(graph["rl"]?.inputs == ["rl/loss", "cold"])
    #expect(graph["rl/rollout"]?.inputs.first == "cold")
    #expect(graph["held_out/rl/rollout"]?.inputs.first == "rl")
    #expect(graph["cold"]?.inputs.first == "model")
    try graph.verify()
  }

  @Test func anAdapterAndItsReferenceShareTheRoundedWeights() throws {
    let graph = try SampleRecipe.graph([Self.bf16, Self.adapter])
    #expect(graph["rl/adapter"]?.inputs == ["cold/bf16"])
    #expect(graph["rl/loss"]?.inputs.last == "cold/bf16")
    #expect(graph["rl"]?.inputs == ["rl/loss", "rl/adapter"])
    #expect(graph.nodes.count { $0.operation.name == "round" } == 1)
  }

  @Test func onlyStagesWithFrozenWeightsHaveAnotherDigest() throws {
    let plain = try SampleRecipe.graph().digests()
    let explicit = try SampleRecipe.graph([
      ("from: scratch", "from: scratch\n  frozen_weights: f32")
    ]).digests()
    let rounded = try SampleRecipe.graph([Self.bf16]).digests()
    #expect(explicit == plain)
    #expect(rounded["cold"] == plain["cold"])
    #expect(rounded["rl"] != plain["rl"])
    #expect(try SampleRecipe.graph([Self.bf16, Self.free])["cold/bf16"] == nil)
  }

  @Test func whereNothingIsFrozenItIsSaidToHaveNoEffect() throws {
    let found = idle([Self.bf16, Self.free])
    let diagnostic = try #require(found.first)
    #expect(found.count == 1)
    #expect(diagnostic.path == "model.frozen_weights")
    #expect(
      diagnostic.message == "`frozen_weights` has no effect: no stage trains an adapter or is held "
        + "to a reference policy: none are frozen")
    #expect(idle([Self.bf16]).isEmpty)
    #expect(idle([Self.bf16, Self.free, Self.adapter]).isEmpty)
  }

  @Test func anotherPrecisionIsNotInTheSchema() {
    let found = SampleRecipe.check([("from: scratch", "from: scratch\n  frozen_weights: f16")])
    let errors = found.diagnostics.filter { $0.severity == .error }
    #expect(errors.map(\.path) == ["model.frozen_weights"])
  }

  @Test func theDifferenceOfRecipesIsOneOfNumerics() {
    let field = QwenModelKind.schema.fields.first { $0.name == "frozen_weights" }
    #expect(field?.effect == .numerics)
  }
}
