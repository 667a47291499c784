import Models
import RecipeLanguage
import Rewards
import Testing
import TrainingGraph

@testable import Trainer

@Suite struct MinibatchTests {
  /// A group of one response of `length` tokens, half of them of each process.
  private func group(_ length: Int, withheld: Set<String> = []) -> PolicyGroup {
    let tokens = Array(0..<length)
    return PolicyGroup(
      prompt: Prompt(tokens: [length]),
      rollouts: [
        Rollout(
          tokens: tokens, logProbabilities: tokens.map { _ in -1 }, finish: .endToken)
      ],
      parts: [tokens.map { _ in .rest }],
      processes: [tokens.map { $0 < length / 2 ? "perception" : "reasoning" }],
      advantages: [tokens.map { _ in 1 }], withheld: withheld)
  }

  private func loss(_ averaging: Averaging, kl: Averaging = .sequence) -> LossSpecification {
    LossSpecification(
      surrogate: .clip(low: 0.2, high: 0.2), averaging: averaging, maximumLength: 10,
      kl: KLPenalty(coefficient: .constant(0.5), averaging: kl))
  }

  @Test(arguments: [
    (1, [5]), (2, [2, 3]), (3, [1, 2, 2]), (5, [1, 1, 1, 1, 1]), (9, [1, 1, 1, 1, 1]),
  ])
  func everyGroupIsInOneMinibatchAndNoneIsEmpty(count: Int, sizes: [Int]) {
    let groups = (1...5).map { group($0) }
    let parts = groups.minibatches(count)
    #expect(parts.map(\.count) == sizes)
    #expect(parts.flatMap { $0 }.map(\.prompt) == groups.map(\.prompt))
  }

  @Test func aMinibatchIsAveragedOverItsOwnTokensOrThoseOfTheBatch() throws {
    let groups = [group(4), group(6)]
    func weights(_ averaging: Averaging) throws -> [Double] {
      try [groups[0]].weighted(loss(averaging), beta: 0.5, batchTokens: groups.tokenCount)[0]
        .weights[0]
    }
    #expect(try weights(.token) == [0.25, 0.25, 0.25, 0.25])
    #expect(try weights(.batch) == [0.1, 0.1, 0.1, 0.1])
    #expect(try weights(.constant) == [0.1, 0.1, 0.1, 0.1])
    #expect(try weights(.sum) == [1, 1, 1, 1])
  }

  @Test func thePenaltyHasItsOwnAveraging() throws {
    let groups = [group(4), group(2)]
    let weighted = try groups.weighted(loss(.sum, kl: .token), beta: 0.5, batchTokens: 6)
    #expect(weighted.map(\.weights) == [[[0.5, 0.5, 0.5, 0.5]], [[0.5, 0.5]]])
    #expect(weighted.allSatisfy { $0.klWeights[0].allSatisfy { abs($0 - 0.5 / 6) < 1e-15 } })
  }

  @Test func withheldProcessesStayOutOfTheLoss() throws {
    let weighted = try [group(4, withheld: ["reasoning"])]
      .weighted(loss(.sequence), beta: 0.5, batchTokens: 4)
    #expect(weighted[0].weights == [[0.25, 0.25, 0, 0]])
    #expect(weighted[0].klWeights == [[0.125, 0.125, 0, 0]])
  }
}
