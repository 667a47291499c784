import Foundation
import Testing

@testable import RecipeLanguage

struct RecipeFormatterTests {
  private func format(_ text: String) throws -> String {
    let file = SourceFile(path: "recipe.yaml", text: text)
    let once = try RecipeFormatter.format(file, vocabulary: TestVocabulary.all)
    let again = SourceFile(path: "recipe.yaml", text: once)
    #expect(try RecipeFormatter.format(again, vocabulary: TestVocabulary.all) == once, "\(once)")
    return once
  }

  private func expect(
    _ text: String, becomes wanted: String, _ place: SourceLocation = #_sourceLocation
  ) throws {
    let got = try format(text)
    #expect(got == wanted, "\(got)", sourceLocation: place)
  }

  @Test func keysComeInTheOrderOfTheSchemaAndNamesInTheirAuthors() throws {
    try expect(
      """
      rewards:
        b: {credit: reasoning, primary: true, kind: accuracy, of: [answer]}
        a: {kind: format, of: [answer], credit: reasoning}
      x-note: 1
      sousvide: 1
      """,
      becomes: """
        sousvide: 1
        rewards:
          b: {kind: accuracy, of: [answer], credit: reasoning, primary: true}
          a: {kind: format, of: [answer], credit: reasoning}
        x-note: 1

        """)
  }

  @Test func quotesAreWhereTheyAreNeeded() throws {
    try expect(
      """
      about: {title: 'plain', description: "two words", authors: ["yes", '12', "a, b", 'it''s', "é"]}
      rewards:
        a:
          when: if(correct > 0, true, false)
        b: {when: "correct > 0"}
        c: {when: 'x == "a, b"'}
      """,
      becomes: """
        about: {title: plain, description: "two words", authors: ["yes", "12", "a, b", it's, é]}
        rewards:
          a:
            when: "if(correct > 0, true, false)"
          b: {when: "correct > 0"}
          c: {when: 'x == "a, b"'}

        """)
  }

  @Test func quantitiesAndNumbersAreWrittenOneWay() throws {
    try expect(
      """
      rewards:
        a: {kind: length, window: 128 .. 320tok, pays: 2e-1}
      stages:
        rl: {algorithm: process_aware_grpo, sampling: {max_new_tokens: 72tok, temperature: 1.50}}
      """,
      becomes: """
        rewards:
          a: {kind: length, window: 128..320 tok, pays: 2.0e-1}
        stages:
          rl: {algorithm: process_aware_grpo, sampling: {temperature: 1.50, max_new_tokens: 72 tok}}

        """)
  }

  @Test func commentsStayWithTheirEntries() throws {
    try expect(
      """
      # The header
      # of the file.

      # about data
      data: # all of it


          # the first
          a:   {kind: clipworld,
             clips: 3, split: train}   # three
          # the end of data
      # about the version
      sousvide: 1          # language
      about:
        authors: [ # who
          a, # one
          # two
          b]
      #end
      """,
      becomes: """
        # The header
        # of the file.
        # about the version
        sousvide: 1          # language
        about:
          authors:
            # who
            - a  # one
            # two
            - b

        # about data
        data:  # all of it
          # the first
          a: {kind: clipworld, split: train, clips: 3}  # three
          # the end of data
        #end

        """)
  }

  @Test func longBracketsBecomeBlocksAndBlocksStay() throws {
    let long = (1...12).map { "name_\($0): value_\($0)" }.joined(separator: ", ")
    let block = (1...12).map { "  name_\($0): value_\($0)\n" }.joined()
    try expect("x-a: {\(long)}\n", becomes: "x-a:\n\(block)")
    try expect(
      "x-a:\n     b: 1\n     c:\n     - d\n     - e: 1\n       f: 2\n",
      becomes: "x-a:\n  b: 1\n  c:\n    - d\n    - e: 1\n      f: 2\n")
  }

  @Test func blockTextKeepsItsLines() throws {
    try expect(
      "x-a:\n    b: |  # why\n          one\n            two\n\n          three\n    c: >-\n     x\n     y\n",
      becomes: "x-a:\n  b: |    # why\n    one\n      two\n\n    three\n  c: >-\n    x\n    y\n")
    try expect(
      "x-a:  # one\n  |  # two\n   three\n", becomes: "# one\nx-a: |  # two\n  three\n")
    try expect("x-a: |2\n   one\n", becomes: "x-a: \" one\\n\"\n")
    try expect("x-a: |+\n one\n\n\nx-b: 1\n", becomes: "x-a: |+\n  one\n\n\nx-b: 1\n")
    try expect("x-a: |\n  one\n   ", becomes: "x-a: \"one\\n \"\n")
    try expect("x-a: |\n  one\n    \n\nx-b: 1\n", becomes: "x-a: \"one\\n  \\n\"\n\nx-b: 1\n")
    try expect("x-a: |+\n one\n  two", becomes: "x-a: |-\n  one\n   two\n")
    try expect(
      "secrets: {key: {env: A}}\nabout: |\n one",
      becomes: "about: |-\n  one\nsecrets: {key: {env: A}}\n")
    try expect("x-a: |+\n one\n\n\n", becomes: "x-a: |+\n  one\n\n\n")
    try expect("x-a: |+\n one\n\n\n ", becomes: "x-a: |+\n  one\n\n\n")
    try expect("x-a: |+\n  ", becomes: "x-a: \"\"\n")
    try expect("x-a: |+\n\n\n  ", becomes: "x-a: \"\\n\\n\"\n")
  }

  @Test func textOverSeveralLinesKeepsThem() throws {
    try expect(
      "x-a: \"one\n    two\"\nx-b: one\n     two\nx-c: {d: \"one\n two\"}\n",
      becomes: "x-a: \"one\n  two\"\nx-b: one\n  two\nx-c: {d: \"one two\"}\n")
    // A blank that is escaped is text, others at the end of a line are not.
    try expect(
      "x-a: \"one\\  \n\n \\\t\t\n two\\\\ \n three\"\nx-b: 'one\\  \n two'\n",
      becomes: "x-a: \"one\\ \n\n  \\\t\n  two\\\\\n  three\"\nx-b: 'one\\\n  two'\n")
  }

  @Test func windowsLinesBlankLinesAndMarkersGo() throws {
    try expect(
      "\u{FEFF}---\r\nx-a: 1  \r\n\r\n\r\n\r\nx-b: 2\r\n...\r\n", becomes: "x-a: 1\n\nx-b: 2\n")
    try expect("x-a: 1", becomes: "x-a: 1\n")
  }

  @Test func aFileWithSyntaxErrorsIsLeftAlone() {
    for text in ["a: {", "a: 1\na: 2\n", "a: &b 1\n", "\tb: 1\n", ""] {
      #expect(throws: RecipeFormatter.Refusal.self) {
        try RecipeFormatter.format(
          SourceFile(path: "recipe.yaml", text: text), vocabulary: TestVocabulary.all)
      }
    }
  }

  @Test func everyGoldenCaseThatCanBeReadCanBeFormatted() throws {
    for name in GoldenTests.cases {
      let path = GoldenTests.folder.appendingPathComponent(name).path
      let file = try SourceFile.read(path)
      let read = TreeReader.read(file)
      guard read.diagnostics.isEmpty, read.root?.entries != nil else { continue }
      do { _ = try format(file.text) } catch { Issue.record("\(name): \(error)") }
    }
  }
}
