import Testing

@testable import RecipeLanguage

/// Every check finds its example and leaves its near miss alone.
struct CheckExampleTests {
  private static let codes = DiagnosticCatalogue.language + RecipeChecks.all.flatMap(\.codes)

  @Test func nothingIsSaidAboutTheBase() {
    #expect(diagnostics(.sections("")).filter { $0.severity != .note } == [])
  }

  @Test(arguments: codes)
  func theExampleIsFoundAndTheNearMissIsNot(_ code: DiagnosticCode) throws {
    let explanation = try #require(code.explanation, "\(code.slug) explains nothing")
    guard let example = explanation.example, let nearMiss = explanation.nearMiss else {
      #expect(Self.beyondRecipes.contains(code.slug), "\(code.slug) has no example")
      return
    }
    let found = diagnostics(example)
    #expect(found.contains { $0.code == code }, "\(code.slug): \(rendered(example))")
    let spared = diagnostics(nearMiss)
    #expect(!spared.contains { $0.code == code }, "\(rendered(nearMiss))")
    #expect(!spared.contains { $0.severity == .error }, "\(rendered(nearMiss))")
  }

  /// What no recipe text alone can show.
  static let beyondRecipes: Set = [
    "too-large", "not-utf8", "extends-too-long", "overlay-extends", "unsupported-grader",
    "imported-value", "grader-formula", "checks-skipped",
    "schema-default", "format-changes-meaning", "missing-capability", "many-runs",
  ]

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
