import Testing

@testable import RecipeLanguage

/// How responses are drawn, and what the policy is held to.
struct SamplingChecksTests {
  private func sampling(_ settings: String) -> String {
    ExampleStages.text(sampling: "\(settings), max_new_tokens: 96 tok")
  }

  @Test func keepingOneTokenIsGreedyAtAnyTemperature() throws {
    let finding = try #require(
      findings("greedy-groups", sampling("temperature: 1.0, top_k: 1")).first)
    #expect(finding.path == "stages.rl.sampling.top_k")
    #expect(finding.message.contains("all 8 responses to a question would be equal"))
    #expect(findings("greedy-groups", sampling("temperature: 1.0, top_k: 2")).isEmpty)
  }

  @Test func everyCutOfTheDistributionIsNamed() {
    let found = findings(
      "sampled-is-not-trained", sampling("temperature: 1.0, top_p: 0.95, top_k: 50"))
    #expect(found.map(\.path) == ["stages.rl.sampling.top_p", "stages.rl.sampling.top_k"])
    #expect(found.first?.message.contains("the likeliest 95%") == true)
    #expect(found.allSatisfy { $0.severity == .warning && $0.fixes.allSatisfy { !$0.isSafe } })
  }

  @Test func aModelsOwnSettingsAreOnlyHeldAgainstDefaults() {
    let facts = StatedFacts(
      generation: GenerationFacts(temperature: 0.1, topP: 0.001, topK: 0, repetitionPenalty: 1.05))
    let open = findings("model-tuned-otherwise", sampling("temperature: 1.0"), facts: facts)
    #expect(open.map(\.severity) == [.warning, .note])
    #expect(open.first?.path == "stages.rl.sampling.top_p")
    #expect(open.first?.fixes.first?.isSafe == true)
    let written = findings(
      "model-tuned-otherwise", sampling("temperature: 1.0, top_p: 1.0"), facts: facts)
    #expect(written.map(\.severity) == [.note])
    #expect(findings("model-tuned-otherwise", sampling("temperature: 1.0")).isEmpty)
  }

  @Test func aPenaltyThatIsZeroThroughoutNeedsNoReference() {
    func slugs(_ kl: String) -> [Int] {
      ["kl-without-reference", "reference-never-used"].map {
        findings($0, ExampleStages.text(kl: kl)).count
      }
    }
    #expect(slugs("coefficient: 0") == [0, 0])
    #expect(slugs("coefficient: {linear: {from: 0.0, to: 0.0}}") == [0, 0])
    #expect(slugs("coefficient: {linear: {from: 0.0, to: 0.1}}") == [1, 0])
    #expect(slugs("coefficient: {linear: {from: 0.0, to: 0.0}}, reference: warm") == [0, 1])
  }

  /// The rewards of groups that dynamic sampling is asked about.
  private func keeping(_ condition: String) -> String {
    """
    rewards:
      found: {kind: format, of: [observation], credit: perception}
      correct: {kind: accuracy, of: [answer], credit: reasoning, primary: true}
      template: {kind: format, of: [think, answer], credit: reasoning}
      length:
        kind: length
        of: [think, answer]
        window: 8..32 tok
        pays: 0.2
        when: correct > 0
        credit: reasoning
      total: {kind: expression, value: correct + length, weight: 0, credit: reasoning}
    judges: {}

    """ + stages(further: ["dynamic_sampling: {keep: '\(condition)'}"])
  }

  @Test func groupsThatDifferInShapedRewardsAloneAreKeptForThem() throws {
    let finding = try #require(findings("kept-for-shaping", keeping("std(total) > 0")).first)
    #expect(
      finding.message
        == "stage `rl` keeps groups whose answers are all equally right where `length` differs")
    #expect(finding.severity == .warning)
    #expect(finding.path == "stages.rl.dynamic_sampling.keep")
    #expect(finding.help == "ask it of the outcome, as in `std(correct) > 0`")
    let note = try #require(finding.notes.first)
    #expect(note.contains("beside") && note.contains("`length` 0.2"), "\(note)")
    for condition in [
      "std(length) > 0", "any(template > 0) and any(template < 1)",
      "max_of(total) > min_of(total)", "std(correct) > 0 or std(template) > 0",
      "count(total > 1) == 1",
    ] {
      #expect(findings("kept-for-shaping", keeping(condition)).count == 1, "\(condition)")
    }
  }

  @Test func groupsThatDifferInTheOutcomeAreKeptForThat() {
    for condition in [
      "any(correct > 0) and any(correct < 1)", "std(correct) > 0", "any(correct > 0)",
      "std(correct) > 0 and std(length) > 0", "all(template > 0)", "any(template > 0)",
      "mean(correct) > 0.1 and mean(correct) < 0.9",
    ] {
      #expect(findings("kept-for-shaping", keeping(condition)) == [], "\(condition)")
    }
  }

  @Test func aStageCannotBeItsOwnReference() throws {
    let found = findings("stage-cycle", ExampleStages.text(kl: "coefficient: 0.04, reference: rl"))
    let finding = try #require(found.first)
    #expect(finding.message == "a stage cannot be anchored to its own result: rl -> rl")
    #expect(finding.path == "stages.rl.kl.reference")
  }
}
