import RecipeLanguage
import Testing

struct SegmentCheckTests {
  private func segments(_ observation: String, _ think: String = "") -> String {
    """
    segments:
      observation: {process: perception\(observation)}
      think: {process: reasoning\(think)}
      answer: {process: reasoning}
    """
  }

  @Test func anEmptyDelimiterIsAnError() throws {
    let found = findings("overlapping-delimiters", segments(", close: \"\""))
    #expect(found.map(\.path) == ["segments.observation.close"])
    #expect(found.first?.severity == .error)
  }

  @Test func equalDelimitersAreAnErrorThatNamesBoth() throws {
    let found = findings("overlapping-delimiters", segments(", open: \"##\", close: \"##\""))
    let only = try #require(found.first)
    #expect(found.count == 1)
    #expect(only.severity == .error)
    #expect(only.message.contains("`segments.observation.close` (`##`)"))
    #expect(only.secondary.count == 1)
  }

  @Test func delimitersThatShareTheirEdgesAreAWarning() {
    let found = findings(
      "overlapping-delimiters",
      segments(", close: \"</observation>\\n\"", ", open: \"\\n<think>\""))
    #expect(found.map(\.severity) == [.warning])
  }

  @Test func delimitersThatShareNothingAreFine() {
    #expect(findings("overlapping-delimiters", segments(", open: \"[o]\", close: \"[/o]\"")) == [])
  }

  @Test func theTemplateIsAskedForEveryOpeningDelimiter() {
    let found = findings(
      "template-opens-segment", segments(""), facts: StatedFacts(prefix: "<think>\n"))
    #expect(found.map(\.path) == ["segments.think"])
    #expect(found.first?.confidence == .facts)
  }

  @Test func aPromptThatMentionsTheTagsTeachesThem() {
    #expect(findings("untaught-tag", stages(initial: nil)) == [])
  }

  @Test func someOtherStageIsNoTeacher() {
    let prompt = """
      model:
        architecture: qwen2_5_vl
        from: scratch
        text: {hidden_size: 64}
        prompt: {user: "{item.problem} Answer in <answer> tags."}

      """
    let found = findings("untaught-tag", prompt + stages(initial: nil))
    #expect(found.map(\.severity) == [.warning])
    #expect(found.first?.message.contains("`<observation>` and `<think>`") == true)
    #expect(findings("untaught-tag", prompt + stages()) == [])
  }

  @Test func oneTeacherWithTheSegmentIsEnough() {
    func facts(_ observation: [Int]) -> StatedFacts {
      let others = ["think": LengthFacts([3]), "answer": LengthFacts([1])]
      return StatedFacts(
        segments: [
          "traces": others.merging(["observation": LengthFacts(observation)]) { $1 }
        ])
    }
    #expect(findings("untraced-segment", segments(""), facts: facts([9])) == [])
    let found = findings("untraced-segment", segments(""), facts: facts([]))
    #expect(found.map(\.severity) == [.error])
    #expect(found.first?.secondary.map(\.text) == ["`warm` trains on this"])
  }

  @Test func aProcessAwareStageWithoutSegmentsIsAnError() {
    let found = findings(
      """
      segments: {}
      rewards: {}
      judges: {}
      normalization: {}
      """
    ).filter { $0.code.slug == "too-few-processes" }
    #expect(found.map(\.severity) == [.error])
  }
}
