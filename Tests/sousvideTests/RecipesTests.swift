import Foundation
import RecipeLanguage
import TestSupport
import Testing

@testable import sousvide

/// The recipes that ship with the program.
@Suite struct RecipesTests {
  static let folder = Fixtures.directory.deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("recipes")

  static let all: [String] = {
    let paths = FileManager.default.enumerator(atPath: folder.path)?.allObjects as? [String] ?? []
    return paths.filter { $0.hasSuffix(".yaml") }.sorted()
  }()

  @Test func theyAreFound() {
    #expect(Self.all.contains("quickstart.yaml"))
    #expect(Self.all.contains("text_only.yaml"))
    #expect(Self.all.contains("videop2r/videop2r.yaml"))
    #expect(Self.all.contains("video_thinker/video_thinker.yaml"))
  }

  @Test(arguments: all)
  func nothingIsWrongAndEverythingIsPlanned(name: String) async {
    let path = Self.folder.appendingPathComponent(name).path
    let result = RecipeChecker.check(path: path, vocabulary: .standard, options: .standard)
    let told = result.diagnostics.filter { $0.severity != .note }
    #expect(told.isEmpty, "\(DiagnosticRenderer(files: result.files).render(told))")
    let recording = Recording()
    let code = await Sousvide.tool.run(["plan", path], on: recording.console())
    #expect(code == .success, "\(recording.error)")
  }

  @Test(arguments: all)
  func theyAreInTheirCanonicalForm(name: String) throws {
    let file = try SourceFile.read(Self.folder.appendingPathComponent(name).path)
    #expect(try RecipeFormatter.format(file, vocabulary: .standard) == file.text)
  }

  /// At the papers' scale something is still missing, which is said before anything starts.
  @Test(arguments: all.filter { $0.contains("/") && !$0.hasPrefix("lab/") })
  func whatIsMissingToRunIsNamed(name: String) async {
    let recording = Recording()
    let code = await Sousvide.tool.run(
      ["run", Self.folder.appendingPathComponent(name).path], on: recording.console())
    #expect(code == .failure)
    #expect(recording.error.contains("SV5752") || recording.error.contains("SV6018"))
  }

  /// The recipe text of the README is the quick start's.
  @Test func theSnippetsOfTheReadmeAreRecipes() throws {
    let page = try String(
      contentsOf: Self.folder.deletingLastPathComponent().appendingPathComponent("README.md"),
      encoding: .utf8)
    let snippets = page.components(separatedBy: "```yaml\n").dropFirst()
      .compactMap { $0.components(separatedBy: "```").first }
    #expect(snippets.count >= 3)
    for snippet in snippets {
      // `…` stands for settings that the page leaves out; the quick start has them.
      let text =
        "extends: \(Self.folder.path)/quickstart.yaml\n"
        + snippet.replacingOccurrences(of: ", …}", with: "}")
      let result = RecipeChecker.check(text: text, vocabulary: .standard, options: .standard)
      #expect(!result.hasErrors, "\(snippet)\n\(result.diagnostics.map(\.message))")
    }
  }
}
