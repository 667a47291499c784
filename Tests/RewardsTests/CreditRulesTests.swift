import RecipeLanguage
import Testing

@testable import Rewards

@Suite struct CreditRulesTests {
  private func credited(_ rules: Credit.Rules) throws -> (ParsedResponse, [Double]) {
    let responses = try [complete("ab", "c", "left"), complete("ab", "c", "up")]
    let table = try RewardTable(outcomes: [
      "seen": [.value(1), .value(0)], "correct": [.value(0), .value(1)],
    ])
    let credit = try Credit(
      scopes: [
        CreditScope(name: "perception", rewards: ["seen"], normalization: Normalization()),
        CreditScope(name: "reasoning", rewards: ["correct"], normalization: Normalization()),
      ], assignment: .byProcess(rest: Normalization(scale: .none)), rules: rules)
    let found = try credit.assign([(group("left", responses), table)])
    return (responses[0], found[0].advantages[0])
  }

  @Test("delimiters belong to their segment, or to the rest")
  func tags() throws {
    let (response, own) = try credited(Credit.Rules())
    let (_, apart) = try credited(Credit.Rules(tags: .rest))
    let inner = "<observation>".utf8.count
    #expect(own[0] > 0.7 && own[inner] > 0.7)
    #expect(apart[0] == 0 && apart[inner] > 0.7)
    #expect(response.processes(Credit.Rules(tags: .rest))[0] == nil)
    #expect(response.processes(Credit.Rules())[0] == "perception")
  }

  @Test("the rest gets the sum of all rewards, or nothing")
  func rest() throws {
    let responses = try [parsed("x <answer>left</answer>"), parsed("y <answer>up</answer>")]
    let table = try RewardTable(outcomes: ["correct": [.value(1), .value(0)]])
    func first(_ rest: Credit.Rules.Rest) throws -> Double {
      let credit = try Credit(
        scopes: [
          CreditScope(name: "reasoning", rewards: ["correct"], normalization: Normalization())
        ], assignment: .byProcess(rest: Normalization()), rules: Credit.Rules(rest: rest))
      return try credit.assign([(group("left", responses), table)])[0].advantages[0][0]
    }
    #expect(try first(.sum) > 0.7)
    #expect(try first(.none) == 0)
  }

  @Test("one reward conditioned on another counts only where the other is high (GDPO eq. 8)")
  func conditioned() async throws {
    let program = try RewardProgram([
      Reward(name: "correct", kind: AccuracyReward(segment: "answer")),
      Reward(
        name: "shape", kind: FormatReward(of: ["think"]), gate: try gate("correct >= 1")),
    ])
    let table = try await program.evaluate(
      group("left", [complete("a", "b", "left"), complete("a", "b", "up")]))
    #expect(table.outcomes["shape"]?.map(\.value) == [1, 0])
  }
}
