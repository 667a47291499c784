import Testing

@testable import LanguageServer

/// Positions and edits.
struct TextSyncTests {
  @Test func utf16CountsPairsTwice() {
    let lines = LineTable(Array("aé🎬b\r\nx\ry\nz".utf8))
    #expect(lines.starts.count == 4)
    #expect(lines.offset(line: 0, character: 4, .utf16) == 7)
    #expect(lines.offset(line: 0, character: 3, .utf16) == 3)
    #expect(lines.position(of: 7, .utf16) == (0, 4))
    #expect(lines.position(of: 7, .utf8) == (0, 7))
    #expect(lines.position(of: 12, .utf16) == (2, 0))
  }

  @Test func positionsOutsideMoveInside() {
    let lines = LineTable(Array("ab\ncd".utf8))
    #expect(lines.offset(line: 0, character: 99, .utf16) == 2)
    #expect(lines.offset(line: 9, character: 0, .utf16) == 5)
    #expect(lines.offset(line: -1, character: 0, .utf16) == 0)
  }

  @Test func editsApplyInOrder() throws {
    var editor = try Editor("a: 1\nb: 🎬2\n")
    func edit(_ line: Int, _ from: Int, _ to: Int, _ text: String) -> JSON {
      [
        "range": [
          "start": ["line": JSON(line), "character": JSON(from)],
          "end": ["line": JSON(line), "character": JSON(to)],
        ], "text": .string(text),
      ]
    }
    editor.change([edit(1, 5, 6, "3\nc: x"), edit(0, 3, 4, "9"), edit(2, 3, 4, "y")])
    let symbols = try editor.request(
      "textDocument/documentSymbol", ["textDocument": ["uri": "untitled:recipe.yaml"]])
    #expect(symbols.array?.compactMap { $0["name"]?.string } == ["a", "b", "c"])
    #expect(symbols.array?.compactMap { $0["detail"]?.string } == ["9", "🎬3", "y"])
  }

  @Test func aClosedDocumentHasNoFindings() throws {
    var editor = try Editor("sousvide: 2\n")
    #expect(!editor.codes().isEmpty)
    editor.notify("textDocument/didClose", ["textDocument": ["uri": "untitled:recipe.yaml"]])
    #expect(editor.diagnostics["untitled:recipe.yaml"] == [])
  }
}
