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
    #expect(mismatch(open, []) == nil)
    #expect(mismatch(try complete("a", " moves left ", " up "), []) == true)
  }

  @Test(
    "where the question has options they are compared, however they are written",
    arguments: [
      ("so it moves left", "A", false), ("so it moves left", "B", true),
      ("so it moves left", "A. left", false), ("the answer is B, up", "left", true),
      ("it moves", "A", nil), ("left, or up", "down", true),
    ] as [(String, String, Bool?)])
  func options(_ think: String, _ answer: String, _ expected: Bool?) throws {
    #expect(mismatch(try complete("a", think, answer), ["A. left", "B. up"]) == expected)
  }

  private func mismatch(_ response: ParsedResponse, _ options: [String]) -> Bool? {
    Mismatch.thinkVersusAnswer(response, think: "think", answer: "answer", options: options)
  }
}
