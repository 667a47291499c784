import Testing

@testable import RecipeLanguage

/// Every check finds its example and leaves its near miss alone.
struct CheckExampleTests {
  @Test func nothingIsSaidAboutTheBase() {
    #expect(diagnostics(.sections("")).filter { $0.severity != .note } == [])
  }

  @Test(arguments: RecipeChecks.all.map(\.code))
  func theExampleIsFoundAndTheNearMissIsNot(_ code: DiagnosticCode) throws {
    let explanation = try #require(code.explanation, "\(code.slug) explains nothing")
    let found = diagnostics(explanation.example)
    #expect(found.contains { $0.code == code }, "\(code.slug): \(rendered(explanation.example))")
    let spared = diagnostics(explanation.nearMiss)
    #expect(!spared.contains { $0.code == code }, "\(rendered(explanation.nearMiss))")
    #expect(!spared.contains { $0.severity == .error }, "\(rendered(explanation.nearMiss))")
  }

  private func diagnostics(_ example: RecipeExample) -> [Diagnostic] {
    check(example).diagnostics
  }

  private func rendered(_ example: RecipeExample) -> String {
    let result = check(example)
    return DiagnosticRenderer(files: result.files).render(result.diagnostics)
  }

  private func check(_ example: RecipeExample) -> CheckResult {
    RecipeChecker.check(
      text: example.text, vocabulary: TestVocabulary.all,
      options: CheckOptions { _ in example.facts })
  }
}
