import Testing

@testable import RecipeLanguage

/// How responses are drawn, and what the policy is held to.
struct SamplingChecksTests {
  private func sampling(_ settings: String) -> String {
    ExampleStages.text(sampling: "\(settings), max_new_tokens: 96 tok")
  }

  @Test func keepingOneTokenIsGreedyAtAnyTemperature() throws {
    let finding = try #require(
      reported(sampling("temperature: 1.0, top_k: 1"), "greedy-groups").first)
    #expect(finding.path == "stages.rl.sampling.top_k")
    #expect(finding.message.contains("all 8 responses to a question would be equal"))
    #expect(reported(sampling("temperature: 1.0, top_k: 2"), "greedy-groups").isEmpty)
  }

  @Test func everyCutOfTheDistributionIsNamed() {
    let found = reported(
      sampling("temperature: 1.0, top_p: 0.95, top_k: 50"), "sampled-is-not-trained")
    #expect(found.map(\.path) == ["stages.rl.sampling.top_p", "stages.rl.sampling.top_k"])
    #expect(found.first?.message.contains("the likeliest 95%") == true)
    #expect(found.allSatisfy { $0.severity == .warning && $0.fixes.allSatisfy { !$0.isSafe } })
  }

  @Test func aModelsOwnSettingsAreOnlyHeldAgainstDefaults() {
    let facts = StatedFacts(
      generation: GenerationFacts(temperature: 0.1, topP: 0.001, topK: 0, repetitionPenalty: 1.05))
    let open = reported(sampling("temperature: 1.0"), facts: facts, "model-tuned-otherwise")
    #expect(open.map(\.severity) == [.warning, .note])
    #expect(open.first?.path == "stages.rl.sampling.top_p")
    #expect(open.first?.fixes.first?.isSafe == true)
    let written = reported(
      sampling("temperature: 1.0, top_p: 1.0"), facts: facts, "model-tuned-otherwise")
    #expect(written.map(\.severity) == [.note])
    #expect(reported(sampling("temperature: 1.0"), "model-tuned-otherwise").isEmpty)
  }

  @Test func aPenaltyThatIsZeroThroughoutNeedsNoReference() {
    func slugs(_ kl: String) -> [Int] {
      ["kl-without-reference", "reference-never-used"].map {
        reported(ExampleStages.text(kl: kl), $0).count
      }
    }
    #expect(slugs("coefficient: 0") == [0, 0])
    #expect(slugs("coefficient: {linear: {from: 0.0, to: 0.0}}") == [0, 0])
    #expect(slugs("coefficient: {linear: {from: 0.0, to: 0.1}}") == [1, 0])
    #expect(slugs("coefficient: {linear: {from: 0.0, to: 0.0}}, reference: warm") == [0, 1])
  }

  @Test func aStageCannotBeItsOwnReference() throws {
    let found = reported(ExampleStages.text(kl: "coefficient: 0.04, reference: rl"), "stage-cycle")
    let finding = try #require(found.first)
    #expect(finding.message == "a stage cannot be anchored to its own result: rl -> rl")
    #expect(finding.path == "stages.rl.kl.reference")
  }
}
