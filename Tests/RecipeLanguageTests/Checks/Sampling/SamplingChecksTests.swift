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

  @Test func aStageCannotBeItsOwnReference() throws {
    let found = findings("stage-cycle", ExampleStages.text(kl: "coefficient: 0.04, reference: rl"))
    let finding = try #require(found.first)
    #expect(finding.message == "a stage cannot be anchored to its own result: rl -> rl")
    #expect(finding.path == "stages.rl.kl.reference")
  }
}
