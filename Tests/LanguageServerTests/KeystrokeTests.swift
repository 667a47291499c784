import RecipeLanguage
import Testing

@testable import LanguageServer

/// How long one waits after a keystroke.
struct KeystrokeTests {
  private static let long: String = {
    let count = 500 - EditorVocabulary.recipe.count { $0 == "\n" }
    let extra = (0..<count).map {
      "  extra_\($0): {kind: format, of: [think], when: correct > 0.\($0), credit: reasoning}\n"
    }
    return EditorVocabulary.recipe.replacing("rewards:\n", with: "rewards:\n" + extra.joined())
  }()

  /// The bound is for a debug build on a busy machine; an optimized one takes a tenth.
  @Test func aKeystrokeInFiveHundredLinesIsAnsweredAtOnce() throws {
    var editor = try Editor(Self.long)
    let clock = ContinuousClock()
    var checks: [Duration] = []
    var completions: [Duration] = []
    for round in 0..<3 {
      checks.append(
        clock.measure {
          editor.write(Self.long.replacing("steps: 20", with: "steps: 2\(round)"))
        })
      let place = try editor.at("when: correct > 0.4|")
      completions.append(
        clock.measure { _ = editor.ask("textDocument/completion", place) })
    }
    let check = checks.sorted()[1]
    let completion = completions.sorted()[1]
    print("a keystroke in 500 lines: findings after \(check), completion after \(completion)")
    #expect(check < .seconds(30) && completion < .seconds(10))
  }
}
