import Foundation
import Testing

@testable import RecipeLanguage

struct GrammarTests {
  private static let folder = GoldenTests.folder.deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("grammar")

  /// Every code of the text, schema, name, expression and meaning areas has a golden case or a test of
  /// its own.
  @Test func everyCodeIsSeenInAGoldenCase() throws {
    let elsewhere: Set = [
      "too-deep", "too-large", "not-utf8", "extends-too-long", "schema-default", "checks-skipped",
      "format-changes-meaning",
      "overlay-extends", "unsupported-grader", "imported-value", "grader-formula",
    ]
    var rendered = ""
    for name in GoldenTests.cases {
      let text = GoldenTests.folder.appendingPathComponent(name).deletingPathExtension()
        .appendingPathExtension("txt")
      rendered += try String(contentsOf: text, encoding: .utf8)
    }
    for code in DiagnosticCatalogue.language where !elsewhere.contains(code.slug) {
      #expect(rendered.contains("[\(code.name) \(code.slug)]"), "\(code.slug)")
    }
  }

  /// Rules stand in one place each: the page sends its readers to the files.
  @Test func thePageLinksToEveryGrammarAndRepeatsNone() throws {
    let page = try String(
      contentsOf: Self.folder.appendingPathComponent("README.md"), encoding: .utf8)
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
      .filter { $0.hasSuffix(".ebnf") }
    #expect(files.count >= 7)
    for file in files { #expect(page.contains("](\(file))"), "\(file)") }
    #expect(!page.contains("```ebnf"))
  }

  /// The recipe snippets of the grammar's page are recipes: each is checked over the base recipe.
  @Test func theSnippetsOfThePageAreAccepted() throws {
    let page = try String(
      contentsOf: Self.folder.appendingPathComponent("README.md"), encoding: .utf8)
    let snippets = page.components(separatedBy: "```yaml\n").dropFirst()
      .compactMap { $0.components(separatedBy: "```").first }
    #expect(snippets.count >= 3)
    for snippet in snippets {
      let text = "extends: \(GoldenTests.folder.path)/base.yaml\n\(snippet)"
      let result = RecipeChecker.check(text: text, vocabulary: TestVocabulary.all)
      #expect(!result.hasErrors, "\(snippet)\n\(result.diagnostics)")
    }
  }
}
