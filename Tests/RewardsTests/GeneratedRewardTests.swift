import Testing

@testable import Rewards

/// Rewards that read the response alone, or what the policy wrote besides.
@Suite struct GeneratedRewardTests {
  @Test(
    "repetition is the share of runs of words that occurred before",
    arguments: [
      ("a b c d", 3, 0.0), ("a b a b a b", 2, 0.6), ("a A a a", 1, 0.75), ("a b", 3, 0), ("", 1, 0),
    ])
  func repetition(_ text: String, _ words: Int, _ share: Double) async throws {
    #expect(abs(RepetitionReward.repeated(text, length: words) - share) < 1e-12)
    let reward = RepetitionReward(of: ["think"], length: words, maxPenalty: 2)
    let found = try await reward.evaluate(group("left", [complete("", text, "")]), prior: [:])
    #expect(abs((found[0].value ?? 9) + 2 * share) < 1e-12)
  }

  @Test("an open segment does not hide repetition: then the whole response counts")
  func openSegment() async throws {
    let found = try await RepetitionReward(of: ["think"], length: 1).evaluate(
      group("left", [parsed("<think> no no no no", truncated: true)]), prior: [:])
    #expect((found[0].value ?? 0) < -0.5)
  }

  @Test(
    "consistency compares the option that the thinking names last with the answer",
    arguments: [
      ("it goes left, so up", "up", 1.0), ("it goes up, so left", "up", 0),
      ("the answer is B", "B", 1), ("the answer is A.", "B", 0),
      ("first (A), then (B)", "up", 1), ("so it goes up", "B.", 1), ("so it goes up", "(B)", 1),
      ("so it goes up", "B. up", 1), ("so it goes up", "A. left", 0), ("it is (A)", "B)", 0),
      ("neither leftover nor cup", "up", nil),
    ] as [(String, String, Double?)])
  func consistency(_ thinking: String, _ answer: String, _ expected: Double?) async throws {
    let found = try await ConsistencyReward(reasoning: "think", answer: "answer").evaluate(
      group("left", [complete("", thinking, answer)]), prior: [:])
    #expect(found[0].value == expected, "\(found)")
  }

  @Test("without options the last words count; undecided thinking has the declared outcome")
  func withoutOptions() {
    let reward = ConsistencyReward(reasoning: "think", answer: "answer", undecided: .zero)
    #expect(reward.outcome(thinking: "so it is 12.", answer: "12", options: []) == .value(1))
    #expect(
      reward.outcome(thinking: "", answer: "12", options: [])
        == .value(0, because: "the thinking arrives at nothing"))
  }

  private func answered(_ group: RewardGroup, _ answers: [ParsedResponse?]) -> RewardGroup {
    var group = group
    group.material[.answersFromText(segments: ["observation"])] = answers
    return group
  }

  @Test("self-sufficiency measures what the policy answers from its own text")
  func selfSufficiency() async throws {
    let reward = SelfSufficiencyReward(
      of: ["observation"], accuracy: AccuracyReward(segment: "answer"))
    let responses = try [
      complete("good", "b", "up"), complete("bad", "b", "left"), parsed("<answer>left</answer>"),
    ]
    let plain = group("left", responses)
    let found = try await reward.evaluate(
      answered(plain, [complete("", "", "left"), complete("", "", "up"), nil]), prior: [:])
    #expect(found == [.value(1), .value(0), .value(0, because: "observation: missing")])
    // Stored responses come without a policy.
    #expect(
      try await reward.evaluate(plain, prior: [:]).allSatisfy {
        if case .abstained = $0 { true } else { false }
      })
  }

  @Test("a gate keeps each response with its own second answer")
  func gatedMaterial() async throws {
    let kind = SelfSufficiencyReward(
      of: ["observation"], accuracy: AccuracyReward(segment: "answer"))
    let program = try RewardProgram([
      Reward(name: "correct", kind: AccuracyReward(segment: "answer")),
      Reward(name: "alone", kind: kind, gate: try gate("correct > 0")),
    ])
    let plain = try group("left", [complete("a", "b", "up"), complete("a", "b", "left")])
    let table = try await program.evaluate(
      answered(plain, [complete("", "", "up"), complete("", "", "left")]))
    #expect(table.outcomes["alone"]?.map(\.value) == [0, 1])
    #expect(program.material == [.answersFromText(segments: ["observation"])])
  }

  @Test(
    "the counterfactual pays right responses where the video is at least as good (T-GRPO)",
    arguments: [
      // Right of 4 with the video, right of 2 with shuffled frames, factor, what right ones are paid.
      (2, 1, 1.0, 0.3), (2, 2, 1.0, 0), (1, 1, 1.0, 0), (3, 2, 0.8, 0), (4, 2, 1.0, 0.3),
      (2, 1, 1.25, 0), (0, 0, 1.0, 0.3),
    ])
  func counterfactual(_ right: Int, _ other: Int, _ factor: Double, _ paid: Double) async throws {
    let reward = CounterfactualReward(accuracy: AccuracyReward(segment: "answer"), factor: factor)
    func answers(_ right: Int, of count: Int) throws -> [ParsedResponse] {
      try (0..<count).map { try complete("a", "b", $0 < right ? "left" : "up") }
    }
    var group = group("left", try answers(right, of: 4))
    group.material[.changedFrames(.shuffled, share: 0.5)] = try answers(other, of: 2)
    let found = try await reward.evaluate(group, prior: [:]).map(\.value)
    #expect(found == (0..<4).map { $0 < right ? paid : 0 })
    // A gate leaves responses out of what is paid, not out of the comparison.
    let gated = try await reward.evaluate(group.keeping([0]), prior: [:]).map(\.value)
    #expect(gated == [right > 0 ? paid : 0])
  }

  @Test(
    "arms of equal accuracy are equal although they are of different sizes",
    arguments: [1, 2, 3, 4])
  func equalArms(_ wrong: Int) async throws {
    // `wrong` of five words are wrong in every answer of 8 and of 4 responses.
    let answer = (0..<5).map { $0 < wrong ? "x" : "w\($0)" }.joined(separator: " ")
    let item = record("w0 w1 w2 w3 w4", type: "OCR")
    var group = RewardGroup(
      item: item, responses: try (0..<8).map { _ in try complete("a", "b", answer) })
    group.material[.changedFrames(.shuffled, share: 0.5)] = try (0..<4).map { _ in
      try complete("a", "b", answer)
    }
    let found = try await CounterfactualReward(accuracy: AccuracyReward(segment: "answer"))
      .evaluate(group, prior: [:]).map(\.value)
    #expect(found == [Double?](repeating: 0.3, count: 8))
  }

  @Test("images are paid nothing, and without a second arm nothing is said")
  func counterfactualEdges() async throws {
    let reward = CounterfactualReward(accuracy: AccuracyReward(segment: "answer"))
    var item = record("left")
    let responses = try [complete("a", "b", "left")]
    let missing = try await reward.evaluate(
      RewardGroup(item: item, responses: responses), prior: [:])
    #expect(missing == [.abstained("no responses to shuffled frames were sampled")])
    item.dataType = "image"
    let image = try await reward.evaluate(RewardGroup(item: item, responses: responses), prior: [:])
    #expect(image == [.value(0, because: "it is no video")])
  }
}
