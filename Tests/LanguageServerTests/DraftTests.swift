import RecipeLanguage
import Testing

@testable import LanguageServer

/// The tree of a text that is being typed.
struct DraftTests {
  private func outline(_ text: String) -> String {
    describe(DraftReader.read(LineTable(Array(text.utf8))).root)
  }

  private func describe(_ node: DraftNode) -> String {
    switch node.content {
    case .empty: "-"
    case .scalar(let scalar): scalar.text
    case .mapping(let entries, _):
      "{"
        + entries.map { "\($0.key.text)\($0.colon == nil ? "?" : ": " + describe($0.value))" }
        .joined(separator: ", ") + "}"
    case .sequence(let items, _): "[" + items.map(describe).joined(separator: ", ") + "]"
    }
  }

  @Test func aWholeRecipeHasItsKeysAndValues() {
    #expect(
      outline("a: 1 # one\nb:\n  c: {d: x y, e: [f, \"g, h\"]}\n  i:\n  - j\n  - k: l\n    m: n\n")
        == "{a: 1, b: {c: {d: x y, e: [f, g, h]}, i: [j, {k: l, m: n}]}}")
  }

  @Test func aHalfTypedKeyKeepsItsRecord() {
    #expect(outline("a:\n  ki\n  b: 1\nc: 2\n") == "{a: {ki?, b: 1}, c: 2}")
    #expect(outline("a:\n  b: 1\n  ki\nc: 2\n") == "{a: {b: 1, ki?}, c: 2}")
  }

  @Test func anOpenBracketEndsWhereTheNextKeyStands() {
    #expect(outline("a:\n  b: {c: 1, d\n  e: 2\nf: 3\n") == "{a: {b: {c: 1, d?}, e: 2}, f: 3}")
    #expect(outline("a: [b, \nc: 2\n") == "{a: [b], c: 2}")
    #expect(outline("a: {b: \nc: 2\n") == "{a: {b: -}, c: 2}")
  }

  @Test func openQuotesEndWithTheirLine() {
    #expect(outline("a: \"x\nb: 2\n") == "{a: x, b: 2}")
    #expect(outline("a: {w: \"x > 0\n  , c: 1}\nb: 2\n") == "{a: {w: x > 0, c: 1}, b: 2}")
  }

  @Test func aDeeperLineBelongsToTheKeyAbove() {
    #expect(outline("a:\n    b: 1\n  c: 2\nd: 3\n") == "{a: {b: 1, c: 2}, d: 3}")
    #expect(outline("a: 1\n   b: 1\nd: 3\n") == "{a: {b: 1}, d: 3}")
  }

  @Test func textMayGoOnOverLines() {
    #expect(
      outline("a: x\n  y\nb: |\n  t: 1\n\n  u\nc: 2\n") == "{a: x\n  y, b: \n  t: 1\n\n  u, c: 2}")
    #expect(outline("a: {b: x\n    y, c: 1}\n") == "{a: {b: x\n    y, c: 1}}")
  }

  @Test func interpolationsMayStandUnquoted() {
    #expect(outline("a: {b: ${params.x}, c: 1}\n") == "{a: {b: ${params.x}, c: 1}}")
  }

  @Test func carriageReturnsEndLines() {
    #expect(outline("a: 1\r\nb:\r\n  c: 2\r\n") == "{a: 1, b: {c: 2}}")
  }

  @Test func nothingIsATreeToo() {
    for text in [
      "", "\n", "# x", "---\n", "{", "[", "\"", "- ", ":", "a:", "{:", "- - -", "|", "%",
    ] {
      _ = outline(text)
    }
    #expect(outline("") == "-")
  }
}
