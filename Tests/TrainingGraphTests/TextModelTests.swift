import RecipeLanguage
import Rewards
import Testing

@testable import TrainingGraph

/// A language model without a vision tower, and data without media.
@Suite struct TextModelTests {
  private static let vocabulary = Vocabulary(
    rewards: RewardRegistry.standard.schemas, algorithms: Algorithms.schemas,
    data: [RecordsDataKind.schema], models: QwenModelKind.schemas, samplers: SamplerKinds.schemas)

  private static let text = """
    sousvide: 1
    edition: 2026-11
    model:
      architecture: qwen2
      from: scratch
      text: {hidden_size: 64, layers: 2, heads: 2, key_value_heads: 1, intermediate_size: 96}
      tokenizer: {train_on: sums, vocabulary_size: 400}
    data:
      sums: {kind: records, path: sums.jsonl}
    stages:
      sft: {algorithm: sft, data: sums, steps: 5, batch_size: 2, learning_rate: 1.0e-3}
    """

  private func check(_ replacements: (String, String)...) -> CheckResult {
    var text = Self.text
    for (old, new) in replacements { text = text.replacingOccurrences(of: old, with: new) }
    return RecipeChecker.check(text: text, vocabulary: Self.vocabulary)
  }

  @Test func itsGraphHasNoVideoAndNoTower() throws {
    let result = check()
    let recipe = try #require(result.recipe, "\(result.diagnostics.map(\.message))")
    let graph = try Lowering.lower(recipe)
    try graph.verify()
    guard case .dataset(let dataset)? = graph["data/sums"]?.operation else {
      Issue.record("no data")
      return
    }
    #expect(dataset.video == nil)
    #expect(graph["data/sums"]?.operation.summary == "records data, text alone")
    let configuration = try graph.modelConfiguration().configuration
    #expect(configuration.vision == nil && configuration.text.mropeSection == nil)
    // Qwen2: embedding, two layers of attention with biases on q, k and v, MLP and norms, and a last norm.
    let (width, inner, keys) = (64, 96, 32)
    let attention = 2 * width * width + 2 * width * keys + width + 2 * keys
    let layer = attention + 3 * width * inner + 2 * width
    #expect(graph.parameterCount == 400 * width + 2 * layer + width)
  }

  @Test(arguments: ["vision: {depth: 1}", "text: {mrope_section: [4, 6, 6]}"])
  func keysOfATowerAreUnknownToIt(key: String) {
    let found = check(("  tokenizer:", "  \(key)\n  tokenizer:")).diagnostics
    #expect(found.contains { $0.severity == .error })
  }

  @Test func sizesAreNeededFromScratchAndHaveToFit() {
    let sizes =
      "  text: {hidden_size: 64, layers: 2, heads: 2, key_value_heads: 1, intermediate_size: 96}\n"
    let missing = check((sizes, "")).diagnostics.filter { $0.severity == .error }
    #expect(missing.map(\.path) == ["model.text"] && missing.map(\.code.number) == [5951])
    let odd = check(("heads: 2, key", "heads: 3, key")).diagnostics.filter { $0.severity == .error }
    #expect(odd.map(\.code.slug) == ["inconsistent-sizes"])
  }

  @Test func rootsWithoutAMediaFolderAreWithoutEffect() {
    let found = check(("path: sums.jsonl", "path: sums.jsonl, media_roots: {STAR: star}"))
      .diagnostics.filter { $0.severity == .warning }
    #expect(found.map(\.path) == ["data.sums.media_roots"])
  }

  /// What was lowered before there was text alone keeps its digests.
  @Test func dataWithMediaAreDigestedWithTheirVideo() throws {
    let graph = try SampleRecipe.graph()
    guard case .dataset(let dataset)? = graph["data/traces"]?.operation else {
      Issue.record("no data")
      return
    }
    let video = try #require(dataset.video)
    #expect(
      TrainingOperation.dataset(dataset).canonicalText
        == "dataset \(dataset.settings.canonicalText)  \(video)")
  }
}
