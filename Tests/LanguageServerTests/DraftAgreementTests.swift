import Foundation
import RecipeLanguage
import Testing

@testable import LanguageServer

/// The tree of the editor is the tree of the language wherever a text is whole.
struct DraftAgreementTests {
  private static let recipes: [URL] = {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("recipes")
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    return (files?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "yaml" }
  }()

  @Test(arguments: recipes) func everyKeyAndScalarStandsWhereTheLanguageReadsIt(
    _ url: URL
  ) throws {
    try compare(try String(contentsOf: url, encoding: .utf8), path: url.path)
  }

  @Test func thisHoldsForTheOddCorners() throws {
    try compare(
      """
      sousvide: 1 # one
      about:
        "title": 'it''s: {a}, # b'
        description: |
          x: y

          # no comment
        authors:
        - A
        - "B, C"
        cites: [a, b c,
          "d"]
      run: {name: x_y,
            seed: 7}
      segments:
          one:
              process: p
              open: "<a>
                b"

      """, path: "odd.yaml")
  }

  private func compare(_ text: String, path: String) throws {
    let result = RecipeChecker.check(text: text, path: path, vocabulary: EditorVocabulary.all)
    let file = DraftFile(
      path: path, lines: LineTable(Array(text.utf8)), language: Language(EditorVocabulary.all),
      inherited: { _ in nil })
    var compared = 0
    for place in result.places where place.keySpan.path == path && place.span.path == path {
      let own = try #require(file.place(path: place.path), Comment(rawValue: place.path))
      #expect(
        (own.key?.range ?? own.node.range) == place.keySpan.bytes, Comment(rawValue: place.path))
      if own.node.scalar != nil {
        #expect(own.node.range == place.span.bytes, Comment(rawValue: place.path))
      }
      compared += 1
    }
    #expect(compared > 0)
  }
}
