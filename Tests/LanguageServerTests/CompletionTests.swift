import Testing

@testable import LanguageServer

/// Completion on the texts that one has while typing.
struct CompletionTests {
  private func offered(_ text: String) throws -> [String] {
    var editor = try Editor("")
    return try editor.completions(text)
  }

  private func offered(_ line: String, insteadOf original: String) throws -> [String] {
    #expect(EditorVocabulary.recipe.contains(original))
    return try offered(EditorVocabulary.recipe.replacing(original, with: line))
  }

  @Test func anEmptyTextOffersTheSections() throws {
    let labels = try offered("‸")
    #expect(labels.contains("sousvide") && labels.contains("rewards"))
  }

  @Test func keysThatAreThereAreNotOfferedAgain() throws {
    let keys = try offered("    ‸", insteadOf: "    pays: 0.2")
    #expect(keys.contains("pays") && keys.contains("primary"))
    #expect(!keys.contains("window") && !keys.contains("kind") && !keys.contains("judge"))
  }

  @Test func keysInsideOpenBracesAreThoseOfTheKind() throws {
    let labels = try offered(
      "correct: {kind: accuracy, of: [answer], ‸\n  x",
      insteadOf: "correct: {kind: accuracy, of: [answer], credit: reasoning, primary: true}")
    #expect(labels.contains("credit") && labels.contains("primary"))
    #expect(!labels.contains("of") && !labels.contains("window"))
  }

  @Test func aNewStageOffersItsAlgorithmFirst() throws {
    let keys = try offered("stages:\n  warm:\n    ‸\n")
    #expect(keys.contains("algorithm"))
  }

  @Test func kindsAndChoicesAreOffered() throws {
    #expect(
      Set(try offered("rewards:\n  a: {kind: ‸}\n")) == ["format", "accuracy", "length", "judge"])
    #expect(
      try offered("data:\n  a: {kind: clipworld, split: ‸").sorted()
        == ["foundation", "test", "train"])
    #expect(try offered("rewards:\n  a:\n    kind: format\n    primary: ‸").contains("true"))
  }

  @Test func valuesAreOfferedRightAfterTheColon() throws {
    var editor = try Editor("")
    #expect(
      try editor.accept("length", in: "rewards:\n  a:\n    kind:‸\n")
        == "rewards:\n  a:\n    kind: length\n")
  }

  @Test func referencesAreTheDeclaredNames() throws {
    #expect(
      try offered("of: [‸], credit: perception", insteadOf: "of: [observation], credit: perception")
        == ["observation", "think", "answer"])
    #expect(
      try offered("judge: ‸, of: [obs", insteadOf: "judge: sufficiency, of: [obs") == [
        "sufficiency"
      ])
    #expect(try offered("init: ‸", insteadOf: "init: warm") == ["warm", "rl"])
    #expect(
      try offered("credit: ‸}", insteadOf: "credit: perception}") == ["perception", "reasoning"])
  }

  @Test func aListThatLacksItsBracketsGetsThem() throws {
    var editor = try Editor("")
    let text = EditorVocabulary.recipe.replacing("of: [think]", with: "of: ‸")
    #expect(
      try editor.accept("think", in: text)
        == EditorVocabulary.recipe)
  }

  @Test func sourcesOfAJudge() throws {
    let labels = try offered("sees: [‸", insteadOf: "sees: [item.problem, segment.observation]")
    #expect(labels.contains("item.options") && labels.contains("segment.think"))
  }

  @Test func schedulesAreOfferedWithTheirForms() throws {
    let labels = try offered("learning_rate: ‸", insteadOf: "learning_rate: schedules.rl_rate")
    #expect(labels.contains("schedules.rl_rate") && labels.contains("cosine"))
    let forms = try offered(
      "rl_rate: {‸}", insteadOf: "rl_rate: {cosine: {peak: 1.0e-4, floor: 1.0e-5}}")
    #expect(forms.contains("linear"))
  }

  @Test func expressionsOfferRewardsWordsAndOperators() throws {
    let labels = try offered(
      "when: correct > 0 and ‸", insteadOf: "when: correct > 0 and sufficient > 0")
    #expect(labels.contains("sufficient") && labels.contains("not"))
    #expect(!labels.contains("think_length"), "a gate cannot read itself")
    let after = try offered("when: correct ‸", insteadOf: "when: correct > 0 and sufficient > 0")
    #expect(after.contains(">=") && after.contains("and"))
    let columns = try offered(
      "when: item.‸", insteadOf: "when: correct > 0 and sufficient > 0")
    #expect(columns.contains("problem_type") && !columns.contains("correct"))
  }

  @Test func paramsAreOfferedInsideInterpolations() throws {
    #expect(
      try offered("window: \"${params.‸}\"", insteadOf: "window: \"${params.think_window}\"")
        .contains("think_window"))
    #expect(
      try offered(
        "window: \"${params.think_window.‸\"", insteadOf: "window: \"${params.think_window}\""
      )
      .contains("max"))
    #expect(
      try offered("window: \"${‸", insteadOf: "window: \"${params.think_window}\"").contains(
        "params"))
  }

  @Test func unitsFollowANumber() throws {
    var editor = try Editor("")
    let text = EditorVocabulary.recipe.replacing(
      "sampling: {max_new_tokens: 128 tok}", with: "sampling: {max_new_tokens: 128‸}")
    #expect(try editor.completions(text) == ["tok"])
    #expect(try editor.accept("tok", in: text) == EditorVocabulary.recipe)
    let half = text.replacing("128‸", with: "128 t‸")
    #expect(try editor.accept("tok", in: half) == EditorVocabulary.recipe)
  }

  @Test func aHalfTypedKeyIsReplaced() throws {
    var editor = try Editor("")
    let items = try editor.completionItems("stages:\n  rl:\n    algorithm: grpo\n    sam‸\n")
    let item = try #require(items.first { $0["label"] == "sampling" })
    #expect(item["textEdit"]?["newText"] == "sampling: {max_new_tokens: $1 tok}")
    #expect(item["insertTextFormat"] == 2)
    #expect(item["textEdit"]?["range"]?["start"]?["character"] == 4)
  }

  @Test func aNewRewardComesWithWhatItsKindNeeds() throws {
    var editor = try Editor("")
    let items = try editor.completionItems("rewards:\n  ‸\n")
    let length = try #require(items.first { $0["label"] == "length" })
    let text = length["textEdit"]?["newText"]?.string ?? ""
    #expect(text.hasPrefix("${1:name}: {kind: length, credit: ") && text.contains("window: "))
  }

  @Test func normalizationOffersTheProcesses() throws {
    let labels = try offered(EditorVocabulary.recipe + "normalization:\n  ‸\n")
    #expect(labels == ["perception", "reasoning"])
  }

  @Test func templatesOfferColumnsInTheirHoles() throws {
    let labels = try offered(
      "user: \"{item.‸\"", insteadOf: "user: \"{item.problem} {item.options}\"")
    #expect(labels.contains("problem"))
  }

  @Test func codesAreOfferedInComments() throws {
    #expect(try offered("# sousvide: allow(‸)\n").contains("SV2001"))
    #expect(try offered("# just words ‸\n") == [])
  }

  @Test func carriageReturnsAndOtherScriptsMakeNoDifference() throws {
    let text = "about: {title: \"Ünïcödé 🎬\"}\r\nrewards:\r\n  a: {kind: ‸}\r\n"
    #expect(try offered(text).contains("length"))
  }
}
