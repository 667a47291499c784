import Testing

@testable import RecipeLanguage
@testable import Rewards

@Suite struct RewardKindTests {
  private func evaluate(
    _ kind: some RewardKind, _ responses: [ParsedResponse], answer: String = "left"
  ) async throws -> [RewardOutcome] {
    try await kind.evaluate(group(answer, responses), prior: [:])
  }

  @Test("format pays for complete segments in order, and says what is wrong otherwise")
  func format() async throws {
    let found = try await evaluate(
      FormatReward(of: ["think", "answer"]),
      [
        complete("a", "b", "c"), parsed("<observation>a<think>b</think><answer>c</answer>"),
        parsed("<think>b<answer>c</answer>"), parsed("<answer>c</answer><think>b</think>"),
        parsed("<think>b", truncated: true), complete("a", " ", "c"),
      ])
    #expect(
      found == [
        .value(1), .value(1), .value(0, because: "think: unclosed"),
        .value(0, because: "think: out of order"), .value(0, because: "think: truncated"),
        .value(0, because: "think: empty"),
      ])
  }

  @Test("format can accept empty segments and refuse stray text")
  func formatOptions() async throws {
    let stray = try parsed("so: <think>b</think>")
    #expect(
      try await evaluate(FormatReward(of: ["think"], allowsEmpty: true), [complete("", "", "")])
        == [.value(1)])
    #expect(try await evaluate(FormatReward(of: ["think"]), [stray]) == [.value(1)])
    #expect(
      try await evaluate(FormatReward(of: ["think"], allowsStrayText: false), [stray])
        == [.value(0, because: "text outside the segments")])
  }

  @Test("accuracy reads the answer segment; without one the value is 0 with the reason")
  func accuracy() async throws {
    let found = try await evaluate(
      AccuracyReward(segment: "answer"),
      [complete("a", "b", " left "), complete("a", "b", "up"), parsed("<answer>left")])
    #expect(found == [.value(1), .value(0), .value(0, because: "answer: unclosed")])
  }

  @Test("length counts tokens inside the delimiters, both ends of the window included")
  func length() async throws {
    // One token per byte.
    let reward = LengthReward(of: ["observation"], window: 3...5, pays: 0.2)
    let found = try await evaluate(
      reward,
      [
        complete("12", "", ""), complete("123", "", ""), complete("12345", "", ""),
        complete("123456", "", ""), parsed("<observation>1234"),
      ])
    #expect(
      found == [
        .value(0, because: "2 tokens, under 3..5"), .value(0.2), .value(0.2),
        .value(0, because: "6 tokens, over 3..5"), .value(0, because: "observation: unclosed"),
      ])
  }

  @Test("length adds the tokens of all its segments")
  func lengthOfProcess() async throws {
    let reward = LengthReward(of: ["think", "answer"], window: 5...5)
    #expect(try await evaluate(reward, [complete("a", "123", "45")]) == [.value(0.2)])
  }

  @Test("signatures hold for every value that is given out")
  func signatures() async throws {
    let responses = try [complete("abc", "left", "left"), parsed(""), complete("", "", "up")]
    let kinds: [(any RewardKind, KindSchema)] = [
      (FormatReward(of: ["observation"]), FormatReward.schema),
      (AccuracyReward(segment: "answer"), AccuracyReward.schema),
      (LengthReward(of: ["observation"], window: 1...9, pays: 0.5), LengthReward.schema),
    ]
    let place = SourceSpan.beginning(of: "recipe.yaml")
    var settings = Record(path: "rewards.it", span: place)
    settings.insert(
      Setting(value: .number(0.5), span: place, keySpan: place, origin: .written), for: "pays")
    for (kind, schema) in kinds {
      let signature = try #require(schema.signature?(settings))
      for outcome in try await kind.evaluate(group("left", responses), prior: [:]) {
        let value = try #require(outcome.value)
        #expect(signature.range.contains(value))
        if let support = signature.support { #expect(support.contains(value)) }
      }
    }
  }
}
