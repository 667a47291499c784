import RecipeLanguage
import Testing

@testable import Rewards

@Suite struct RewardProgramTests {
  /// The rewards of VIDEOP2R, with windows that fit one token per byte.
  private func program(judge: WordJudge, policy: JudgeFailurePolicy = .dropGroup) throws
    -> RewardProgram
  {
    let binding = JudgeBinding(
      name: "sufficiency", judge: judge, sees: ["item.answer", "segment.observation"],
      onFailure: policy)
    return try RewardProgram([
      Reward(
        name: "observation_length", kind: LengthReward(of: ["observation"], window: 3...9),
        gate: gate("sufficient > 0 and observation_format > 0")),
      Reward(
        name: "reasoning_length", kind: LengthReward(of: ["think", "answer"], window: 5...9),
        gate: gate("correct > 0 and reasoning_format > 0")),
      Reward(name: "sufficient", kind: JudgeReward(of: ["observation"], binding: binding)),
      Reward(name: "correct", kind: AccuracyReward(segment: "answer")),
      Reward(name: "observation_format", kind: FormatReward(of: ["observation"])),
      Reward(name: "reasoning_format", kind: FormatReward(of: ["think", "answer"])),
    ])
  }

  private let perception = ["sufficient", "observation_format", "observation_length"]
  private let reasoning = ["correct", "reasoning_format", "reasoning_length"]

  @Test("process rewards of VIDEOP2R add up to at most 2.2 (eq. 5)")
  func totals() async throws {
    let program = try program(judge: WordJudge(word: "left"))
    #expect(
      program.rewards.map(\.name) == [
        "sufficient", "correct", "observation_format", "observation_length", "reasoning_format",
        "reasoning_length",
      ])
    let table = try await program.evaluate(
      group(
        "left",
        [
          complete("left", "so", "left"), complete("going left at last", "so", "left"),
          complete("up", "so", "left"), complete("left", "", "up"), parsed("left"),
        ]))
    #expect(try table.totals(of: perception) == [2.2, 2, 1, 2.2, 0])
    #expect(try table.totals(of: reasoning) == [2.2, 2.2, 2.2, 0, 0])
    #expect(
      table.outcomes["observation_length"]?[2]
        == .value(0, because: "gate `sufficient > 0 and observation_format > 0` is false"))
    #expect(table.failure == nil)
  }

  @Test("a part of a program is one reward with all that it reads")
  func part() throws {
    let program = try program(judge: WordJudge(word: "left"))
    #expect(try program.part(of: "correct").rewards.map(\.name) == ["correct"])
    #expect(
      try program.part(of: "reasoning_length").rewards.map(\.name) == [
        "correct", "reasoning_format", "reasoning_length",
      ])
    #expect(try program.part(of: "brief").rewards.isEmpty)
  }

  @Test("a gate on a failure fails, and the group is to be dropped")
  func failingGate() async throws {
    let judge = WordJudge(word: "left", failsOn: "fog")
    let responses = [try complete("fog", "so", "left"), try complete("left", "so", "left")]
    let table = try await program(judge: judge).evaluate(group("left", responses))
    #expect(
      table.outcomes["observation_length"]?[0]
        == .failed(
          "gate reads `sufficient`, which failed: judge sufficiency failed: no connection"))
    #expect(table.failure != nil)
    #expect(try table.totals(of: perception) == [nil, 2.2])

    let milder = try await program(judge: judge, policy: .abstain).evaluate(
      group("left", responses))
    guard case .abstained? = milder.outcomes["observation_length"]?[0] else {
      Issue.record("the gate did not abstain")
      return
    }
    #expect(milder.failure == nil)
    #expect(try milder.totals(of: perception) == [nil, 2.2])
    #expect(try milder.totals(of: reasoning) == [2.2, 2.2])
  }

  @Test("responses that a gate stops are not shown to the kind")
  func gateSavesCalls() async throws {
    let judge = WordJudge(word: "left")
    let binding = JudgeBinding(name: "j", judge: judge, sees: ["segment.observation"])
    let program = try RewardProgram([
      Reward(
        name: "sufficient", kind: JudgeReward(of: ["observation"], binding: binding),
        gate: gate("correct > 0")),
      Reward(name: "correct", kind: AccuracyReward(segment: "answer")),
    ])
    let table = try await program.evaluate(
      group("left", [complete("left", "", "up"), complete("left", "", "left")]))
    #expect(await judge.requests.count == 1)
    #expect(table.outcomes["sufficient"]?.map(\.value) == [0, 1])
  }

  @Test("a value that is not a number is an error that names reward and response")
  func notFinite() async throws {
    let program = try RewardProgram([
      Reward(name: "broken", kind: FixedReward(["a": .value(1), "b": .value(.nan)]))
    ])
    await #expect(
      throws: RewardError.notFinite(reward: "broken", response: 1, value: "nan")
    ) { try await program.evaluate(group("x", [complete("a", "", ""), complete("b", "", "")])) }
    #expect(throws: RewardError.self) {
      try RewardTable(outcomes: ["broken": [.value(.infinity)]])
    }
  }

  @Test("a kind that answers for too few responses is caught")
  func wrongCount() async throws {
    struct Lazy: RewardKind {
      static let schema = FixedReward.schema
      init() {}
      init(name: String, settings: Record, context: RewardContext) throws {}
      var signature: RewardSignature {
        RewardSignature(range: 0...0, support: [0], reads: [], isPure: true)
      }
      func evaluate(
        _ group: RewardGroup, prior: [String: [RewardOutcome]]
      ) async throws -> [RewardOutcome] { [] }
    }
    let program = try RewardProgram([Reward(name: "lazy", kind: Lazy())])
    await #expect(throws: RewardError.outcomeCount(reward: "lazy", expected: 1, found: 0)) {
      try await program.evaluate(group("x", [complete("a", "", "")]))
    }
  }

  @Test("names that nothing declares, names used twice and cycles are refused")
  func refused() throws {
    let kind = FixedReward([:])
    #expect(throws: RewardError.self) {
      try RewardProgram([Reward(name: "a", kind: kind, gate: gate("b > 0"))])
    }
    #expect(throws: RewardError.self) {
      try RewardProgram([Reward(name: "a", kind: kind), Reward(name: "a", kind: kind)])
    }
    #expect(throws: RewardError.gateCycle(rewards: ["a", "b"])) {
      try RewardProgram([
        Reward(name: "a", kind: kind, gate: gate("b > 0")),
        Reward(name: "b", kind: kind, gate: gate("a > 0")),
      ])
    }
    let table = try RewardTable(outcomes: ["correct": [.value(1)]])
    #expect(throws: RewardError.self) { try table.totals(of: ["corect"]) }
  }
}
