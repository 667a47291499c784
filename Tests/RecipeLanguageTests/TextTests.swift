import Foundation
import RecipeLanguage
import TestSupport
import Testing

struct TextTests {
  private func check(_ text: String) -> [Diagnostic] {
    RecipeChecker.check(text: text, vocabulary: TestVocabulary.all).diagnostics
  }

  @Test func spansCountBytesAndColumnsCountCharacters() throws {
    let text = "about: {title: \"ÄÖ ☃ 🎞\", titel: 1}\n"
    let finding = try #require(check(text).first { $0.code.slug == "unknown-key" })
    let prefix = "about: {title: \"ÄÖ ☃ 🎞\", "
    #expect(finding.span.bytes == prefix.utf8.count..<prefix.utf8.count + 5)
    #expect(finding.span.start == SourcePosition(line: 1, column: prefix.unicodeScalars.count + 1))
  }

  @Test func aByteOrderMarkAndWindowsLineEndsShiftNothing() throws {
    let plain = try #require(check("sousvide: 1\nmodl: {}\n").first { $0.path == "modl" })
    let windows = try #require(
      check("\u{FEFF}sousvide: 1\r\nmodl: {}\r\n").first { $0.path == "modl" })
    #expect(windows.span.start == plain.span.start)
    #expect(windows.span.bytes.lowerBound == plain.span.bytes.lowerBound + 4)
  }

  @Test func missingFilesFoldersAndOtherEncodingsAreNamed() throws {
    try withTemporaryDirectory { folder in
      func first(_ name: String) -> Diagnostic? {
        let file = folder.appendingPathComponent(name)
        return RecipeChecker.check(file: file, vocabulary: TestVocabulary.all).diagnostics.first
      }
      try "sousvide: 1".write(
        to: folder.appendingPathComponent("quickstart.yaml"), atomically: true, encoding: .utf8)
      #expect(first("quikstart.yaml")?.code.slug == "cannot-read")
      #expect(first("quikstart.yaml")?.help == "did you mean `quickstart.yaml`?")
      #expect(first("")?.code.slug == "cannot-read")
      let latin = folder.appendingPathComponent("latin.yaml")
      try Data([0x61, 0x3A, 0x0A, 0x20, 0xE4, 0x62]).write(to: latin)
      let finding = first("latin.yaml")
      #expect(finding?.code.slug == "not-utf8")
      #expect(finding?.span.start == SourcePosition(line: 2, column: 2))
    }
  }

  @Test func depthAndSizeAreBounded() {
    let deep = "x-a: " + String(repeating: "[", count: 5_000)
    #expect(check(deep).contains { $0.code.slug == "too-deep" })
    let wide = "x-a: \"" + String(repeating: "a", count: 5 << 20) + "\""
    #expect(check(wide).map(\.code.slug) == ["too-large"])
  }

  @Test func controlCharactersAreNeitherReadNorPrinted() {
    let text = "about: {title: \"a\u{1B}[31mb\"}\n"
    let result = RecipeChecker.check(text: text, vocabulary: TestVocabulary.all)
    let rendered = DiagnosticRenderer(files: result.files).render(result.diagnostics)
    #expect(result.diagnostics.contains { $0.code.slug == "syntax" })
    #expect(!rendered.contains("\u{1B}"))
  }

  @Test(arguments: ["\u{85}", "\u{2028}", "\u{2029}"])
  func lineBreaksThatReadersDisagreeAboutAreRefused(_ character: String) throws {
    let found = check("# one\(character)about: {title: \"a\"}\n")
    let finding = try #require(found.first { $0.code.slug == "syntax" })
    #expect(finding.message.contains("a line break that some YAML readers do not see"))
    #expect(finding.span.start.column == 6)
    #expect(!found.contains { $0.path == "about" })
    #expect(!check("about: {title: \"a\\u2028b\"}\n").contains { $0.code.slug == "syntax" })
  }

  @Test func longLinesAreCutAroundTheCaret() throws {
    let long = String(repeating: "k, ", count: 100)
    let text = "x-list: [\(long)\"k\"]\nabout: {authors: [\(long)12]}\n"
    let result = RecipeChecker.check(text: text, vocabulary: TestVocabulary.all)
    let rendered = DiagnosticRenderer(files: result.files).render(result.diagnostics)
    let lines = rendered.split(separator: "\n")
    #expect(lines.allSatisfy { $0.count < 160 })
    let caret = try #require(lines.firstIndex { $0.hasSuffix("^^") })
    let column = lines[caret].count - 2
    #expect(lines[caret - 1].dropFirst(column).hasPrefix("12"))
  }

  @Test func wideCharactersKeepTheCaretInPlace() throws {
    let result = RecipeChecker.check(
      text: "about: {authors: [\"映像\", 12]}\n", vocabulary: TestVocabulary.all)
    let rendered = DiagnosticRenderer(files: result.files).render(result.diagnostics)
    let caret = try #require(rendered.split(separator: "\n").first { $0.hasSuffix("^^") })
    #expect(caret == "  |                           ^^")
  }

  @Test func colourIsOnlyThereOnRequest() throws {
    let result = RecipeChecker.check(text: "a: 1\n", vocabulary: TestVocabulary.all)
    let plain = DiagnosticRenderer(files: result.files)
    let coloured = DiagnosticRenderer(files: result.files, colour: true)
    #expect(!plain.render(result.diagnostics).contains("\u{1B}"))
    #expect(coloured.render(result.diagnostics).contains("\u{1B}[1;31merror[SV"))
  }

  @Test func aCheckTakesMilliseconds() {
    let path = GoldenTests.folder.appendingPathComponent("base.yaml").path
    let times = (0..<20).map { _ in
      ProcessorTime.of { _ = RecipeChecker.check(path: path, vocabulary: TestVocabulary.all) }
    }
    // About 0.6 ms when built for release; room for debug builds.
    #expect(times.min() ?? 1 < 0.025)
  }

  @Test func aLongChainOfParentsEnds() throws {
    try withTemporaryDirectory { folder in
      for index in 0..<40 {
        try "extends: \(index + 1).yaml\n".write(
          to: folder.appendingPathComponent("\(index).yaml"), atomically: true, encoding: .utf8)
      }
      let file = folder.appendingPathComponent("0.yaml")
      let result = RecipeChecker.check(file: file, vocabulary: TestVocabulary.all)
      #expect(result.diagnostics.map(\.code.slug) == ["extends-too-long"])
    }
  }

  @Test func aDefaultThatDoesNotFitItsTypeIsReportedAsTheModulesMistake() {
    var vocabulary = TestVocabulary.all
    vocabulary.samplers = [
      KindSchema(
        "uniform", summary: "evenly",
        fields: [
          .optional("rate", .count, default: "[1", "broken"), .required("frames", .count, ""),
        ])
    ]
    let broken = RecipeChecker.check(
      path: GoldenTests.folder.appendingPathComponent("base.yaml").path, vocabulary: vocabulary)
    #expect(broken.diagnostics.map(\.code.slug) == ["schema-default"])
  }
}
