import Foundation
import RecipeLanguage
import TensorEngine
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
  private static let native = ("seed: 3}", "seed: 3, bf16_products: native}")
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

  @Test func nativeProductsChangeTheDigestsOfWhatDescendsFromRoundedWeights() throws {
    let widened = try SampleRecipe.graph([Self.bf16])
    let explicit = try SampleRecipe.graph([
      Self.bf16, ("seed: 3}", "seed: 3, bf16_products: widened}"),
    ])
    let native = try SampleRecipe.graph([Self.bf16, Self.native])
    #expect(widened.run.bfloat16Products == .widened && native.run.bfloat16Products == .native)
    #expect(explicit.digests() == widened.digests())
    #expect(native.digests()["cold"] == widened.digests()["cold"])
    for node in ["cold/bf16", "rl/loss", "rl"] as [NodeID] {
      #expect(native.digests()[node] != widened.digests()[node])
    }
    #expect(try SampleRecipe.graph([Self.native]).digests() == SampleRecipe.graph().digests())
  }

  @Test func nativeProductsOfNoWeightsAreSaidToHaveNoEffect() {
    let messages = [[Self.native], [Self.bf16, Self.native, Self.free], [Self.bf16, Self.native]]
      .map { idle($0).filter { $0.path == "run.bf16_products" }.map(\.message) }
    #expect(
      messages == [
        ["`bf16_products` has no effect: no weights are kept in bf16"],
        ["`bf16_products` has no effect: no weights are frozen"], [],
      ])
  }

  @Test func aProcessorWithoutNativeProductsIsSaidToLackThem() throws {
    func missing(_ replacements: [(String, String)], on report: String) throws -> [Diagnostic] {
      let recipe = try #require(SampleRecipe.check(replacements).recipe)
      return RunRequirements.missing(in: recipe, processor: Processor(report: report))
    }
    let v4 =
      "flags : avx avx2 fma bmi1 bmi2 f16c movbe abm avx512f avx512bw avx512cd avx512dq avx512vl"
    let found = try missing([Self.bf16, Self.native], on: v4)
    let diagnostic = try #require(found.first)
    #expect(found.count == 1)
    #expect(diagnostic.code.slug == "no-bf16-products")
    #expect(diagnostic.path == "run.bf16_products")
    #expect(diagnostic.span.start.line == 4)
    #expect(
      diagnostic.message
        == "this processor has no products of bfloat16 numbers (AMX, or AVX-512 BF16)")
    #expect(diagnostic.help == "write `bf16_products: widened`, the default")
    #expect(try missing([Self.bf16, Self.native], on: v4 + " avx512_bf16").isEmpty)
    #expect(try missing([Self.bf16], on: v4).isEmpty)
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
