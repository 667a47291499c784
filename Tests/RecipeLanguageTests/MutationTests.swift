import Foundation
import RecipeLanguage
import Testing

/// Whatever is done to a recipe, checking it ends, in good time and with places inside the file.
struct MutationTests {
  /// A small generator with a fixed seed (SplitMix64), so that a failure can be repeated.
  private struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }

  private static let fragments = [
    "{", "}", "[", "]", ",", ": ", ":", "-", "- ", "\n", "  ", "\t", "\"", "'", "#", "&a ", "*a",
    "!!x ",
    "<<: ", "|", ">", "%", "~", "null", "no", "1e9", "..", "320 char", "5%", "not ", "(", "if(",
    "&&",
    "\u{0}", "\u{85}", "\u{2028}", "é", "映", "🎞", "---\n", "...\n", "? ", "1..2 tok",
    "extends: x\n",
    "999999999999999999999999", "1.0e+999", "x-", "schedules.", "${", "@", "`",
  ]

  private func mutate(_ bytes: [UInt8], _ random: inout Generator) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
      let at = Int.random(in: 0..<bytes.count, using: &random)
      let end = min(bytes.count, at + Int.random(in: 0...24, using: &random))
      switch Int.random(in: 0..<5, using: &random) {
      case 0: bytes.removeSubrange(at..<end)
      case 1: bytes.insert(contentsOf: bytes[at..<end], at: at)
      case 2: bytes[at] = UInt8.random(in: 0...255, using: &random)
      case 3: bytes.removeSubrange(at...)
      default:
        let fragment = Self.fragments.randomElement(using: &random) ?? "{"
        bytes.insert(contentsOf: fragment.utf8, at: at)
      }
    }
    return bytes
  }

  @Test func mutatedRecipesAreCheckedWithoutCrashing() throws {
    var sources: [[UInt8]] = []
    for name in GoldenTests.cases {
      let data = try Data(contentsOf: GoldenTests.folder.appendingPathComponent(name))
      if !data.isEmpty { sources.append([UInt8](data)) }
    }
    var random = Generator(state: 20_261_101)
    var rejected = 0
    for round in 0..<3_000 {
      let source = sources[round % sources.count]
      let text = String(decoding: mutate(source, &random), as: UTF8.self)
      let path = GoldenTests.folder.appendingPathComponent("mutant.yaml").path
      let result = RecipeChecker.check(text: text, path: path, vocabulary: TestVocabulary.all)
      #expect((result.recipe == nil) == result.hasErrors)
      for finding in result.diagnostics {
        let file = result.files.first { $0.path == finding.span.path }
        #expect(finding.span.bytes.upperBound <= file?.bytes.count ?? 0)
      }
      let rendered = DiagnosticRenderer(files: result.files).render(result.diagnostics)
      #expect(rendered.isEmpty == result.diagnostics.isEmpty)
      if result.hasErrors { rejected += 1 }
    }
    #expect(rejected > 1_500)
  }
}
