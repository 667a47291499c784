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
    /// Processor time for one input, in seconds.
    private static let limit = 10.0
  #else
    private static let defaultCount = 4_000
    private static let limit = 1.0
  #endif
  private static let isLong = count > defaultCount

  /// A text to begin with, and where it is: what it extends and the prompts it names are found from there.
  private struct Seed {
    var path: String
    var text: String
  }

  /// The golden cases, the grammar's examples, the recipes and the corpus.
  private static func seeds() -> [Seed] {
    let root = AcceptRejectTests.grammar.deletingLastPathComponent()
    let folders = [
      "Tests/RecipeLanguageTests/Golden", "grammar/accept", "recipes",
      "recipes/videop2r", "recipes/video_thinker", "Tests/Fixtures/fuzz",
    ]
    return folders.flatMap { folder in
      let path = root.appendingPathComponent(folder)
      let names = (try? FileManager.default.contentsOfDirectory(atPath: path.path)) ?? []
      return names.filter { $0.hasSuffix(".yaml") }.sorted().compactMap { name in
        let file = path.appendingPathComponent(name)
        return (try? String(contentsOf: file, encoding: .utf8)).map {
          Seed(path: file.path, text: $0)
        }
      }
    }.filter { !$0.text.isEmpty }
  }

  @Test func everyInputIsReadCheckedAndFormattedInGoodTime() throws {
    let seeds = Self.seeds()
    let texts = seeds.map(\.text)
    #expect(seeds.count > 40)
    let grammar = try GeneratedTextTests.grammar("yaml")
    var random = SeededGenerator(3)
    // What is wrong already shows little of what lies behind the schema.
    let sound = seeds.filter {
      !RecipeChecker.check(path: $0.path, vocabulary: TestVocabulary.all).hasErrors
    }
    #expect(sound.count > 3)
    var summary = Summary()
    for round in 0..<Self.count {
      var input = seeds[round % seeds.count]
      if round >= seeds.count {
        switch round % 4 {
        case 0: input.text = grammar.text(of: "recipe", using: &random)
        case 1:
          input = sound[round / 4 % sound.count]
          input.text = Mutator.nudged(input.text, &random)
        default: input.text = Mutator.mutated(input.text, texts, &random)
        }
      }
      try examine(input, &summary)
      if Self.isLong, round % 50_000 == 49_999 { print("fuzz: \(round + 1) of \(Self.count)") }
    }
    print(
      "fuzz: \(summary.inputs) inputs, \(summary.refused) refused, \(summary.formatted) formatted, "
        + "slowest \(Int(summary.slowest * 1000)) ms, at most \(Self.peakMegabytes) MB")
    #expect(summary.refused > summary.inputs / 4)
    #expect(summary.inputs - summary.refused > summary.inputs / 20)
    #expect(summary.formatted > 0)
    // A long run is alone in its process.
    if Self.isLong { #expect(Self.peakMegabytes < 256) }
  }

  /// The most memory that the process has held.
  private static var peakMegabytes: Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss / 1024
  }

  private func examine(_ input: Seed, _ summary: inout Summary) throws {
    let text = input.text
    let start = ProcessorTime.now
    let result = RecipeChecker.check(
      text: text, path: input.path, vocabulary: TestVocabulary.all)
    summary.inputs += 1
    if result.hasErrors { summary.refused += 1 }
    for finding in result.diagnostics {
      guard let file = result.files.first(where: { $0.path == finding.span.path }) else { continue }
      #expect(finding.span.bytes.upperBound <= file.bytes.count, "\(text.debugDescription)")
    }
    let file = SourceFile(path: input.path, text: text)
    for comment in Comments(of: file).all {
      #expect(file.bytes[comment.span.bytes].first == UInt8(ascii: "#"))
    }
    switch formatted(file) {
    case .success(let once):
      let again = formatted(SourceFile(path: input.path, text: once))
      #expect((try? again.get()) == once, "formatting twice differs: \(text.debugDescription)")
      summary.formatted += 1
    case .failure(let refusal):
      let isOurs = refusal.diagnostics.contains { $0.code == .formatChangesMeaning }
      #expect(!isOurs, "\(text.debugDescription)")
    }
    let taken = ProcessorTime.now - start
    summary.slowest = max(summary.slowest, taken)
    #expect(taken < Self.limit, "\(text.debugDescription)")
  }

  private func formatted(_ file: SourceFile) -> Result<String, RecipeFormatter.Refusal> {
    Result { () throws(RecipeFormatter.Refusal) in
      try RecipeFormatter.format(file, vocabulary: TestVocabulary.all)
    }
  }

  @Test func everyExpressionIsReadAndEvaluatedOrRefused() throws {
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
      guard let root = read.root, read.problems.isEmpty else { continue }
      let value = root.value(in: .random(using: &random))
      if case .number(let number, _)? = value { #expect(number.isFinite, "\(text)") }
    }
  }
}

extension ExpressionEnvironment {
  /// Numbers of every size, booleans, and names without a value.
  fileprivate static func random(using random: inout SeededGenerator) -> ExpressionEnvironment {
    let values: [ExpressionValue?] = (0..<7).map { _ in
      switch Int.random(in: 0..<6, using: &random) {
      case 0: nil
      case 1: .boolean(Bool.random(using: &random))
      case 2: .number(Double.greatestFiniteMagnitude)
      case 3: .number(-1e-300)
      case 4: .text("映")
      default: .number(Double.random(in: -2...2, using: &random))
      }
    }
    func value(_ name: String) -> ExpressionValue? { values[name.utf8.count % values.count] }
    return ExpressionEnvironment(responses: [value, { _ in values[0] }], value)
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

  /// The same with one or two of its numbers, words or entries changed: what often is a recipe still.
  static func nudged(_ text: String, _ random: inout SeededGenerator) -> String {
    var bytes = Array(text.utf8)
    for _ in 0..<Int.random(in: 1...2, using: &random) {
      let isNumber = Bool.random(using: &random)
      let words = runs(bytes) { isNumber ? $0.isDigit : $0.isNamePart }
      guard let one = words.randomElement(using: &random),
        let other = words.randomElement(using: &random)
      else { continue }
      switch Int.random(in: 0..<4, using: &random) {
      case 0 where isNumber: bytes.insert(UInt8(ascii: "0"), at: one.upperBound)
      case 1 where isNumber: bytes.replaceSubrange(one, with: [UInt8(ascii: "0")])
      case 2 where !isNumber:
        lines(&bytes) { $0.remove(at: Int.random(in: 0..<$0.count, using: &random)) }
      default: bytes.replaceSubrange(one, with: Array(bytes[other]))
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func runs(_ bytes: [UInt8], _ holds: (UInt8) -> Bool) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    for (index, byte) in bytes.enumerated() where holds(byte) {
      if let last = runs.last, last.upperBound == index {
        runs[runs.count - 1] = last.lowerBound..<index + 1
      } else {
        runs.append(index..<index + 1)
      }
    }
    return runs
  }

  private static func lines(_ bytes: inout [UInt8], _ change: (inout [[UInt8]]) -> Void) {
    var lines = bytes.split(separator: .newline, omittingEmptySubsequences: false).map(Array.init)
    change(&lines)
    bytes = Array(lines.joined(separator: [.newline]))
  }
}
