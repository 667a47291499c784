import Foundation
import TestSupport
import Testing

@testable import RecipeLanguage

/// Generated and mutated inputs through everything that reads text. `SOUSVIDE_FUZZ=1000000 swift test -c
/// release --filter FuzzTests` is the long run; what it found is kept in `Tests/Fixtures/fuzz`.
struct FuzzTests {
  private struct Summary {
    var inputs = 0
    var refused = 0
    var formatted = 0
    var slowest = 0.0
  }

  private static let count =
    ProcessInfo.processInfo.environment["SOUSVIDE_FUZZ"].flatMap(Int.init) ?? defaultCount
  #if DEBUG
    private static let defaultCount = 200
  #else
    private static let defaultCount = 4_000
  #endif

  /// Texts to begin with: the golden cases, the grammar's examples, the recipes and the corpus.
  private static func seeds() -> [String] {
    let root = AcceptRejectTests.grammar.deletingLastPathComponent()
    let folders = [
      "Tests/RecipeLanguageTests/Golden", "grammar/accept", "recipes",
      "recipes/videop2r", "recipes/video_thinker", "Tests/Fixtures/fuzz",
    ]
    return folders.flatMap { folder in
      let path = root.appendingPathComponent(folder)
      let names = (try? FileManager.default.contentsOfDirectory(atPath: path.path)) ?? []
      return names.filter { $0.hasSuffix(".yaml") }.sorted().compactMap {
        try? String(contentsOf: path.appendingPathComponent($0), encoding: .utf8)
      }
    }.filter { !$0.isEmpty }
  }

  @Test func everyInputIsReadCheckedAndFormattedInGoodTime() throws {
    let seeds = Self.seeds()
    #expect(seeds.count > 40)
    let grammar = try GeneratedTextTests.grammar("yaml")
    var random = SeededGenerator(3)
    var summary = Summary()
    for round in 0..<Self.count {
      let text: String
      if round < seeds.count {
        text = seeds[round]
      } else if round % 4 == 0 {
        text = grammar.text(of: "recipe", using: &random)
      } else {
        text = Mutator.mutated(seeds[round % seeds.count], seeds, &random)
      }
      try examine(text, &summary)
    }
    print(
      "fuzz: \(summary.inputs) inputs, \(summary.refused) refused, \(summary.formatted) formatted, "
        + "slowest \(Int(summary.slowest * 1000)) ms")
    #expect(summary.refused > summary.inputs / 4)
    #expect(summary.formatted > 0)
  }

  private func examine(_ text: String, _ summary: inout Summary) throws {
    let clock = ContinuousClock()
    let start = clock.now
    let result = RecipeChecker.check(text: text, path: "fuzz.yaml", vocabulary: TestVocabulary.all)
    summary.inputs += 1
    if result.hasErrors { summary.refused += 1 }
    for finding in result.diagnostics {
      guard let file = result.files.first(where: { $0.path == finding.span.path }) else { continue }
      #expect(finding.span.bytes.upperBound <= file.bytes.count, "\(text.debugDescription)")
    }
    let file = SourceFile(path: "fuzz.yaml", text: text)
    for comment in Comments(of: file).all {
      #expect(file.bytes[comment.span.bytes].first == UInt8(ascii: "#"))
    }
    switch formatted(file) {
    case .success(let once):
      let again = formatted(SourceFile(path: "fuzz.yaml", text: once))
      #expect((try? again.get()) == once, "formatting twice differs: \(text.debugDescription)")
      summary.formatted += 1
    case .failure(let refusal):
      let isOurs = refusal.diagnostics.contains { $0.code == .formatChangesMeaning }
      #expect(!isOurs, "\(text.debugDescription)")
    }
    let taken = start.duration(to: clock.now) / .seconds(1)
    summary.slowest = max(summary.slowest, taken)
    #expect(taken < 10, "\(text.debugDescription)")
  }

  private func formatted(_ file: SourceFile) -> Result<String, RecipeFormatter.Refusal> {
    Result { () throws(RecipeFormatter.Refusal) in
      try RecipeFormatter.format(file, vocabulary: TestVocabulary.all)
    }
  }

  @Test func everyExpressionIsReadOrRefused() throws {
    let grammar = try GeneratedTextTests.grammar("expressions")
    var random = SeededGenerator(4)
    let scope = ExpressionScope(.formula) { _ in .value(.number()) }
    for round in 0..<Self.count {
      var text = grammar.text(of: "expression", depth: 10, using: &random)
      if round % 2 == 0 { text = Mutator.mutated(text, [text], &random) }
      let read = ExpressionParser.read(text, in: scope)
      #expect(read.root != nil || !read.problems.isEmpty, "\(text)")
      for problem in read.problems {
        #expect(problem.range.upperBound <= text.utf8.count, "\(text)")
      }
    }
  }
}

/// Changes of bytes, words, lines and blocks.
private enum Mutator {
  private static let fragments = [
    "{", "}", "[", "]", ",", ": ", ":", "-", "- ", "\n", "  ", "\t", "\"", "'", "#", " # x", "&a ",
    "*a", "!!x ", "<<: ", "|", "|\n", ">", "%", "~", "null", "no", "1e9", "..", "320 char", "5%",
    "if(", "&&", "\u{0}", "\u{85}", "\u{2028}", "\u{FEFF}", "é", "映", "🎞", "---\n", "...\n", "? ",
    "1..2 tok", "999999999999999999999999", "1.0e+999", "x-", "schedules.", "${", "${params.a}",
    "@",
    "`", "\\", "\\x", "''", "\r\n", "\r",
  ]

  static func mutated(
    _ text: String, _ others: [String], _ random: inout SeededGenerator
  ) -> String {
    var bytes = Array(text.utf8)
    for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
      let at = Int.random(in: 0..<bytes.count, using: &random)
      let end = min(bytes.count, at + Int.random(in: 0...24, using: &random))
      switch Int.random(in: 0..<9, using: &random) {
      case 0: bytes.removeSubrange(at..<end)
      case 1: bytes.insert(contentsOf: bytes[at..<end], at: at)
      case 2: bytes[at] = UInt8.random(in: 0...255, using: &random)
      case 3: bytes.removeSubrange(at...)
      case 4: lines(&bytes) { $0.remove(at: Int.random(in: 0..<$0.count, using: &random)) }
      case 5:
        lines(&bytes) { lines in
          let one = Int.random(in: 0..<lines.count, using: &random)
          lines.swapAt(one, Int.random(in: 0..<lines.count, using: &random))
        }
      case 6:
        lines(&bytes) { lines in
          let one = Int.random(in: 0..<lines.count, using: &random)
          lines[one] = [.space, .space] + lines[one]
        }
      case 7:
        let other = Array((others.randomElement(using: &random) ?? text).utf8)
        let start = Int.random(in: 0...other.count, using: &random)
        let piece = other[start..<min(other.count, start + Int.random(in: 0...200, using: &random))]
        bytes.insert(contentsOf: piece, at: at)
      default:
        bytes.insert(contentsOf: (fragments.randomElement(using: &random) ?? "{").utf8, at: at)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func lines(_ bytes: inout [UInt8], _ change: (inout [[UInt8]]) -> Void) {
    var lines = bytes.split(separator: .newline, omittingEmptySubsequences: false).map(Array.init)
    change(&lines)
    bytes = Array(lines.joined(separator: [.newline]))
  }
}
