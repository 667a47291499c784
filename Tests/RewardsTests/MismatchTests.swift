import Testing

@testable import Rewards

@Suite struct MismatchTests {
  @Test(
    "the last words of the thinking stand for its conclusion",
    arguments: [
      ("the red one moves left", "left", false),
      ("the red one moves left", "right", true),
      ("the red one is visible from 0 to 3", "0 to 3", false),
      ("the red one is visible from 0 to 3", "1 to 3", true),
      ("so the answer is (B).", "B", false),
      ("left", "moves left", true),
    ])
  func conclusions(_ think: String, _ answer: String, _ expected: Bool) {
    #expect(Mismatch.thinkVersusAnswer(think: think, answer: answer) == expected)
  }

  @Test("nothing is said of a response that lacks either")
  func absent() throws {
    #expect(Mismatch.thinkVersusAnswer(think: " . ", answer: "left") == nil)
    let open = try parsed("<think>left<answer>left</answer>")
    #expect(Mismatch.thinkVersusAnswer(open, think: "think", answer: "answer") == nil)
    let whole = try complete("a", " moves left ", " up ")
    #expect(Mismatch.thinkVersusAnswer(whole, think: "think", answer: "answer") == true)
  }
}
