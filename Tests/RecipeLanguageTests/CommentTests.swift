import RecipeLanguage
import Testing

struct CommentTests {
  private func comments(_ text: String) -> [RecipeComment] {
    Comments(of: SourceFile(path: "recipe.yaml", text: text)).all
  }

  @Test func aHashInsideAValueIsNoComment() {
    let text = """
      plain: a#b  # one
      double: "x # y"# two
      single: 'it''s # no' # three
      # four
      flow: {a: b#c, "d # e": [f] } # five
      literal: | # six
        text # no
        # no
      folded: >-
        # no

       # seven
      last: 1
      """
    #expect(
      comments(text).map(\.text) == [
        "# one", "# two", "# three", "# four", "# five", "# six", "# seven",
      ])
  }

  @Test func aCommentSaysWhereItStandsAndWhatItBelongsTo() throws {
    let text = """
      # about the file \t
      sousvide: 1 # the version
      rewards: # all
        # first
        correct: {kind: accuracy,
          # inside
          of: [answer], # and behind
          credit: reasoning} # closed
        other:
          - a # an item
          # between
          - b
      # the end
      """
    let found = comments(text)
    #expect(
      found.map(\.path) == [
        "sousvide", "sousvide", "rewards", "rewards.correct", "rewards.correct.of",
        "rewards.correct.of", "rewards.correct.credit", "rewards.other[0]", "rewards.other[1]", "",
      ])
    #expect(
      found.map(\.standsAlone) == [
        true, false, false, true, true, false, false, false, true, true,
      ])
    #expect(found[0].text == "# about the file")
    let closed = try #require(found.first { $0.text == "# closed" })
    #expect(closed.span.start == SourcePosition(line: 8, column: 24))
    #expect(Array(text.utf8)[closed.span.bytes] == ArraySlice("# closed".utf8))
  }

  @Test func remarksAboutALineAreOnItOrAboveIt() {
    let text = "a: 1 # not this\n# above\nb: 2 # on\n# below\n"
    let all = Comments(of: SourceFile(path: "recipe.yaml", text: text))
    #expect(all.about(line: 3).map(\.text) == ["# above", "# on"])
  }

  @Test func windowsLinesAndOtherScriptsKeepTheirPlaces() {
    let text = "\u{FEFF}a: \"映 # 像\" # ä\r\n# ö\r\nb: 1\r\n"
    let found = comments(text)
    #expect(found.map(\.text) == ["# ä", "# ö"])
    #expect(found.map(\.line) == [1, 2])
    #expect(found.map(\.path) == ["a", "b"])
  }

  @Test func aFileOfCommentsAloneKeepsThem() {
    #expect(comments("# one\n\n  # two").map(\.text) == ["# one", "# two"])
    #expect(comments("").isEmpty)
  }
}
