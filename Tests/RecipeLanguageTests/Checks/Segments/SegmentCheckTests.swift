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

  private func stopping(_ last: String, evaluation: String = ", stop: last_segment") -> String {
    """
    segments:
      observation: {process: perception}
      think: {process: reasoning}
      answer: {process: reasoning\(last)}
    stages:
      warm: {algorithm: sft, data: traces, steps: 100, batch_size: 8, learning_rate: 1.0e-3}
      rl:
        algorithm: process_aware_grpo
        init: warm
        data: questions
        steps: 100
        group_size: 8
        sampling: {max_new_tokens: 96 tok, stop: last_segment}
        kl: {coefficient: 0.04, reference: warm}
        learning_rate: schedules.rate
    eval:
      held_out: {data: held_out, after: [warm, rl], max_new_tokens: 96 tok\(evaluation)}
    """
  }

  @Test func aLastSegmentThatRepeatsIsEndedByItsFirstClose() {
    #expect(findings("stop-without-close", stopping("")) == [])
    let found = findings("stop-without-close", stopping(", repeats: true"))
    #expect(found.map(\.severity) == [.warning, .warning])
    #expect(found.map(\.path) == ["stages.rl.sampling.stop", "eval.held_out.stop"])
  }

  @Test func withoutSegmentsThereIsNothingToEndAt() {
    let none = "segments: {}\nrewards: {}\njudges: {}\nnormalization: {}\n"
    let all = stopping("").split(separator: "\n").map(String.init)
    let rest = all.drop { $0 != "stages:" }.joined(separator: "\n")
    let found = findings("stop-without-close", none + rest)
    #expect(found.map(\.severity) == [.error, .error])
  }

  @Test func anEvaluationEndsResponsesAsTheStageBeforeItDid() throws {
    #expect(findings("stop-only-in-training", stopping("")) == [])
    let sections = stopping("", evaluation: "")
    let found = try #require(findings("stop-only-in-training", sections).first)
    #expect(found.severity == .warning)
    #expect(found.path == "eval.held_out.stop")
    #expect(found.secondary.map(\.text) == ["responses end here"])
    #expect(
      mended(sections, by: found)?.contains("stop: last_segment, max_new_tokens: 96 tok}") == true)
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
