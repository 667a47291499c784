import Testing

@testable import RecipeLanguage
@testable import Rewards

@Suite struct LengthRewardTests {
  @Test("edges fall from the window to nothing: at once, in a line, along half a cosine")
  func edges() {
    func values(_ edge: LengthPayment.Edge) -> [Double] {
      let payment = LengthPayment(window: 320...512, pays: 0.2, edge: edge, width: 64)
      return [255, 256, 288, 319, 320, 512, 528, 576, 600].map { payment.value($0) }
    }
    expectEqual(values(.hard), [0, 0, 0, 0, 0.2, 0.2, 0, 0, 0])
    expectEqual(values(.linear), [0, 0, 0.1, 0.196875, 0.2, 0.2, 0.15, 0, 0])
    expectEqual(
      values(.cosine), [0, 0, 0.1, 0.199879546, 0.2, 0.2, 0.170710678, 0, 0], within: 1e-9)
  }

  @Test("tokens, words and characters are counted apart, and never converted")
  func units() async throws {
    let response = try complete("a red  square ", "", "")
    func length(_ unit: TextLength) -> Int { unit.length(of: ["observation"], in: response) }
    #expect(length(.tokens) == 14)
    #expect(length(.words) == 3)
    #expect(length(.characters) == 14)
    let accents = try complete("e\u{301}e\u{301}", "", "")
    #expect(TextLength.characters.length(of: ["observation"], in: accents) == 2)
    #expect(TextLength.tokens.length(of: ["observation"], in: accents) == 6)
    #expect(TextLength.tokens.length(of: [], in: response) == response.response.tokens.count)
    #expect(TextLength(.second) == nil)
  }

  @Test("what is off the window says how long it is, in the unit of the window")
  func reasons() async throws {
    let reward = LengthReward(of: ["observation"], window: 3...4, unit: .words, pays: 0.5)
    let found = try await reward.evaluate(
      group("left", [complete("a b c", "", ""), complete("a b", "", ""), parsed("")]), prior: [:])
    #expect(
      found == [
        .value(0.5), .value(0, because: "2 words, under 3..4"),
        .value(0, because: "observation: missing"),
      ])
  }

  /// Video-R1's code: accuracy above 0.1, and at least two of the group.
  @Test("Video-R1's gates: for the sample and for the group")
  func videoR1() async throws {
    func paid(_ answers: [String]) async throws -> [Double?] {
      let scope = ExpressionScope(.groupGate) { _ in .value(.number()) }
      let condition = try #require(
        RecipeLanguage.Expression.parse(
          "count(correct > 0.1) >= 2", as: .boolean, in: scope
        ).expression)
      let program = try RewardProgram([
        Reward(name: "correct", kind: AccuracyReward(segment: "answer")),
        Reward(
          name: "length", kind: LengthReward(of: [], window: 50...500),
          gate: try gate("correct > 0.1"),
          groupGate: condition),
      ])
      let table = try await program.evaluate(
        group("left", answers.map { try complete("ab", "c", $0) }))
      return table.outcomes["length"]?.map(\.value) ?? []
    }
    #expect(try await paid(["left", "left", "up"]) == [0.2, 0.2, 0])
    #expect(try await paid(["left", "up", "up"]) == [0, 0, 0])
  }
}

@Suite struct LengthFollowingTests {
  private func reward(decay: Double = 0.5, bounds: ClosedRange<Double>? = nil) throws
    -> LengthReward
  {
    LengthReward(
      of: ["think"], window: 10...20, pays: 0.2,
      following: LengthFollowing(
        right: try gate("correct > 0"), low: 0, high: 1, decay: decay, minimumCount: 2,
        bounds: bounds),
      name: "length")
  }

  private func step(
    _ thoughts: [(Int, Bool)], type: String = "multiple choice"
  ) throws -> (group: RewardGroup, table: RewardTable) {
    let responses = try thoughts.map {
      try complete("a", String(repeating: "x", count: $0.0), "left")
    }
    return (
      RewardGroup(item: record("left", type: type), responses: responses),
      try RewardTable(outcomes: ["correct": thoughts.map { .value($0.1 ? 1 : 0) }])
    )
  }

  @Test("starts from the declared window and moves towards the quantiles of right responses")
  func moves() throws {
    let reward = try reward()
    var memory = RewardMemory()
    let first = try step([(4, true), (40, true), (100, false)])
    #expect(reward.window(for: first.group.item, memory) == 10...20)
    reward.learn(from: [first], into: &memory)
    #expect(reward.window(for: first.group.item, memory) == 7...30)
    // Another problem type has a window of its own; one right response is too few.
    let other = try step([(50, true), (2, false)], type: "numerical")
    reward.learn(from: [other], into: &memory)
    #expect(reward.window(for: other.group.item, memory) == 10...20)
    #expect(memory.numbers.count == 1)
  }

  @Test("never leaves its bounds")
  func bounds() throws {
    let reward = try reward(decay: 0, bounds: 8...25)
    var memory = RewardMemory()
    let found = try step([(1, true), (400, true)])
    reward.learn(from: [found], into: &memory)
    #expect(reward.window(for: found.group.item, memory) == 8...25)
  }

  @Test("pays by the window of the moment")
  func pays() async throws {
    let reward = try reward()
    var group = try step([(8, true), (25, true)]).group
    #expect(try await reward.evaluate(group, prior: [:]).map(\.value) == [0, 0])
    group.memory = RewardMemory(numbers: ["length/multiple choice": [7, 30]])
    #expect(try await reward.evaluate(group, prior: [:]).map(\.value) == [0.2, 0.2])
  }

  @Test(
    "quantiles are linear between neighbours",
    arguments: [
      (0.0, 1.0), (0.1, 1.3), (0.5, 2.5), (0.9, 3.7), (1.0, 4.0),
    ])
  func quantiles(_ share: Double, _ expected: Double) {
    #expect(abs(LengthFollowing.quantile(share, of: [1, 2, 3, 4]) - expected) < 1e-12)
    #expect(LengthFollowing.quantile(share, of: [7]) == 7)
  }
}
