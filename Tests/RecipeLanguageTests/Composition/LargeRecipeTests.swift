import RecipeLanguage
import TestSupport
import Testing

/// Checking takes time in proportion to the text, whatever the text holds much of.
struct LargeRecipeTests {
  private static let segments = 20

  /// A recipe with many segments, rewards, schedules, params and comments.
  static func recipe(entries: Int) -> String {
    var blocks: [String: String] = [:]
    for number in 0..<entries {
      blocks["params", default: ""] += """
          # What `reward_\(number)` pays.
          pay_\(number): {type: number, default: 0.5, range: 0..1, about: "déjà vu \(number)"}

        """
      if number < segments {
        blocks["segments", default: ""] += "  segment_\(number): {process: reasoning}\n"
      }
      blocks["rewards", default: ""] += """
          # A reward of segment \(number % segments).
          reward_\(number):
            kind: length
            of: [segment_\(number % segments)]
            window: 1..\(number % 60 + 2) tok   # both ends pay
            pays: "${params.pay_\(number)}"
            when: correct > 0 and sufficient > 0
            credit: reasoning

        """
      blocks["schedules", default: ""] += """
          rate_\(number):
            # Falls.
            linear: {from: 1.0e-3, to: 1.0e-\(number % 9 + 1)}

        """
      blocks["stages", default: ""] += """
          stage_\(number):
            algorithm: sft
            init: warm
            data: lessons
            steps: 10
            batch_size: 4
            learning_rate: schedules.rate_\(number)

        """
    }
    blocks["stages", default: ""] += "  rl: {sampling: {max_new_tokens: 4000 tok}}\n"
    return "extends: \(LayerTests.base)\n"
      + blocks.sorted { $0.key < $1.key }.map { "\($0.key):\n\($0.value)" }.joined()
  }

  /// The least of three attempts: what else the machine does can only add to one.
  private static func seconds(_ text: String) -> (Double, CheckResult) {
    var result = RecipeChecker.check(text: "", vocabulary: TestVocabulary.all)
    let attempts = (0..<3).map { _ in
      ProcessorTime.of { result = RecipeChecker.check(text: text, vocabulary: TestVocabulary.all) }
    }
    return (attempts.min() ?? .infinity, result)
  }

  /// Each adds twenty lines. A build without optimization shows what grows too fast on fewer.
  #if DEBUG
    private static let entries = 200
    private static let limit = 60.0
  #else
    private static let entries = 1_000
    private static let limit = 1.0
  #endif

  @Test func twentyThousandLinesAreCheckedInTime() throws {
    let text = Self.recipe(entries: Self.entries)
    #expect(text.utf8.count { $0 == UInt8(ascii: "\n") } >= Self.entries * 20)
    let (seconds, result) = Self.seconds(text)
    #expect(!result.hasErrors, "\(result.diagnostics.prefix(3))")
    #expect(result.root?.optionalRecord("rewards")?.records.count == Self.entries + 3)
    #expect(seconds < Self.limit)
  }

  @Test func oneLongLineIsCheckedInTime() throws {
    let authors = (0..<9_000).map { "\"Ünal \($0)\"" }.joined(separator: ", ")
    let text = "extends: \(LayerTests.base)\nabout: {title: many, authors: [\(authors)]}\n"
    let (seconds, result) = Self.seconds(text)
    #expect(result.recipe != nil)
    #expect(seconds < Self.limit)
  }

  @Test func manyErrorsAreFoundInTime() throws {
    let text = Self.recipe(entries: 100).replacing("schedules.rate_", with: "schedules.rote_")
      .replacing("steps: 10", with: "stepps: 10")
    let (seconds, result) = Self.seconds(text)
    #expect(result.hasErrors)
    #expect(seconds < Self.limit)
  }
}
