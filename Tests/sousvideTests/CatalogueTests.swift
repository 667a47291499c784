import Foundation
import Testing

@testable import RecipeLanguage
@testable import sousvide

/// The catalogue of diagnostics, with every kind this build knows.
struct CatalogueTests {
  private let codes = DiagnosticCatalogue.all(.standard)

  /// `SOUSVIDE_RECORD_GOLDEN=1` writes the page anew.
  @Test func thePageIsCurrent() throws {
    let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("grammar/diagnostics.md")
    let text = DiagnosticCatalogue.markdown(.standard)
    if ProcessInfo.processInfo.environment["SOUSVIDE_RECORD_GOLDEN"] != nil {
      try text.write(to: page, atomically: true, encoding: .utf8)
    }
    #expect(try String(contentsOf: page, encoding: .utf8) == text)
  }

  @Test func numbersAndNamesAreUnique() {
    let declared =
      Vocabulary.standard.kinds.flatMap(\.codes) + RecipeChecks.all.flatMap(\.codes)
      + DiagnosticCatalogue.language
    let slugs = Dictionary(grouping: declared, by: \.number).mapValues { Set($0.map(\.slug)) }
    for (number, names) in slugs { #expect(names.count == 1, "SV\(number): \(names)") }
    #expect(Set(codes.map(\.slug)).count == codes.count)
  }

  @Test(arguments: DiagnosticCatalogue.all(.standard))
  func theExampleIsFoundAndTheNearMissIsNot(_ code: DiagnosticCode) throws {
    let explanation = try #require(code.explanation, "\(code.slug) explains nothing")
    guard let example = explanation.example, let nearMiss = explanation.nearMiss else { return }
    #expect(check(example).contains { $0.code == code }, "\(code.slug): \(check(example))")
    let spared = check(nearMiss)
    #expect(!spared.contains { $0.code == code || $0.severity == .error }, "\(spared)")
  }

  @Test func nothingIsSaidAboutTheBaseOfTheExamples() {
    #expect(check(.sections("")).filter { $0.severity != .note } == [])
  }

  private func check(_ example: RecipeExample) -> [Diagnostic] {
    RecipeChecker.check(
      text: example.text, vocabulary: .standard, options: CheckOptions { _ in example.facts }
    ).diagnostics
  }
}
