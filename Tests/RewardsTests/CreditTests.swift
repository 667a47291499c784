import Testing

@testable import Rewards

@Suite struct CreditTests {
  private func table(_ columns: [String: [RewardOutcome]]) throws -> RewardTable {
    try RewardTable(outcomes: columns)
  }

  private let normalization = Normalization()

  private func processAware() throws -> Credit {
    try Credit(
      scopes: [
        CreditScope(name: "perception", rewards: ["seen"], normalization: normalization),
        CreditScope(name: "reasoning", rewards: ["right"], normalization: normalization),
      ], assignment: .byProcess(rest: normalization))
  }

  private func published() throws -> (group: RewardGroup, table: RewardTable) {
    let text = "<observation>a</observation> <think>b</think><answer>c</answer>"
    let responses = try (0..<8).map { _ in try parsed(text) }
    let columns = try table([
      "seen": NormalizationTests.perception.map { .value($0 ?? 0) },
      "right": NormalizationTests.reasoning.map { .value($0 ?? 0) },
    ])
    return (group("c", responses), columns)
  }

  @Test("each token gets its own process's advantage, the rest that of the sum")
  func byProcess() throws {
    let (group, table) = try published()
    let credited = try #require(try processAware().assign([(group, table)]).first)
    #expect(credited.dropped == nil)
    for (index, response) in group.responses.enumerated() {
      let expected = response.processes().map { process -> Double in
        switch process {
        case "perception"?: return NormalizationTests.perceptionAdvantages[index]
        case "reasoning"?: return NormalizationTests.reasoningAdvantages[index]
        default: return NormalizationTests.sumAdvantages[index]
        }
      }
      expectEqual(credited.advantages[index], expected)
      #expect(Set(response.processes()) == ["perception", "reasoning", nil])
    }
    #expect(credited.totals["perception"] == NormalizationTests.perception)
    #expect(credited.scopes["rest"]?.count == 8)
  }

  @Test("plain GRPO gives one advantage to every token of a response")
  func allTokens() throws {
    let (group, table) = try published()
    let scope = CreditScope(name: "response", rewards: ["right"], normalization: normalization)
    let credit = try Credit(scopes: [scope], assignment: .allTokens)
    let credited = try #require(try credit.assign([(group, table)]).first)
    for (index, tokens) in credited.advantages.enumerated() {
      #expect(Set(tokens).count == 1)
      #expect(tokens.count == group.responses[index].response.tokens.count)
      expectEqual([tokens[0]], [NormalizationTests.reasoningAdvantages[index]])
    }
  }

  @Test(
    "a flat scope that drops withholds its own tokens; a group flat in all of them leaves whole")
  func zeroVariance() throws {
    func credited(
      seen: [Double], right: [Double], drop scopes: Set<String>
    ) throws -> CreditedGroup {
      func scope(_ name: String, _ reward: String) -> CreditScope {
        let rule: Normalization.ZeroVariance = scopes.contains(name) ? .drop : .keep
        return CreditScope(
          name: name, rewards: [reward], normalization: Normalization(zeroVariance: rule))
      }
      let rest = Normalization(zeroVariance: scopes.count == 2 ? .drop : .keep)
      let credit = try Credit(
        scopes: [scope("perception", "seen"), scope("reasoning", "right")],
        assignment: .byProcess(rest: rest))
      let responses = try seen.map { _ in try complete("a", "b", "c") }
      let columns = try table([
        "seen": seen.map { .value($0) }, "right": right.map { .value($0) },
      ])
      return try #require(try credit.assign([(group("c", responses), columns)]).first)
    }
    let both: Set<String> = ["perception", "reasoning"]
    let half = try credited(seen: [1, 1], right: [1, 0], drop: both)
    #expect(half.withheld == ["perception"])
    #expect(!half.isWithheld)
    let flat = try credited(seen: [1, 1], right: [0, 0], drop: both)
    #expect(flat.withheld == ["perception", "reasoning", "rest"])
    #expect(flat.isWithheld && flat.dropped == nil)
    #expect(flat.scopes["perception"]?.isZeroVariance == true)
    let kept = try credited(seen: [1, 1], right: [0, 0], drop: [])
    #expect(kept.withheld.isEmpty && !kept.isWithheld)
    #expect(kept.advantages.allSatisfy { $0.allSatisfy { $0 == 0 } })
  }

  @Test("a masked response that was cut enters no mean and gets advantage 0")
  func maskedTruncation() throws {
    let whole = try complete("a", "b", "c")
    let cut = try parsed("<observation>a</observation><think>b", truncated: true)
    let columns = try table(["right": [.value(1), .value(0), .value(5)]])
    let scope = CreditScope(name: "response", rewards: ["right"], normalization: normalization)
    let scored = group("c", [whole, whole, cut])
    func credited(_ truncation: Credit.Truncation) throws -> CreditedGroup {
      let credit = try Credit(scopes: [scope], assignment: .allTokens, truncation: truncation)
      return try #require(try credit.assign([(scored, columns)]).first)
    }
    let masked = try credited(.mask)
    #expect(masked.totals["response"] == [1, 0, nil])
    #expect(masked.scopes["response"]?.count == 2)
    #expect(masked.advantages[2].allSatisfy { $0 == 0 })
    expectEqual(
      [masked.advantages[0][0], masked.advantages[1][0]], [0.707007, -0.707007], within: 1e-6)
    let scored3 = try credited(.score)
    #expect(scored3.totals["response"] == [1, 0, 5])
    #expect(scored3.advantages[2][0] > 0)
  }

  @Test("under process-aware credit a masked response is left out of every scope and of the rest")
  func maskedByProcess() throws {
    let credit = try Credit(
      scopes: [
        CreditScope(name: "perception", rewards: ["seen"], normalization: normalization),
        CreditScope(name: "reasoning", rewards: ["right"], normalization: normalization),
      ], assignment: .byProcess(rest: normalization), truncation: .mask)
    let responses = [
      try complete("a", "b", "c"), try complete("a", "b", "d"),
      try parsed("<observation>a</observation><think>b", truncated: true),
    ]
    let columns = try table([
      "seen": [.value(1), .value(0), .value(1)], "right": [.value(1), .value(0), .value(0)],
    ])
    let credited = try #require(try credit.assign([(group("c", responses), columns)]).first)
    #expect(["perception", "reasoning", "rest"].allSatisfy { credited.scopes[$0]?.count == 2 })
    #expect(credited.advantages[2].allSatisfy { $0 == 0 })
  }

  @Test("a malformed segment's tokens fall to the rest, and its process still has a total")
  func malformed() throws {
    let responses = [
      try complete("a", "b", "c"), try parsed("<observation>a<think>b</think><answer>c</answer>"),
    ]
    let columns = try table([
      "seen": [.value(1), .value(0, because: "observation: unclosed")],
      "right": [.value(1), .value(1)],
    ])
    let credited = try #require(
      try processAware().assign([(group("c", responses), columns)]).first)
    #expect(responses[1].processes()[0] == nil)
    expectEqual([credited.advantages[1][0]], [-0.707007], within: 1e-6)
    #expect(credited.totals["perception"] == [1, 0])
    #expect(credited.scopes["reasoning"]?.isZeroVariance == true)
  }

  @Test("who abstains is compared with nobody and gets no advantage")
  func abstention() throws {
    let responses = try (0..<4).map { _ in try parsed("<observation>a</observation>") }
    let columns = try table([
      "seen": [.value(1), .value(0), .abstained("no verdict"), .value(0)],
      "right": [.value(0), .value(0), .value(0), .value(0)],
    ])
    let credited = try #require(
      try processAware().assign([(group("c", responses), columns)]).first)
    expectEqual(
      credited.advantages.map { $0[0] }, [1.154501, -0.577250, 0, -0.577250])
    #expect(credited.totals["perception"] == [1, 0, nil, 0])
    #expect(credited.advantages[2].allSatisfy { $0 == 0 })
  }

  @Test("a group in which a judge failed is dropped whole, with the reason, and alone")
  func dropped() throws {
    let responses = try (0..<2).map { _ in try parsed("<observation>a</observation>") }
    let good = try table([
      "seen": [.value(1), .value(0)], "right": [.value(0), .value(1)],
    ])
    let bad = try table([
      "seen": [.value(1), .failed("no connection")], "right": [.value(0), .value(1)],
    ])
    let pair = group("c", responses)
    let credited = try processAware().assign([(pair, good), (pair, bad), (pair, good)])
    #expect(credited[1].dropped == "reward `seen` of response 1: no connection")
    #expect(credited[1].advantages.isEmpty)
    #expect(credited[0] == credited[2])
    #expect(credited[0].dropped == nil)
  }

  @Test("a batch scope compares all groups of the update")
  func batchScope() throws {
    let responses = try (0..<2).map { _ in try parsed("<think>a</think>") }
    let scope = CreditScope(
      name: "response", rewards: ["right"], normalization: Normalization(over: .batch))
    let credit = try Credit(scopes: [scope], assignment: .allTokens)
    let columns = try [[1.0, 1.0], [0.0, 0.0]].map { values in
      try table(["right": values.map { .value($0) }])
    }
    let pair = group("c", responses)
    let credited = try credit.assign(columns.map { (pair, $0) })
    expectEqual(credited.map { $0.advantages[0][0] }, [0.865875, -0.865875])
  }

  @Test("declarations that cannot be honoured are refused")
  func refused() throws {
    let scope = CreditScope(name: "a", rewards: ["x"], normalization: normalization)
    #expect(throws: RewardError.self) { try Credit(scopes: [], assignment: .allTokens) }
    #expect(throws: RewardError.self) {
      try Credit(scopes: [scope, scope], assignment: .byProcess(rest: normalization))
    }
    let empty = CreditScope(name: "b", rewards: [], normalization: normalization)
    #expect(throws: RewardError.credit(message: "scope `b` has no reward")) {
      try Credit(scopes: [empty], assignment: .allTokens)
    }
    #expect(throws: RewardError.self) {
      try Credit(
        scopes: [scope, CreditScope(name: "b", rewards: ["x"], normalization: normalization)],
        assignment: .allTokens)
    }
    let credit = try Credit(scopes: [scope], assignment: .byProcess(rest: normalization))
    let tables = try table(["x": [.value(1)]])
    #expect(throws: RewardError.credit(message: "no reward is credited to process `perception`")) {
      try credit.assign([(group("c", [try complete("a", "b", "c")]), tables)])
    }
    #expect(throws: RewardError.credit(message: "2 responses but rewards for 1")) {
      let two = try (0..<2).map { _ in try parsed("") }
      return try credit.assign([(group("c", two), tables)])
    }
  }
}
