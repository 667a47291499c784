import Testing

@testable import RecipeLanguage

struct LengthCheckTests {
  private func recipe(
    window: String = "8..32 tok", gate: String = "sufficient > 0", reasoning: String? = nil,
    maximum: String = "96 tok", truncation: String? = "score", extra: String = ""
  ) -> String {
    LengthExample.recipe(
      window: window, gate: gate, reasoning: reasoning, maximum: maximum, truncation: truncation,
      extra: extra)
  }

  @Test func roomIsWhatDelimitersAndOtherSegmentsLeave() throws {
    let found = findings("window-unreachable", recipe(window: "89..90 tok"))
    let only = try #require(found.first)
    #expect(only.message.contains("has room for 88 there"))
    #expect(
      only.notes == [
        "96 `max_new_tokens` less at least 6 for delimiters and 2 for the other segments"
      ])
    #expect(mended(recipe(window: "89..90 tok"), by: only)?.contains("97 tok") == true)
  }

  @Test func countedDelimitersTakeMoreRoom() {
    let facts = StatedFacts(tokensPerWord: 4)
    #expect(findings("window-unreachable", recipe(window: "71..90 tok"), facts: facts).count == 1)
    #expect(findings("window-unreachable", recipe(window: "70..90 tok"), facts: facts) == [])
  }

  @Test func minimaAreAddedOverDisjointSegments() throws {
    let found = findings(
      "minima-do-not-fit", recipe(window: "60..70 tok", reasoning: "40..50 tok"))
    let only = try #require(found.first)
    #expect(only.message.contains("60 + 40 = 100 tokens"))
    #expect(only.path == "stages.rl.sampling.max_new_tokens")
    #expect(only.secondary.count == 2)
    #expect(only.help?.contains("106") == true)
  }

  @Test func aWindowOutOfReachSilencesTheSum() {
    let found = findings(recipe(window: "95..99 tok", reasoning: "40..50 tok"))
    #expect(found.contains { $0.code.slug == "window-unreachable" })
    #expect(!found.contains { $0.code.slug == "minima-do-not-fit" })
  }

  @Test func aGateThroughAnotherGateCounts() {
    let extra = """

        seen: {kind: format, of: [observation], when: sufficient > 0, credit: perception}
      """
    #expect(findings("ungated-length", recipe(gate: "seen > 0", extra: extra)) == [])
  }

  @Test func theFixOfAnUngatedLengthIsARecipe() throws {
    let text = recipe(gate: "observation_format > 0")
    let found = try #require(findings("ungated-length", text).first)
    let after = try #require(mended(text, by: found))
    #expect(after.contains("when: (observation_format > 0) and sufficient > 0"))
    let result = RecipeChecker.check(text: after, vocabulary: TestVocabulary.all)
    #expect(result.recipe != nil)
    #expect(!result.diagnostics.contains { $0.code.slug == "ungated-length" })
  }

  @Test(arguments: [
    "brief: {kind: length, of: [observation], window: 4..9 tok, credit: perception}",
    "brief:\n    kind: length\n    of: [observation]\n    window: 4..9 tok\n    credit: perception",
  ])
  func aGateIsAddedInTheStyleOfTheRecord(reward: String) throws {
    let text = """
      rewards:
        seen: {kind: accuracy, of: [observation], credit: perception}
        correct: {kind: accuracy, of: [answer], credit: reasoning, primary: true}
        \(reward)
      judges: {}
      """
    let found = try #require(findings("ungated-length", text).first)
    let after = try #require(mended(text, by: found))
    let result = RecipeChecker.check(text: after, vocabulary: TestVocabulary.all)
    let brief = try #require(result.recipe?.rewards.last)
    #expect(try brief.expression("when").text == "seen > 0")
  }

  @Test func aGateOnCorrectnessThatWrongResponsesPassIsNoGate() {
    for gate in [
      "correct > 0 or observation_format > 0", "correct >= 0", "not (correct > 0)",
      "item.problem_type == 'regression' or correct > 0",
    ] {
      let found = findings("ungated-length", recipe(gate: gate))
      #expect(found.map(\.path) == ["rewards.observation_length.when"], "\(gate)")
    }
    for gate in [
      "correct > 0 or sufficient > 0", "correct >= 0.5 and observation_format > 0",
      "if(correct > 0, true, sufficient > 0)", "correct * observation_format > 0",
    ] { #expect(findings("ungated-length", recipe(gate: gate)) == [], "\(gate)") }
  }

  @Test func truncationIsWrittenOutByItsFix() throws {
    let text = recipe(truncation: nil)
    let found = try #require(findings("truncation-unset", text).first)
    #expect(found.fixes.first?.isSafe == true)
    let result = RecipeChecker.check(
      text: try #require(mended(text, by: found)), vocabulary: TestVocabulary.all)
    let stage = try #require(result.recipe?.stages.last)
    #expect(stage.setting("truncation")?.origin == .written)
    #expect(!result.diagnostics.contains { $0.code.slug == "truncation-unset" })
  }

  @Test func lengthsOfSeveralSegmentsAreAdded() {
    let lengths = [
      "observation": LengthFacts([10, 12]), "think": LengthFacts([20, 30]),
      "answer": LengthFacts([1, 2]),
    ]
    let facts = StatedFacts(segments: ["traces": lengths])
    #expect(findings("window-misses-traces", recipe(reasoning: "21..32 tok"), facts: facts) == [])
    let found = findings("window-misses-traces", recipe(reasoning: "33..40 tok"), facts: facts)
    #expect(found.map(\.path) == ["rewards.reasoning_length.window"])
    #expect(found.first?.notes == ["in `traces` it is 21 to 32 tokens long"])
  }

  @Test func aPenaltyOfTheWholeResponseCountsItsDelimiters() {
    let penalty = "\n  long: {kind: overlong, limit: 50 tok, band: 10 tok, credit: perception}"
    let found = findings("window-in-penalty-band", recipe(window: "8..33 tok", extra: penalty))
    #expect(found.first?.message.contains("counts at least 41 and punishes from 41 on") == true)
    #expect(findings("window-in-penalty-band", recipe(window: "8..32 tok", extra: penalty)) == [])
  }
}
