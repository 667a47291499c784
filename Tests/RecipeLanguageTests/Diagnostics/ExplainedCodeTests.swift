import Testing

@testable import RecipeLanguage

struct ExplainedCodeTests {
  @Test(arguments: ["SV2301", "sv2301", "2301", "missing-unit"])
  func aCodeIsFoundByNumberOrName(_ text: String) throws {
    #expect(DiagnosticCatalogue.code(text, TestVocabulary.all) == .missingUnit)
  }

  @Test func whatIsNoCodeIsNotFound() {
    #expect(DiagnosticCatalogue.code("SV0000", TestVocabulary.all) == nil)
    #expect(DiagnosticCatalogue.code("", TestVocabulary.all) == nil)
  }

  @Test func thePageShowsWhatWhyTheFindingTheFixAndWhatIsAccepted() {
    let page = ExplainedCode(.emptyWindow, TestVocabulary.all).text(style: RenderStyle())
    #expect(page.hasPrefix("SV2303 empty-window\n\nThe lower end of a window"))
    #expect(page.contains("\nWhy\n  No length is inside such a window"))
    #expect(page.contains("\nExample\n  rewards:\n"))
    #expect(page.contains("  error[SV2303 empty-window]: "))
    #expect(page.contains("\nFix\n  write `8..32 tok` (done by `check --fix --unsafe-fixes`)\n"))
    #expect(page.contains("\nAccepted\n  rewards:\n"))
    #expect(page.split(separator: "\n").allSatisfy { !$0.hasSuffix(" ") })
  }

  @Test func thePageOfEveryCodeIsComplete() {
    for code in DiagnosticCatalogue.all(TestVocabulary.all) {
      let page = ExplainedCode(code, TestVocabulary.all).text(style: RenderStyle())
      #expect(page.hasPrefix("\(code.name) \(code.slug)\n"))
    }
  }

  @Test func theCatalogueHasARowAndASectionForEveryCode() {
    let page = DiagnosticCatalogue.markdown(TestVocabulary.all)
    for code in DiagnosticCatalogue.all(TestVocabulary.all) {
      #expect(page.contains("| [\(code.name)](#sv\(code.number)-\(code.slug)) |"))
      #expect(page.contains("\n### \(code.name) \(code.slug)\n"))
    }
  }
}
