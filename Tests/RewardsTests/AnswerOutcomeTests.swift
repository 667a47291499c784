import Testing

@testable import Rewards

@Suite struct AnswerOutcomeTests {
  private func outcome(
    _ answer: String?, _ type: String, options: [String] = [], scored: Bool = true
  ) -> AnswerOutcome {
    AnswerOutcome(
      answer,
      to: DataRecord(
        problemID: "1", problem: "?", options: options, answer: "3", path: "a.mp4",
        problemType: type), primary: scored ? .value(0) : .abstained("no truth"))
  }

  @Test func whatScoresZeroIsToldApart() {
    #expect(outcome("4", "numerical") == .answered)
    #expect(outcome("four", "numerical") == .unreadable)
    #expect(outcome(nil, "numerical") == .missing)
    #expect(outcome("4", "numerical", scored: false) == .untestable)
    #expect(outcome(nil, "numerical", scored: false) == .untestable)
    #expect(outcome("1 to 2", "temporal grounding") == .answered)
    #expect(outcome("soon", "temporal grounding") == .unreadable)
    #expect(outcome("left", "multiple choice", options: ["left", "right"]) == .answered)
    #expect(outcome("up", "multiple choice", options: ["left", "right"]) == .unreadable)
    #expect(outcome("", "free-form") == .unreadable)
  }

  @Test func anOutcomeWithoutARewardIsUntestable() {
    let item = DataRecord(
      problemID: "", problem: "?", answer: "3", path: "a.mp4", problemType: "numerical")
    #expect(AnswerOutcome("3", to: item, primary: nil) == .untestable)
  }

  /// VIDEOP2R Table 6: the option that is extracted from the thinking against the answer's.
  @Test func theExtractionRuleComparesOptions() {
    let options = ["A. left", "B. right", "C. up"]
    func mismatch(_ think: String, _ answer: String) -> Bool? {
      Mismatch.namedOptions(think: think, answer: answer, options: options)
    }
    #expect(mismatch("first left, then it turns right", "B") == false)
    #expect(mismatch("so the answer is A", "B. right") == true)
    #expect(mismatch("nothing can be seen", "B") == nil)
    #expect(mismatch("it moves left", "down") == nil)
  }
}
