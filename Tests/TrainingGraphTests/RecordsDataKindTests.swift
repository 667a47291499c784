import Foundation
import RecipeLanguage
import Rewards
import Testing

@testable import TrainingGraph

/// What recipes say of records and of how their questions are worded.
@Suite struct RecordsDataKindTests {
  private func check(_ settings: String) -> CheckResult {
    let text = SampleRecipe.text.replacingOccurrences(
      of: "traces: {kind: demo, clips: 10}",
      with: "traces: {kind: records, path: a/sft.json.gz, media: a, \(settings)}")
    var vocabulary = SampleRecipe.vocabulary
    vocabulary.data.append(RecordsDataKind.schema)
    return RecipeChecker.check(text: text, vocabulary: vocabulary)
  }

  @Test func filesRootsAndTypesAreRead() throws {
    let recipe = try #require(
      check(
        "media_roots: {STAR: b/star, NeXT_QA: c}, columns: {reward: number, select: boolean}, unusable: drop"
      ).recipe)
    let entry = try #require(recipe.data.first { $0.name == "traces" })
    let place = try RecordsDataKind.place(entry)
    #expect(
      place.records.path.hasSuffix("a/sft.json.gz")
        && place.folders?.media.path.hasSuffix("/a") == true)
    #expect(
      place.folders?.roots.mapValues(\.lastPathComponent) == ["STAR": "star", "NeXT_QA": "c"])
    #expect(place.types == ["reward": .number, "select": .boolean])
    #expect(place.unusable == .drop)
    #expect(
      MissingFiles.find(in: recipe).compactMap(\.path) == [
        "data.traces.path", "data.traces.media", "data.traces.media_roots.STAR",
        "data.traces.media_roots.NeXT_QA",
      ])
  }

  @Test func aRecordThatCannotBeUsedIsAnErrorUnlessSaidOtherwise() throws {
    let recipe = try #require(check("columns: {}").recipe)
    let entry = try #require(recipe.data.first { $0.name == "traces" })
    #expect(try RecordsDataKind.place(entry).unusable == .stop)
  }

  @Test func aColumnThatHasATypeGetsNoOther() {
    let errors = check("columns: {answer: number, reward: number}").diagnostics.filter {
      $0.severity == .error
    }
    #expect(errors.map(\.code.number) == [5754])
    #expect(errors.compactMap(\.path) == ["data.traces.columns.answer"])
  }

  private func question(_ type: String, _ prompt: String) throws -> String {
    let recipe = try #require(
      SampleRecipe.check([
        (
          "tokenizer: {train_on: traces, vocabulary_size: 400}",
          "tokenizer: {train_on: traces, vocabulary_size: 400}\n  prompt: \(prompt)"
        )
      ]).recipe)
    let settings = try recipe.root.record("model").record("prompt")
    let record = DataRecord(
      problemID: "1", problem: "How many?", answer: "2", path: "a.mp4", problemType: type)
    let messages = try PromptSpecification(settings: settings).messages(record, media: [])
    return messages.map { "\($0)" }.joined()
  }

  @Test func aQuestionEndsAsItsTaskTypeWants() throws {
    let prompt =
      "{user: \"{item.problem}\", by_task: {numerical: \"A number for {item.problem}\", free_form: Free., ocr: Letters.}}"
    let endings = [
      "numerical": "How many?\\nA number for How many?", "free-form": "How many?\\nFree.",
      "OCR": "How many?\\nLetters.",
    ]
    for (type, ending) in endings {
      #expect(try question(type, prompt).contains(ending), "\(type)")
    }
    for type in ["multiple choice", "regression", "poetry"] {
      #expect(try question(type, prompt) == question(type, "{user: \"{item.problem}\"}"))
    }
  }
}
