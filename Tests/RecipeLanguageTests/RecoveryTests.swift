import Foundation
import TestSupport
import Testing

@testable import RecipeLanguage

/// A syntax error hides the block it is in, and nothing else.
struct RecoveryTests {
  private static let base: String = {
    let file = GoldenTests.folder.appendingPathComponent("base.yaml")
    return (try? String(contentsOf: file, encoding: .utf8)) ?? ""
  }()

  private func check(_ text: String) -> [Diagnostic] {
    RecipeChecker.check(text: text, vocabulary: TestVocabulary.all).diagnostics
  }

  /// What only follows from text that could not be read.
  private static let cascades: Set = [
    "missing-key", "undeclared-name", "undeclared-segment", "undeclared-process",
    "expression-name", "missing-value", "unused-declaration",
  ]

  @Test func whateverBracketQuoteOrColonIsMissingAMistakeBelowIsFoundAndNothingIsMadeUp() {
    let bytes = Array((Self.base + "x-last: {a: 1, a: 2}\n").utf8)
    var broken = 0
    for (offset, byte) in bytes.enumerated() where "{}[]\":".utf8.contains(byte) {
      guard offset < Self.base.utf8.count else { break }
      var text = bytes
      text.remove(at: offset)
      let found = check(String(decoding: text, as: UTF8.self))
      guard found.contains(where: { $0.code == .syntax }) else { continue }
      broken += 1
      let line = text[..<offset].count { $0 == .newline } + 1
      #expect(found.contains { $0.code == .duplicateKey }, "line \(line), offset \(offset)")
      let madeUp = found.filter { Self.cascades.contains($0.code.slug) }
      #expect(madeUp.isEmpty, "line \(line), offset \(offset): \(madeUp.map(\.message))")
    }
    #expect(broken > 80)
  }

  @Test func whatWasHiddenIsKnown() {
    func damaged(_ text: String) -> [Damage] {
      TreeReader.read(SourceFile(path: "recipe.yaml", text: text)).damaged
    }
    #expect(
      damaged("a: 1\nrewards:\n  one: {b: 1\n  two: {c: 1}\n")
        == [Damage(parent: "rewards", key: "one")])
    #expect(damaged("a: @1\nb: 2\n") == [Damage(parent: "", key: "a")])
    #expect(
      damaged("a:\n  b:\n    - x\n    - y: [\n    - z\n  c: 1\n")
        == [Damage(parent: "a.b", key: nil)])
    #expect(damaged("a: 1\nb: 2\n").isEmpty)
  }

  @Test func aSyntaxErrorNamesTheSettingItHides() throws {
    let found = try #require(check("stages:\n  rl:\n    steps: @5\n").first { $0.code == .syntax })
    #expect(found.path == "stages.rl.steps")
  }

  @Test func bytesKeepTheirPlaces() throws {
    let text = "x-a: 'ä\nx-b: 1\nx-c: {é: 映, é: 1}\n"
    let file = SourceFile(path: "recipe.yaml", text: text)
    let found = try #require(
      TreeReader.read(file).diagnostics.first { $0.code == .duplicateKey })
    #expect(String(decoding: file.bytes[found.span.bytes], as: UTF8.self) == "é")
    #expect(found.span.start == SourcePosition(line: 3, column: 13))
  }

  @Test func thereAreAtMostSoManyErrors() {
    let text = String(repeating: "x-a: @\nb: {\n", count: 500)
    #expect(check(text).count { $0.code == .syntax } <= Limits.syntaxErrors)
    let tabs = String(repeating: "\ta: 1\n", count: 500)
    #expect(check(tabs).count { $0.code == .tabIndentation } <= Limits.syntaxErrors)
    let bells = String(repeating: "a\u{7}\n", count: 500)
    #expect(check(bells).count { $0.code == .syntax } <= Limits.syntaxErrors)
  }

  /// Lines that would make reading them again and again expensive.
  enum Hostile: String, CaseIterable {
    case errorsAtTheEnd, errors, brackets, longLine, tabs, quotes, newlines, bells, comments, deep,
      words

    func text(bytes: Int) -> String {
      func many(_ line: String) -> String {
        String(repeating: line, count: bytes / line.utf8.count)
      }
      return switch self {
      case .errorsAtTheEnd: many("x-a: 1\n").dropLast(40) + "\nb: {\nc: [\nd: @\n"
      case .errors: many("x: @\n")
      case .brackets: "a: " + many("{b: [").dropLast(5)
      case .longLine: "x-a: [" + many("é,").dropLast(10) + "]\n"
      case .tabs: many("\ta: 1\n")
      case .quotes: many("a: \"b\n")
      case .newlines: many("\n").dropLast(10) + "a: {"
      case .bells: many("\u{7}")
      case .comments: many("# \n")
      case .deep:
        (0..<Int(Double(2 * bytes).squareRoot()) - 10)
          .map { String(repeating: " ", count: $0) + "a:\n" }.joined()
      case .words: many("word\n")
      }
    }
  }

  /// In processor time. A release build reads files of the largest size, in a second at most where nothing
  /// else runs; what is quadratic takes minutes. A debug build is slower by far.
  @Test(arguments: Hostile.allCases)
  func aHostileFileIsReadInGoodTime(_ hostile: Hostile) {
    #if DEBUG
      let size = Limits.fileBytes / 128
    #else
      let size = Limits.fileBytes
    #endif
    let file = SourceFile(path: "recipe.yaml", text: hostile.text(bytes: size))
    let start = ProcessorTime.now
    _ = TreeReader.read(file)
    let taken = ProcessorTime.now - start
    #expect(taken < 5, "\(hostile)")
    if ProcessInfo.processInfo.environment["SOUSVIDE_TIMES"] != nil { print(hostile, taken) }
  }
}
