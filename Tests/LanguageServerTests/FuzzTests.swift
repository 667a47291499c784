import Foundation
import Testing

@testable import LanguageServer

/// Random texts and edits: whatever arrives is answered.
struct FuzzTests {
  /// A small generator, so that a failure can be had again.
  private struct Noise: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ (state >> 29)
    }
  }

  private static let pieces = [
    "{", "}", "[", "]", ":", ": ", ",", "- ", "\n", "\r\n", "  ", "\t", "\"", "'", "#", "|", ">",
    "&a", "*a", "!x", "---\n", "${", "${params.", "kind: ", "rewards:\n  ", "é", "🎬", "\u{FEFF}",
    "0", "tok", "a: {b: [c", "%", "\\", "segment.", "extends: recipe.yaml\n", "\u{0}",
  ]

  /// How many times the usual is tried: with `SOUSVIDE_FUZZ=1000000` 250 times, as of the recipes.
  private static let effort =
    max(1, (ProcessInfo.processInfo.environment["SOUSVIDE_FUZZ"].flatMap(Int.init) ?? 0) / 4_000)

  private func mutated(_ text: String, _ noise: inout Noise) -> String {
    var bytes = Array(text.unicodeScalars)
    for _ in 0..<Int.random(in: 1...3, using: &noise) {
      let start = Int.random(in: 0...bytes.count, using: &noise)
      let end = min(bytes.count, start + Int.random(in: 0...12, using: &noise))
      let piece = Self.pieces.randomElement(using: &noise) ?? ""
      bytes.replaceSubrange(start..<end, with: piece.unicodeScalars)
    }
    var text = String.UnicodeScalarView()
    text.append(contentsOf: bytes)
    return String(text)
  }

  @Test func everyTextHasATreeWhoseRangesNest() {
    var noise = Noise(state: 3)
    var text = EditorVocabulary.recipe
    for round in 0..<300 * Self.effort {
      text = round % 20 == 0 ? EditorVocabulary.recipe : mutated(text, &noise)
      let lines = LineTable(Array(text.utf8))
      check(DraftReader.read(lines).root, within: 0..<lines.bytes.count)
    }
  }

  private func check(_ node: DraftNode, within range: Range<Int>) {
    #expect(range.lowerBound <= node.range.lowerBound && node.range.upperBound <= range.upperBound)
    for item in node.items { check(item, within: range) }
    for entry in node.entries {
      #expect(entry.key.range.upperBound <= max(entry.range.upperBound, range.upperBound))
      check(entry.value, within: range)
    }
  }

  @Test func randomEditsAndRequestsAreAnswered() throws {
    var noise = Noise(state: 11)
    var editor = try Editor("")
    let methods = [
      "hover", "completion", "definition", "references", "documentHighlight", "prepareRename",
      "rename", "documentSymbol", "foldingRange", "selectionRange", "codeAction", "formatting",
      "inlayHint", "semanticTokens/full",
    ]
    var text = EditorVocabulary.recipe
    for round in 0..<30 * Self.effort {
      text = round % 15 == 0 ? EditorVocabulary.recipe : mutated(text, &noise)
      editor.write(text)
      for method in methods {
        let line = Int.random(in: 0...60, using: &noise)
        let place: JSON = [
          "line": JSON(line), "character": JSON(Int.random(in: 0...40, using: &noise)),
        ]
        let answer = editor.ask(
          "textDocument/\(method)",
          [
            "textDocument": ["uri": "untitled:recipe.yaml"], "position": place,
            "positions": [place], "newName": "other", "context": ["diagnostics": []],
            "range": ["start": ["line": 0, "character": 0], "end": place],
            "options": ["tabSize": 2, "insertSpaces": true],
          ])
        #expect(answer["result"] != nil || answer["error"] != nil)
      }
    }
  }

  @Test func randomRangesOfEditsAreApplied() throws {
    var noise = Noise(state: 5)
    var editor = try Editor(EditorVocabulary.recipe)
    for _ in 0..<40 * Self.effort {
      func place() -> JSON {
        [
          "line": JSON(Int.random(in: -1...70, using: &noise)),
          "character": JSON(Int.random(in: 0...50, using: &noise)),
        ]
      }
      let piece = Self.pieces.randomElement(using: &noise) ?? ""
      editor.change([["range": ["start": place(), "end": place()], "text": .string(piece)]])
    }
    editor.write(EditorVocabulary.recipe)
    #expect(editor.diagnostics["untitled:recipe.yaml"]?.contains { $0["severity"] == 1 } == false)
  }
}
