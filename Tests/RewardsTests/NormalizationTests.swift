import Foundation
import TestSupport
import Testing

@testable import Rewards

@Suite struct NormalizationTests {
  private func advantages(
    _ rewards: [Double?], _ normalization: Normalization = Normalization()
  ) throws -> [Double] { try normalization.apply(rewards).advantages }

  @Test("the standard deviation is the sample's by default, the population's on request")
  func deviation() throws {
    let rewards: [Double?] = [1, 0.8, 0.6, 0.4]
    expectEqual([try advantages(rewards)[0]], [1.1614], within: 5e-5)
    let population = Normalization(deviation: .population)
    expectEqual([try advantages(rewards, population)[0]], [1.3410], within: 5e-5)
  }

  /// research: process-aware GRPO, G = 8.
  static let perception: [Double?] = [2.2, 2, 1, 1, 2.2, 1, 2, 0]
  static let reasoning: [Double?] = [2.2, 1, 2.2, 1, 2, 1, 1, 0]
  static let perceptionAdvantages = [
    0.97353, 0.722296, -0.533871, -0.533871, 0.97353, -0.533871, 0.722296, -1.790039,
  ]
  static let reasoningAdvantages = [
    1.167316, -0.389105, 1.167316, -0.389105, 0.907913, -0.389105, -0.389105, -1.686123,
  ]
  static let sumAdvantages = [
    1.191361, 0.195597, 0.337849, -0.515664, 1.049109, -0.515664, 0.195597, -1.938184,
  ]

  @Test("rewards of two processes, each for itself and summed")
  func processAware() throws {
    expectEqual(try advantages(Self.perception), Self.perceptionAdvantages)
    expectEqual(try advantages(Self.reasoning), Self.reasoningAdvantages)
    let sums = zip(Self.perception, Self.reasoning).map { a, b in
      a.flatMap { x in b.map { x + $0 } }
    }
    expectEqual(try advantages(sums), Self.sumAdvantages)
  }

  @Test("a collapsed process has no advantage while the other still has one")
  func collapse() throws {
    let flat = try Normalization().apply([Double?](repeating: 2.2, count: 8))
    #expect(flat.advantages == [Double](repeating: 0, count: 8))
    #expect(flat.isZeroVariance)
    expectEqual(
      try advantages([2.2, 1, 1, 2.2, 1, 2, 1, 1]),
      [1.313795, -0.720468, -0.720468, 1.313795, -0.720468, 0.974751, -0.720468, -0.720468])
  }

  /// Rewards, epsilon and advantages as TRL computes them.
  struct Golden: CustomTestStringConvertible {
    var rewards: [Double?]
    var epsilon = 1e-4
    var advantages: [Double]
    var testDescription: String { "\(rewards), epsilon \(epsilon)" }
  }

  @Test(
    "golden groups of TRL",
    arguments: [
      Golden(rewards: [1, 0, 0, 0], advantages: [1.499700, -0.499900, -0.499900, -0.499900]),
      Golden(rewards: [1, 1, 0, 0], advantages: [0.865875, 0.865875, -0.865875, -0.865875]),
      Golden(rewards: [1, 1, 1, 1], advantages: [0, 0, 0, 0]),
      Golden(
        rewards: [0.3, 0.7, 0.7, 1.3], advantages: [-1.091146, -0.121238, -0.121238, 1.333622]),
      Golden(rewards: [1, 0, nil, 0], advantages: [1.154501, -0.577250, 0, -0.577250]),
      Golden(
        rewards: [1, 0, 0, 0], epsilon: 1e-6,
        advantages: [1.499997, -0.499999, -0.499999, -0.499999]),
      Golden(
        rewards: [0.70, 0.71, 0.70, 0.70], advantages: [-0.490196, 1.470588, -0.490196, -0.490196]),
      Golden(
        rewards: [0.7, 0.7, 0.7, 0.7001], advantages: [-0.166667, -0.166667, -0.166667, 0.5]),
    ])
  func golden(_ example: Golden) throws {
    let found = try Normalization(epsilon: example.epsilon).apply(example.rewards)
    expectEqual(found.advantages, example.advantages)
    #expect(found.isZeroVariance == (example.advantages == [0, 0, 0, 0]))
    #expect(found.count == example.rewards.compactMap { $0 }.count)
  }

  @Test("normalizing each reward, summing, and normalizing over the batch is GDPO")
  func decoupled() throws {
    func gdpo(
      _ first: [[Double]], _ second: [[Double]], weight: Double
    ) throws -> (before: [Double], after: [Double]) {
      var before: [Double] = []
      for (a, b) in zip(first, second) {
        let left = try advantages(a)
        let right = try advantages(b)
        before += zip(left, right).map { $0 + weight * $1 }
      }
      return (before, try advantages(before))
    }
    let one = try gdpo(
      [[1, 0, 0, 1], [1, 1, 1, 1]], [[1, 1, 0, 1], [1, 0, 1, 1]], weight: 1)
    expectEqual(
      one.before, [1.36578, -0.36598, -2.36558, 1.36578, 0.4999, -1.4997, 0.4999, 0.4999],
      within: 5e-5)
    expectEqual(
      one.after,
      [1.02364, -0.2743, -1.77299, 1.02364, 0.37467, -1.12402, 0.37467, 0.37467], within: 5e-5)
    let two = try gdpo(
      [[1, 0, 0, 0], [1, 1, 0, 0]], [[1, 1, 1, 0], [1, 1, 1, 1]], weight: 0.5)
    expectEqual(
      two.before,
      [1.74965, -0.24995, -0.24995, -1.24975, 0.865875, 0.865875, -0.865875, -0.865875],
      within: 5e-6)
    expectEqual(
      two.after,
      [
        1.662993, -0.237570, -0.237570, -1.187852, 0.822990, 0.822990, -0.822990, -0.822990,
      ])
  }

  @Test("the weighted sum of the same rewards, normalized once")
  func sumThenNormalize() throws {
    expectEqual(
      try advantages([1.5, 0.5, 0.5, 0]), [1.390538, -0.198648, -0.198648, -0.993241])
    expectEqual(
      try advantages([1.5, 1.5, 0.5, 0.5]), [0.865875, 0.865875, -0.865875, -0.865875])
  }

  @Test("two members without epsilon: the paper's own example")
  func twoMembers() throws {
    let exact = Normalization(epsilon: 0)
    expectEqual(try advantages([0, 1], exact), [-0.7071, 0.7071], within: 5e-5)
    expectEqual(
      try advantages([0, 2], exact).map { 2 * $0 }, [-1.4142, 1.4142], within: 5e-5)
  }

  @Test("the reference implementation's own cases, abstentions and batch scope included")
  func referenceCases() throws {
    let fixture = try JSONText.parse(Array(Fixtures.data("grpo_cases.json")))
    let cases = try #require(fixture["advantage_cases"]?.arrayValue)
    #expect(cases.count == 12)
    for example in cases {
      let rewards = try #require(example["rewards"]?.arrayValue).map(\.doubleValue)
      let size = Int(try #require(example["num_generations"]?.doubleValue))
      let scale = try #require(example["scale_rewards"]?.stringValue)
      let expected = try #require(example["advantages"]?.arrayValue).compactMap(\.doubleValue)
      let groups = stride(from: 0, to: rewards.count, by: size)
        .map { Array(rewards[$0..<($0 + size)]) }
      // TRL's "batch" subtracts the group's mean and divides by the batch's deviation.
      let found: [Double]
      if scale == "batch" {
        let spread = try Normalization().apply(rewards).deviation
        let centred = try Normalization(scale: .none).apply(groups: groups)
        found = centred.flatMap(\.advantages).map { $0 / (spread + 1e-4) }
      } else {
        let normalization = Normalization(scale: scale == "none" ? .none : .std)
        found = try normalization.apply(groups: groups).flatMap(\.advantages)
      }
      expectEqual(found, expected, within: 2e-6)
    }
  }

  @Test("without centre and scale rewards stay as they are; a lone member has no advantage")
  func edges() throws {
    let raw = Normalization(center: .none, scale: .none)
    #expect(try advantages([2, 2, nil], raw) == [2, 2, 0])
    #expect(try advantages([nil, 3, nil]) == [0, 0, 0])
    #expect(try advantages([nil, nil]) == [0, 0])
    #expect(try advantages([]) == [])
    let batch = try Normalization(over: .batch).apply(groups: [[1, 1], [0, nil]])
    #expect(batch.map(\.isZeroVariance) == [true, true])
    expectEqual(batch[0].advantages, [0.577250, 0.577250])
    expectEqual(batch[1].advantages, [-1.154501, 0])
  }

  @Test("with fewer rewards than the minimum every advantage is 0, whatever the centre")
  func minimumCount() throws {
    let three = Normalization(minimumCount: 3)
    #expect(try advantages([1, nil, 0], three) == [0, 0, 0])
    #expect(try three.apply([1, nil, 0]).isZeroVariance)
    #expect(try three.apply([1, nil, 0]).mean == 0.5)
    expectEqual(
      try advantages([1, nil, 0, 0], three), [1.154501, 0, -0.577250, -0.577250])
    let alone = Normalization(center: .none, scale: .none, minimumCount: 1)
    #expect(try advantages([nil, 3, nil], alone) == [0, 3, 0])
    #expect(try advantages([3, nil], Normalization(center: .none, scale: .none)) == [0, 0])
  }

  @Test("sums that differ by rounding alone are equal")
  func rounding() throws {
    let exact = Normalization(epsilon: 0)
    let found = try exact.apply([0.1 + 0.2, 0.3])
    #expect(found.isZeroVariance)
    #expect(found.advantages == [0, 0])
    #expect(try advantages([0.1 + 0.2, 0.3], Normalization(scale: .none)) == [0, 0])
  }

  @Test("a reward that is not a number never passes", arguments: [Double.nan, .infinity])
  func notFinite(_ value: Double) {
    #expect(throws: RewardError.self) { try Normalization().apply([1, value]) }
  }
}
