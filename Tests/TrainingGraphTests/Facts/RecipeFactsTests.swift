import Foundation
import RecipeLanguage
import Rewards
import TestSupport
import Testing

@testable import TrainingGraph

/// Facts come from the files that a recipe names; what cannot be read is unknown, with a reason.
@Suite struct RecipeFactsTests {
  private let vocabulary = Vocabulary(
    algorithms: Algorithms.schemas, data: [RecordsDataKind.schema],
    models: QwenModelKind.schemas, samplers: SamplerKinds.schemas)

  private func recipe(model: String, records: String = "records.json") throws -> CheckedRecipe {
    let result = RecipeChecker.check(
      text: """
        sousvide: 1
        edition: 2026-11
        run: {name: facts, seed: 1}
        model: {architecture: qwen2_5_vl, from: \(model), prompt: {user: "{item.problem}"}}
        video: {sampler: uniform, frames: 4, max_pixels: 3136}
        data:
          items: {kind: records, path: \(records), media: .}
        segments:
          observation: {process: perception}
          think: {process: reasoning}
          answer: {process: reasoning}
        stages:
          warm: {algorithm: sft, data: items, epochs: 1, batch_size: 2, learning_rate: 1.0e-4}
        """, vocabulary: vocabulary)
    return try #require(result.recipe, "\(result.diagnostics.map(\.message))")
  }

  private func facts(_ recipe: CheckedRecipe) -> RecipeFacts {
    RecipeFacts(recipe.root, kinds: ["records": RecordsDataKind.facts])
  }

  private var model: String { Fixtures.url("tiny-vl").path }

  @Test func aModelsFilesTellTokensContextAndSampling() throws {
    let facts = facts(try recipe(model: model))
    #expect(facts.tokenCount("<|im_end|>").known == 1)
    #expect((facts.tokenCount("<think>").known ?? 0) > 1)
    #expect(facts.contextLength().known == 32768)
    #expect(facts.generation().known == GenerationFacts(temperature: 1, topP: 1, topK: 0))
    #expect(facts.responsePrefix().known == "")
  }

  @Test func aModelFolderThatIsNotHereIsOneReason() throws {
    let facts = facts(try recipe(model: "nowhere"))
    let reasons = [
      facts.tokenCount("a").reason, facts.contextLength().reason, facts.generation().reason,
      facts.responsePrefix().reason,
    ]
    #expect(Set(reasons) == ["the model folder nowhere is not here"])
  }

  /// A recipe without media: no `video`, and nothing counted for one.
  @Test func promptsOfTextAloneAreAsLongAsTheirWords() throws {
    try withTemporaryDirectory { folder in
      let file = folder.appendingPathComponent("records.jsonl")
      try Data(#"{"problem": "one two", "problem_type": "OCR", "answer": "a", "output": "b"}"#.utf8)
        .write(to: file)
      let result = RecipeChecker.check(
        text: """
          sousvide: 1
          edition: 2026-11
          model: {architecture: qwen2, from: \(Fixtures.url("tiny-lm").path), prompt: {user: "{item.problem}"}}
          data:
            items: {kind: records, path: \(file.path)}
          stages:
            warm: {algorithm: sft, data: items, epochs: 1, batch_size: 1, learning_rate: 1.0e-4}
          """, vocabulary: vocabulary)
      let recipe = try #require(result.recipe, "\(result.diagnostics.map(\.message))")
      let facts = facts(recipe)
      let prompt = try #require(facts.promptTokens(ofData: "items").known?.longest)
      #expect((4..<60).contains(prompt))
      let sizes = facts.recordSizes(ofData: "items", seenAs: nil, assumingTarget: 9)
      #expect(sizes.patches == 0 && sizes.framePatches == 0 && sizes.frameBytes == 0)
      #expect(sizes.prompts.longest == prompt && sizes.assumptions.isEmpty)
    }
  }

  @Test func lengthsAreThoseOfTheDataInTokens() throws {
    try withTemporaryDirectory { folder in
      let file = folder.appendingPathComponent("records.json")
      try DataRecord.save(
        (0..<3).map { index in
          DataRecord(
            problemID: "\(index)", problem: String(repeating: "how many ", count: index + 1),
            answer: "2", path: "\(index).mp4", problemType: "numerical",
            output: "<observation>red</observation><think>one two</think><answer>2</answer>")
        }, to: file)
      let facts = facts(try recipe(model: model, records: file.path))
      let prompts = try #require(facts.promptTokens(ofData: "items").known)
      // Two pairs of frames of 3136 pixels: 8 placeholders, besides the text.
      #expect(prompts.sorted.count == 3)
      #expect(try #require(prompts.sorted.first) > 8)
      #expect(prompts.sorted[0] < prompts.sorted[2])
      let thoughts = try #require(facts.segmentTokens(ofData: "items", segment: "think").known)
      let words = try #require(facts.tokenCount("one two").known)
      #expect(thoughts.sorted == [words, words, words])
      #expect(facts.segmentTokens(ofData: "items", segment: "caption").isInapplicable)
    }
  }

  @Test func aModelFromScratchHasNoFactsYetAndSkipsNothing() throws {
    let sizes = """
      scratch
        text: {hidden_size: 64, layers: 1, heads: 2, key_value_heads: 2, intermediate_size: 64, mrope_section: [4, 6, 6]}
        vision: {hidden_size: 32, depth: 1, heads: 2, intermediate_size: 32, full_attention_blocks: [0]}
        tokenizer: {train_on: items, vocabulary_size: 400}
      """
    let text = """
      sousvide: 1
      edition: 2026-11
      model:
        architecture: qwen2_5_vl
        from: \(sizes)
      video: {sampler: uniform, frames: 4}
      data:
        items: {kind: records, path: records.json, media: .}
      segments:
        think: {process: reasoning}
      stages:
        warm: {algorithm: sft, data: items, steps: 1, batch_size: 2, learning_rate: 1.0e-4}
      """
    let result = RecipeChecker.check(text: text, vocabulary: vocabulary)
    let facts = facts(try #require(result.recipe, "\(result.diagnostics.map(\.message))"))
    #expect(facts.tokenCount("<think>").known == 1)
    #expect(facts.tokenCount("<other>").isInapplicable)
    #expect(facts.generation().isInapplicable)
    #expect(facts.contextLength().isInapplicable)
    #expect(facts.promptTokens(ofData: "items").isInapplicable)
  }

  @Test func aMissingFileIsANoteForCheckAndAnErrorForRun() throws {
    let recipe = try recipe(model: "nowhere", records: "missing.json")
    #expect(facts(recipe).recordCount(ofData: "items").reason == "missing.json is not here")
    let missing = MissingFiles.find(in: recipe)
    #expect(missing.map(\.path) == ["model.from", "data.items.path"])
    #expect(missing.allSatisfy { $0.severity == .error && $0.code.number == 5752 })
  }

  private struct Generated: DataFacts {
    var version: String?
    let framePixels: Int? = nil
    func recordCount() -> RecipeLanguage.Fact<Int> { .known(3) }
    func columns() -> RecipeLanguage.Fact<[String: ColumnFacts]> { .inapplicable }
    func sample(_ limit: Int) -> RecipeLanguage.Fact<[DataRecord]> { .inapplicable }
    func itemDigests() -> RecipeLanguage.Fact<Set<String>> { .inapplicable }
    func passRate() -> RecipeLanguage.Fact<Double> { .inapplicable }
  }

  /// What was trained on what an entry meant before is not taken for what it means now.
  @Test func anotherVersionOfGeneratedRecordsIsAnotherNode() throws {
    var vocabulary = vocabulary
    vocabulary.data = [KindSchema("made", summary: "generated", fields: [])]
    let result = RecipeChecker.check(
      text: """
        sousvide: 1
        edition: 2026-11
        run: {name: facts, seed: 1}
        model: {architecture: qwen2_5_vl, from: nowhere, prompt: {user: "{item.problem}"}}
        video: {sampler: uniform, frames: 4, max_pixels: 3136}
        data: {items: {kind: made}}
        segments: {answer: {process: reasoning}}
        stages:
          warm: {algorithm: sft, data: items, steps: 1, batch_size: 2, learning_rate: 1.0e-4}
        """, vocabulary: vocabulary)
    let recipe = try #require(result.recipe, "\(result.diagnostics.map(\.message))")
    func digest(_ version: String?) throws -> String? {
      let facts = RecipeFacts(recipe.root, kinds: ["made": { _ in Generated(version: version) }])
      return try Lowering.lower(recipe, facts: facts).digests()["warm"]
    }
    #expect(try digest(nil) == Lowering.lower(recipe).digests()["warm"])
    #expect(try digest("2") != digest(nil))
    #expect(try digest("2") != digest("3"))
  }

  @Test func aStageOfEpochsIsCountedWhereTheDataAreHere() throws {
    try withTemporaryDirectory { folder in
      let file = folder.appendingPathComponent("records.json")
      let record = DataRecord(
        problemID: "1", problem: "?", answer: "2", path: "a.mp4", problemType: "numerical")
      try DataRecord.save([record, record, record], to: file)
      let recipe = try recipe(model: model, records: file.path)
      let graph = try Lowering.lower(recipe, facts: facts(recipe))
      #expect(try #require(graph["warm"]).operation.summary == "sft, 1 epoch in steps of 2 records")
      #expect(graph.costs()["warm"]?.samples == 4)
      #expect(try Lowering.lower(recipe).costs()["warm"] == nil)
    }
  }

  @Test(arguments: [
    ("{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}", ""),
    (
      "{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n<think>\\n' }}{%- endif %}",
      "<think>\n"
    ),
    (
      """
      {%- if add_generation_prompt %}
          {{- '<|im_start|>assistant\\n' }}
          {%- if quiet %}{{- '<think>\\n\\n</think>' }}{%- endif %}
      {%- endif %}
      """, ""
    ),
    ("no such block", ""), ("{% if add_generation_prompt", ""),
  ])
  func aTemplateThatOpensTheResponseIsRecognized(template: String, prefix: String) {
    #expect(GenerationPrompt.responsePrefix(template) == prefix)
  }
}

extension Fact {
  /// The value, where it is known.
  var known: Value? {
    if case .known(let value) = self { value } else { nil }
  }

  /// Why it is not.
  var reason: String? {
    if case .unknown(let reason) = self { reason } else { nil }
  }

  var isInapplicable: Bool {
    if case .inapplicable = self { true } else { false }
  }
}
