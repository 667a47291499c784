import RecipeLanguage
import Testing

@testable import LanguageServer

/// Formatting as an editor asks for it.
struct FormattingTests {
  private func formatted(_ text: String) throws -> (edits: [JSON], text: String) {
    var editor = try Editor(text)
    let answer = try editor.request(
      "textDocument/formatting",
      [
        "textDocument": ["uri": "untitled:recipe.yaml"],
        "options": ["tabSize": 2, "insertSpaces": true],
      ])
    let edits = answer.array ?? []
    return (edits, try editor.apply(edits, to: text))
  }

  @Test(arguments: [
    EditorVocabulary.recipe,
    EditorVocabulary.recipe.replacing("edition: 2026-11", with: "edition:   2026-11"),
    EditorVocabulary.recipe + "run: {seed:   7}\n",
  ])
  func theEditsGiveWhatTheFormatterGives(_ text: String) throws {
    let whole = try RecipeFormatter.format(
      SourceFile(path: "recipe.yaml", text: text), vocabulary: EditorVocabulary.all)
    let (edits, result) = try formatted(text)
    #expect(result == whole)
    #expect(edits.count <= 1)
    #expect(try formatted(whole).edits == [])
  }

  @Test func aTextWithSyntaxErrorsStaysAsItIs() throws {
    var editor = try Editor("a: [\n")
    let answer = editor.ask(
      "textDocument/formatting", ["textDocument": ["uri": "untitled:recipe.yaml"]])
    #expect(answer["error"]?["code"]?.integer == -32803)
  }
}
