import RecipeLanguage
import Testing

@testable import Rewards

@Suite struct RewardExpressionTests {
  private func expression(
    _ text: String, _ type: ExpressionType, _ context: ExpressionContext
  ) throws -> RecipeLanguage.Expression {
    let scope = ExpressionScope(context) {
      .value($0.hasPrefix("item.") ? .column : .number())
    }
    let parsed = Expression.parse(text, as: type, in: scope)
    return try #require(parsed.expression, "\(parsed.problems)")
  }

  private func evaluate(_ rewards: [Reward], _ group: RewardGroup) async throws -> RewardTable {
    try await RewardProgram(rewards).evaluate(group)
  }

  private let correct = Reward(name: "correct", kind: AccuracyReward(segment: "answer"))

  @Test("the gate of a group asks for two right responses, as Video-R1 has it")
  func groupGate() async throws {
    let length = Reward(
      name: "length", kind: LengthReward(of: ["observation"], window: 1...9),
      gate: try expression("correct > 0", .boolean, .gate),
      groupGate: try expression("count(correct > 0) >= 2", .boolean, .groupGate))
    let (right, wrong) = (try complete("123", "so", "left"), try complete("123", "so", "up"))
    let one = try await evaluate([length, correct], group("left", [right, wrong]))
    let closed = RewardOutcome.value(0, because: "group gate `count(correct > 0) >= 2` is false")
    #expect(one.outcomes["length"] == [closed, closed])
    let two = try await evaluate([length, correct], group("left", [right, wrong, right]))
    #expect(two.outcomes["length"]?.map(\.value) == [0.2, 0, 0.2])
  }

  @Test("a gate reads the columns of the data")
  func columns() async throws {
    let gated = Reward(
      name: "gated", kind: FormatReward(of: ["answer"]),
      gate: try expression(
        "item.problem_type == 'multiple choice' and item.objects >= 2", .boolean, .gate))
    func value(_ extra: [String: JSONValue]) async throws -> RewardOutcome? {
      let item = record("left", extra: extra)
      let group = RewardGroup(item: item, responses: [try complete("a", "b", "left")])
      return try await evaluate([gated], group).outcomes["gated"]?.first
    }
    #expect(try await value(["objects": .number(2)])?.value == 1)
    #expect(try await value(["objects": .number(1)])?.value == 0)
    let missing = try #require(try await value([:]))
    #expect(missing.value == nil && missing.reason?.contains("has no value") == true)
  }

  @Test("a formula reads final values of other rewards, wherever they are declared")
  func formula() async throws {
    let formula = ExpressionReward(
      value: try expression("clamp(correct + 0.5 * tidy, 0, 1.25)", .number, .formula))
    let tidy = Reward(
      name: "tidy", kind: FormatReward(of: ["observation"]),
      gate: try expression("correct > 0", .boolean, .gate))
    let table = try await evaluate(
      [Reward(name: "sum", kind: formula), tidy, correct],
      group("left", [complete("a", "b", "left"), complete("a", "b", "up")]))
    #expect(table.outcomes["sum"] == [.value(1.25), .value(0)])
  }

  @Test("a formula without a value abstains and says why")
  func formulaWithoutValue() async throws {
    let formula = ExpressionReward(value: try expression("1 / correct", .number, .formula))
    let table = try await evaluate(
      [correct, Reward(name: "sum", kind: formula)], group("left", [complete("a", "b", "up")]))
    #expect(
      table.outcomes["sum"] == [.abstained("the formula `1 / correct` has no value")])
  }

  @Test("formulas that wait for each other are refused")
  func cycle() throws {
    let a = ExpressionReward(value: try expression("b + 1", .number, .formula))
    let b = ExpressionReward(value: try expression("a + 1", .number, .formula))
    #expect(throws: RewardError.self) {
      try RewardProgram([Reward(name: "a", kind: a), Reward(name: "b", kind: b)])
    }
  }

  @Test("weights multiply values where they are summed, and 1 changes no bit")
  func weights() throws {
    let table = try RewardTable(outcomes: [
      "a": [.value(0.1), .value(0.7)], "b": [.value(0.2), .abstained("no")],
    ])
    #expect(try table.totals(of: ["a", "b"]) == [0.1 + 0.2, nil])
    #expect(try table.totals(of: ["a", "b"], weights: ["a": 1]) == [0.1 + 0.2, nil])
    #expect(try table.totals(of: ["a", "b"], weights: ["a": 3, "b": 0]) == [3 * 0.1, nil])
    let credit = try Credit(
      scopes: [CreditScope(name: "all", rewards: ["a"], normalization: Normalization())],
      assignment: .allTokens)
    let responses = [try complete("a", "b", "c"), try complete("a", "b", "d")]
    let found = try credit.assign(
      [(group: group("left", responses), table: table)], weights: ["a": 10])
    #expect(found.first?.totals["all"] == [1, 7])
  }
}
