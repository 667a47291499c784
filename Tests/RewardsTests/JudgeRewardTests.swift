import Testing

@testable import Rewards

@Suite struct JudgeRewardTests {
  private let sees = ["item.problem", "item.options", "item.answer", "segment.observation"]

  private func outcomes(
    _ judge: WordJudge, _ policy: JudgeFailurePolicy, _ responses: [ParsedResponse],
    sees: [String]? = nil
  ) async throws -> [RewardOutcome] {
    let binding = JudgeBinding(
      name: "sufficiency", judge: judge, sees: sees ?? self.sees, onFailure: policy)
    let reward = JudgeReward(of: ["observation"], binding: binding)
    return try await reward.evaluate(group("left", responses), prior: [:])
  }

  @Test("the judge sees the texts its recipe names, in that order, and nothing else")
  func request() async throws {
    let judge = WordJudge(word: "left")
    let found = try await outcomes(judge, .dropGroup, [complete(" red moves left ", "b", "c")])
    #expect(found == [.value(1, because: "Yes")])
    let request = try #require(await judge.requests.first)
    #expect(request.judge == "sufficiency")
    #expect(request.fields.map(\.path) == sees)
    #expect(
      request.fields.map(\.text)
        == ["which way does it move ?", "left\nup", "left", "red moves left"])
    #expect(request["segment.think"] == nil)
  }

  @Test("scores come back in the order of the responses")
  func order() async throws {
    let responses = try (0..<40).map { try complete($0 % 3 == 0 ? "left" : "up", "b", "c") }
    let found = try await outcomes(WordJudge(word: "left"), .dropGroup, responses)
    #expect(found.map(\.value) == (0..<40).map { $0 % 3 == 0 ? 1 : 0 })
  }

  @Test("nobody is asked about a segment that is not there")
  func missing() async throws {
    let judge = WordJudge(word: "left")
    let found = try await outcomes(judge, .stop, [parsed("<observation>left")])
    #expect(found == [.value(0, because: "observation: unclosed")])
    #expect(await judge.requests.isEmpty)
  }

  @Test("an empty segment is worth what the judge's rule says, and only `ask` asks")
  func emptyText() async throws {
    for (rule, expected, count) in [
      (.zero, .value(0, because: "observation: empty"), 0),
      (.abstain, .abstained("observation: empty"), 0), (.ask, .value(0, because: "No"), 1),
    ] as [(EmptyTextRule, RewardOutcome, Int)] {
      let judge = WordJudge(word: "left")
      let binding = JudgeBinding(name: "j", judge: judge, sees: sees, emptyText: rule)
      let found = try await JudgeReward(of: ["observation"], binding: binding)
        .evaluate(group("left", [complete(" \n ", "b", "c")]), prior: [:])
      #expect(found == [expected])
      #expect(await judge.requests.count == count)
    }
  }

  @Test("an error that is no missing verdict ends the run, whatever `on_failure` says")
  func halt() async throws {
    struct WrongKey: JudgeHalt {}
    struct Locked: Judge {
      func verdict(_ request: JudgeRequest) async throws -> JudgeVerdict { throw WrongKey() }
    }
    for policy in JudgeFailurePolicy.allCases {
      let binding = JudgeBinding(name: "j", judge: Locked(), sees: sees, onFailure: policy)
      await #expect(throws: WrongKey.self) {
        try await JudgeReward(of: ["observation"], binding: binding)
          .evaluate(group("left", [complete("a", "b", "c")]), prior: [:])
      }
    }
  }

  @Test("what a failed call means is the recipe's choice")
  func failures() async throws {
    let judge = WordJudge(word: "left", failsOn: "fog")
    let responses = [try complete("left", "b", "c"), try complete("fog", "b", "c")]
    let reason = "judge sufficiency failed: no connection"
    let yes = RewardOutcome.value(1, because: "Yes")
    #expect(try await outcomes(judge, .dropGroup, responses) == [yes, .failed(reason)])
    #expect(try await outcomes(judge, .abstain, responses) == [yes, .abstained(reason)])
    #expect(try await outcomes(judge, .zero, responses) == [yes, .value(0, because: reason)])
    await #expect(
      throws: RewardError.judgeStopped(judge: "sufficiency", reason: "no connection")
    ) { try await outcomes(judge, .stop, responses) }
  }

  @Test("a score outside 0...1 is a failure of the judge", arguments: [2, -0.5, Double.nan])
  func strangeScore(_ score: Double) async throws {
    struct Strange: Judge {
      var score: Double
      func verdict(_ request: JudgeRequest) async throws -> JudgeVerdict {
        JudgeVerdict(score: score, label: "?")
      }
    }
    let binding = JudgeBinding(
      name: "j", judge: Strange(score: score), sees: ["segment.observation"])
    let found = try await JudgeReward(of: ["observation"], binding: binding)
      .evaluate(group("left", [complete("a", "b", "c")]), prior: [:])
    #expect(found == [.failed("judge j failed: score \(score) is outside 0...1")])
  }

  @Test("a text that does not exist cannot be shown")
  func unknownField() async throws {
    await #expect(
      throws: RewardError.setting(
        owner: "judge `sufficiency`", key: "sees", message: "there is no `item.colour` to show it")
    ) {
      try await outcomes(
        WordJudge(word: "x"), .dropGroup, [complete("a", "b", "c")],
        sees: ["item.colour", "segment.observation"])
    }
  }

  @Test("no field can imitate another in the text that is hashed")
  func canonicalContent() {
    let one = JudgeRequest(
      judge: "j", fields: [.init(path: "a", text: "x"), .init(path: "b", text: "y")])
    let other = JudgeRequest(judge: "j", fields: [.init(path: "a", text: "x\nb 1\ny")])
    #expect(one.content != other.content)
    #expect(one.content == "a 1\nx\nb 1\ny\n")
  }
}
