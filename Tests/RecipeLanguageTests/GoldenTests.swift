import Foundation
import RecipeLanguage
import Testing

/// Every `Golden/*.yaml` renders to the `.txt` beside it. `SOUSVIDE_RECORD_GOLDEN=1` writes the texts
/// anew; look at the difference before you keep it.
struct GoldenTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Golden")

  static let cases: [String] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasSuffix(".yaml") }.sorted()
  }()

  @Test func casesAreFound() {
    #expect(Self.cases.count >= 25)
  }

  @Test(arguments: cases)
  func rendersAsRecorded(name: String) throws {
    let file = Self.folder.appendingPathComponent(name)
    let result = RecipeChecker.check(path: file.path, vocabulary: TestVocabulary.all)
    let rendered = DiagnosticRenderer(files: result.files).render(result.diagnostics)
      .replacingOccurrences(of: Self.folder.path + "/", with: "")
    let golden = file.deletingPathExtension().appendingPathExtension("txt")
    if ProcessInfo.processInfo.environment["SOUSVIDE_RECORD_GOLDEN"] != nil {
      try rendered.write(to: golden, atomically: true, encoding: .utf8)
    }
    #expect(rendered == (try String(contentsOf: golden, encoding: .utf8)))
    #expect((result.recipe == nil) == result.hasErrors)
  }
}
