import RecipeLanguage
import TestSupport
import Testing

@testable import LanguageServer

/// How long one waits after a keystroke.
struct KeystrokeTests {
  private static let long: String = {
    let count = (500 - EditorVocabulary.recipe.count { $0 == "\n" }) / 6
    let extra = (0..<count).map { number in
      """
        # What number \(number) is for.
        extra_\(number):
          kind: format
          of: [think]
          when: correct > 0.\(number)
          credit: reasoning

      """
    }
    return EditorVocabulary.recipe.replacing("rewards:\n", with: "rewards:\n" + extra.joined())
  }()

  /// In processor time.
  #if DEBUG
    private static let limit = 3.0
  #else
    private static let limit = 0.030
  #endif

  @Test func aKeystrokeInFiveHundredLinesIsAnsweredAtOnce() throws {
    var editor = try Editor(Self.long)
    var checks: [Double] = []
    var completions: [Double] = []
    for round in 0..<5 {
      checks.append(
        ProcessorTime.of {
          editor.write(Self.long.replacing("steps: 20", with: "steps: 2\(round)"))
        })
      let place = try editor.at("when: correct > 0.4|")
      completions.append(
        ProcessorTime.of { _ = editor.ask("textDocument/completion", place) })
    }
    let check = checks.sorted()[2]
    let completion = completions.sorted()[2]
    print("a keystroke in 500 lines: findings after \(check) s, completion after \(completion) s")
    #expect(check < Self.limit && completion < Self.limit)
  }
}
