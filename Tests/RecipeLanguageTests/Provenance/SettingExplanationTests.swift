import RecipeLanguage
import Testing

struct SettingExplanationTests {
  private let result = RecipeChecker.check(
    text: """
      extends: \(LayerTests.base)
      params:
        paid: {type: window<tok>, default: 8..32 tok}
      rewards:
        brevity: {window: "${params.paid}"}
      """, vocabulary: TestVocabulary.all,
    options: CheckOptions(settings: [("stages.rl.clip", "0.3"), ("stages.rl.clip", "0.4")]))

  private func explain(_ path: String) throws -> SettingExplanation {
    try SettingExplanation(path, in: result, vocabulary: TestVocabulary.all)
  }

  @Test func itSaysWhatAValueIsAndWhatItOverrode() throws {
    let text = try explain("stages.rl.clip").text
    #expect(
      text == """
        stages.rl.clip = 0.4

          type       a number above 0
          meaning    of the ratio
          set by     --set stages.rl.clip=0.4
          overrides  0.3   --set stages.rl.clip=0.3
          default    0.2
          used by    eval.held_out.after[1], through stages.rl
          affects    the result: weights, and what is measured on them

        """)
  }

  @Test func itSaysWhichParamAValueCameFrom() throws {
    let explained = try explain("rewards.brevity.window")
    #expect(explained.value == "8..32 tok")
    let origins = explained.origins.map(\.text)
    #expect(origins.first == "recipe.yaml:5:21, from params.paid (recipe.yaml:3:38)")
    #expect(origins.dropFirst().allSatisfy { $0.hasPrefix("\(LayerTests.base):") })
    #expect(explained.origins.map(\.value) == ["8..32 tok", "4..24 tok"])
  }

  @Test func itSaysWhoUsesANamedEntry() throws {
    #expect(try explain("rewards.correct").uses == ["rewards.brevity.when"])
    #expect(try explain("stages.warm.steps").uses == ["stages.rl.init", "eval.held_out.after[0]"])
    #expect(try explain("params.paid").uses == ["rewards.brevity.window"])
    #expect(try explain("schedules.rl_rate").uses == ["stages.rl.learning_rate"])
  }

  @Test func itSaysWhatASettingAffects() throws {
    #expect(try explain("about.title").effect == .display)
    #expect(try explain("about.cites[0]").effect == .display)
    #expect(try explain("run.name").effect == .display)
    #expect(try explain("run.seed").effect == .result)
  }

  @Test func defaultsAndAbsentSettingsAreExplainedToo() throws {
    let open = try explain("segments.think.open")
    #expect(open.value == "\"<think>\"")
    #expect(open.default == "<think>")
    #expect(open.origins.map(\.text) == ["default of edition 2026-11"])
    let absent = try explain("about.description")
    #expect(absent.value == nil)
    #expect(absent.text.hasPrefix("about.description is not set\n"))
    #expect(try explain("stages.rl.learning_rate").value == "schedules.rl_rate")
  }

  @Test(arguments: [
    ("stages.rl.clipp", "`stages.rl` has no key `clipp`", "did you mean `clip`?"),
    ("rewards.brevitty", "`rewards` has no entry `brevitty`", "did you mean `brevity`?"),
    ("stages.rl.clip.low", "`stages.rl.clip` is a number above 0 and has no key `low`", nil),
    ("rewards.brevity.of[2]", "`rewards.brevity.of` has no item `[2]`", nil),
    ("rewards.brevity.of[x", "`rewards.brevity.of` has no item `[x`", nil),
    ("run.seed[0]", "`run.seed` is not a list", nil), ("", "a recipe has no key ``", nil),
    ("stages..rl", "`stages` has no entry ``", nil),
  ])
  func aPathThatLeadsNowhereIsExplained(path: String, message: String, help: String?) {
    #expect {
      try explain(path)
    } throws: { error in
      let problem = error as? SettingExplanation.Problem
      return problem?.message == message && (help == nil || problem?.help == help)
    }
  }
}
