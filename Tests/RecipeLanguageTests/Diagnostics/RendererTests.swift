import Testing

@testable import RecipeLanguage

/// How findings look on terminals of every kind.
struct RendererTests {
  private func render(
    _ text: String, _ marks: (span: Range<Int>, label: String?)..., notes: [String] = [],
    help: String? = nil, style: RenderStyle = RenderStyle()
  ) -> String {
    let file = SourceFile(path: "r.yaml", text: text)
    let diagnostic = Diagnostic(
      .syntax, "the message", at: file.span(marks[0].span), label: marks[0].label,
      secondary: marks.dropFirst().map {
        .init(span: file.span($0.span), text: $0.label ?? "")
      }, notes: notes, help: help)
    return DiagnosticRenderer(files: [file], style: style).render(diagnostic)
  }

  @Test func severalMarksOnOneLineShareARow() {
    let text = "a: {x: 1, x: 2}\n"
    #expect(
      render(text, (10..<11, "again here"), (4..<5, "first here")) == """
        error[SV1001 syntax]: the message
         --> r.yaml:1:11
          |
        1 | a: {x: 1, x: 2}
          |     -     ^ again here
          |     |
          |     first here

        """)
  }

  @Test func threeTextsHangOnThreadsOfTheirOwn() {
    let text = "a: {x: 1, x: 2, x: 3}\n"
    #expect(
      render(text, (4..<5, "one"), (10..<11, "two"), (16..<17, "three")) == """
        error[SV1001 syntax]: the message
         --> r.yaml:1:5
          |
        1 | a: {x: 1, x: 2, x: 3}
          |     ^     -     - three
          |     |     |
          |     |     two
          |     one

        """)
  }

  @Test func aSpanOfSeveralLinesHasABar() {
    let text = "top:\n  a: 1\n  b: 2\n  c: 3\n  d: 4\nend: 1\n"
    #expect(
      render(text, (7..<32, "all of this")) == """
        error[SV1001 syntax]: the message
         --> r.yaml:2:3
          |
        2 | /   a: 1
        ... |
        5 | |   d: 4
          | |______^ all of this

        """)
  }

  @Test func aSpanThatBeginsInsideALineTurnsIntoIt() {
    let text = "top: {a: 1,\n  b: 2}\nend: 1\n"
    #expect(
      render(text, (5..<19, nil), (20..<23, "another")) == """
        error[SV1001 syntax]: the message
         --> r.yaml:1:6
          |
        1 |   top: {a: 1,
          |  ______^
        2 | |   b: 2}
          | |_______^
        3 |   end: 1
          |   --- another

        """)
  }

  @Test func anEmptySpanAtTheEndOfTheFileHasACaret() {
    #expect(
      render("a: \"x", (5..<5, "here")) == """
        error[SV1001 syntax]: the message
         --> r.yaml:1:6
          |
        1 | a: "x
          |      ^ here

        """)
    #expect(
      render("a: 1\n", (5..<5, nil)) == """
        error[SV1001 syntax]: the message
         --> r.yaml:2:1
          |
        2 |
          | ^

        """)
  }

  @Test func windowsLineEndsAreNotShown() {
    #expect(
      render("a: 1\r\nb: 2\r\n", (6..<7, "here")) == """
        error[SV1001 syntax]: the message
         --> r.yaml:2:1
          |
        2 | b: 2
          | ^ here

        """)
  }

  @Test func tabsWideCharactersAndCombiningMarksKeepTheCaretsInPlace() {
    let text = "a:\t{映画: e\u{301}, x: 1}\n"
    let start = "a:\t{映画: e\u{301}, ".utf8.count
    #expect(
      render(text, (start..<start + 1, "here")) == """
        error[SV1001 syntax]: the message
         --> r.yaml:1:13
          |
        1 | a:  {映画: e\u{301}, x: 1}
          |               ^ here

        """)
  }

  @Test func charactersThatATerminalWouldObeyAreNotPrinted() {
    let text = "a: \u{1B}[31m\u{202E}x\n"
    #expect(
      render(text, (0..<1, nil)) == """
        error[SV1001 syntax]: the message
         --> r.yaml:1:1
          |
        1 | a: ?[31mx
          | ^

        """)
  }

  @Test func anotherEncodingGetsASCIIAlone() {
    let rendered = render(
      "é: 映 x\n", ("é: 映 ".utf8.count..<"é: 映 x".utf8.count, "né"), notes: ["a…b é"],
      style: RenderStyle(isASCII: true))
    #expect(
      rendered == """
        error[SV1001 syntax]: the message
         --> r.yaml:1:6
          |
        1 | ?: ?? x
          |       ^ n\\u{E9}
          |
          = note: a...b \\u{E9}

        """)
    #expect(rendered.utf8.allSatisfy { $0 < 0x80 })
  }

  @Test func longNotesAreWrappedAndLongLinesCutToTheWidth() {
    let long = String(repeating: "x", count: 60) + " HERE " + String(repeating: "y", count: 60)
    let rendered = render(
      long, (61..<65, "this"),
      help: "write the value out in full, or share it between several recipes with `extends`",
      style: RenderStyle(width: 50))
    #expect(
      rendered == """
        error[SV1001 syntax]: the message
         --> r.yaml:1:62
          |
        1 | ...xxxxxxxxxxxx HERE yyyyyyyyyyyyyyyyyyyyyy...
          |                 ^^^^ this
          |
          = help: write the value out in full, or share it
                  between several recipes with `extends`

        """)
    #expect(rendered.split(separator: "\n").allSatisfy { $0.count <= 50 })
  }

  @Test func aPlaceInAnotherFileIsShownBelow() {
    let child = SourceFile(path: "child.yaml", text: "b: 2\n")
    let parent = SourceFile(path: "parent.yaml", text: "\n\n\n\n\n\n\n\n\n\na: 1\n")
    let diagnostic = Diagnostic(
      .syntax, "the message", at: child.span(0..<1),
      secondary: [
        .init(span: parent.span(10..<11), text: "declared here"),
        .init(span: .beginning(of: "gone.yaml"), text: "not shown"),
      ])
    #expect(
      DiagnosticRenderer(files: [child, parent]).render(diagnostic) == """
        error[SV1001 syntax]: the message
          --> child.yaml:1:1
           |
         1 | b: 2
           | ^
           |
          ::: parent.yaml:11:1
           |
        11 | a: 1
           | - declared here
           |
          ::: gone.yaml:1:1

        """)
  }

  @Test func colourIsUsedWhereItIsAskedFor() {
    let rendered = render("a: 1\n", (0..<1, "here"), style: RenderStyle(colour: true))
    #expect(rendered.hasPrefix("\u{1B}[1;31merror[SV1001 syntax]\u{1B}[0m"))
    #expect(rendered.contains("\u{1B}[1;31m^ here\u{1B}[0m"))
  }
}
