import Foundation
import Testing

@testable import Rewards

@Suite struct RunningNormalizationTests {
  private let running = Normalization(over: .running, epsilon: 0, decay: 0.75)

  @Test("the first update is normalized over its own batch")
  func first() throws {
    var memory = RewardMemory()
    let found = try running.apply(
      [[[3], [1]], [[1], [3]]], keys: ["a", "a"], owner: "n", memory: &memory)
    #expect(found.map(\.advantages) == [[1, -1], [-1, 1]])
    #expect(memory["n/a"] == [2, 1])
  }

  @Test("later updates mix in: mean and variance are those of the mixture")
  func mixture() throws {
    var memory = RewardMemory(numbers: ["n/a": [2, 1]])
    _ = try running.apply([[[6], [6]]], keys: ["a"], owner: "n", memory: &memory)
    // Three quarters of (mean 2, variance 1) and one of (mean 6, variance 0).
    #expect(memory["n/a"] == [3, 0.75 * (1 + 1) + 0.25 * 9])
  }

  @Test("problem types are remembered apart; abstentions enter nothing and get 0")
  func keys() throws {
    var memory = RewardMemory()
    let found = try running.apply(
      [[[1], [0]], [[100], [nil]], [[nil], [nil]]], keys: ["a", "b", "c"], owner: "n",
      memory: &memory)
    #expect(memory["n/a"] == [0.5, 0.25])
    #expect(memory["n/b"] == [100, 0])
    #expect(memory["n/c"] == nil)
    #expect(found.flatMap(\.advantages).allSatisfy { $0.isFinite })
    #expect(found[1].advantages == [0, 0])
    #expect(found[2].advantages == [0, 0])
  }

  @Test("the group's mean with a running deviation (EMA-GRPO)")
  func scaleOnly() throws {
    var memory = RewardMemory(numbers: ["n/a": [0, 4]])
    let mixed = Normalization(over: .group, scaleOver: .running, epsilon: 0, decay: 1)
    let found = try mixed.apply([[[3], [1]]], keys: ["a"], owner: "n", memory: &memory)
    #expect(found[0].advantages == [0.5, -0.5])
    #expect(memory["n/a"] == [0, 4])
  }

  @Test("an update that is taken up again from what was remembered goes on the same way")
  func resumes() throws {
    func update(_ step: Int, _ memory: inout RewardMemory) throws -> [Double] {
      let rewards = (0..<4).map { [Double?(Double((step * 7 + $0 * 3) % 5))] }
      return try running.apply([rewards], keys: ["a"], owner: "n", memory: &memory)
        .flatMap(\.advantages)
    }
    var whole = RewardMemory()
    let all = try (0..<6).map { try update($0, &whole) }
    var first = RewardMemory()
    for step in 0..<3 { _ = try update(step, &first) }
    let stored = try JSONEncoder().encode(first)
    var second = try JSONDecoder().decode(RewardMemory.self, from: stored)
    let resumed = try (3..<6).map { try update($0, &second) }
    #expect(resumed == Array(all[3...]))
    #expect(second == whole)
  }

  @Test("rewards that are no further apart than the tolerance are equal")
  func tolerance() throws {
    let noisy: [Double?] = [0.70, 0.71, 0.70, 0.70]
    #expect(try Normalization(tolerance: 0.02).apply(noisy).advantages == [0, 0, 0, 0])
    #expect(try Normalization(tolerance: 0.02).apply(noisy).isZeroVariance)
    #expect(try Normalization(tolerance: 0.005).apply(noisy).advantages[1] > 1)
  }

  @Test("an abstention takes out its response, or itself alone, and never moves its siblings")
  func abstention() throws {
    var memory = RewardMemory()
    let rewards: [[[Double?]]] = [[[1, 1], [0, nil], [0, 1], [nil, nil]]]
    let whole = try Normalization(scale: .none).apply(rewards, memory: &memory)
    #expect(whole[0].advantages == [0.5, 0, -0.5, 0])
    let alone = try Normalization(scale: .none, abstention: .reward).apply(rewards, memory: &memory)
    expectEqual(alone[0].advantages, [1, -1, 0, 0])
    let apart = try Normalization(
      aggregation: .normalizeThenSum, whitens: false, abstention: .reward
    ).apply(rewards, memory: &memory)
    #expect(apart[0].advantages.allSatisfy { $0.isFinite })
    #expect(apart[0].advantages[3] == 0)
  }
}
