import TestSupport
import Testing

@testable import Rewards

/// Equal rewards are equal on every way that leads to advantages, however their sums are rounded.
@Suite struct RewardSpreadTests {
  @Test(
    "the others of a response are equal although their mean is none of them",
    arguments: [
      ([1] + [Double](repeating: 2.2, count: 7), -1.2),
      ([1, 0.2, 0.2, 0.2], 0.8), ([1, 0.1, 0.1, 0.1], 0.9), ([0, 0.7, 0.7, 0.7], -0.7),
      ([0, 1.1, 1.1, 1.1], -1.1),
    ] as [([Double], Double)])
  func equalOthers(_ rewards: [Double], _ expected: Double) throws {
    let nemo = Normalization(center: .leaveOneOut, scale: .leaveOneOut, epsilon: 1e-6)
    expectEqual([try nemo.apply(rewards).advantages[0]], [expected], within: 1e-12)
  }

  @Test("the tolerance holds for the others as for the group")
  func tolerantOthers() throws {
    let tolerant = Normalization(center: .leaveOneOut, scale: .leaveOneOut, tolerance: 0.02)
    expectEqual(
      [try tolerant.apply([1, 0.21, 0.2, 0.2]).advantages[0]], [1 - 0.61 / 3], within: 1e-12)
  }

  private static let flatAndNot: [[Double?]] = [[1, 1, 1, 1], [0, 1, 0, 1]]

  @Test("an all-equal group has nothing to divide the batch's distance by", arguments: [1e-4, 0])
  func batchOverGroup(_ epsilon: Double) throws {
    let found = try Normalization(over: .batch, scaleOver: .group, epsilon: epsilon)
      .apply(groups: Self.flatAndNot)
    #expect(found[0].advantages == [0, 0, 0, 0])
    #expect(found[0].isZeroVariance)
    // Mean 0.75 of the batch, sample deviation sqrt(1/3) of the group.
    let spread = (1.0 / 3).squareRoot() + epsilon
    expectEqual(
      found[1].advantages, [-0.75 / spread, 0.25 / spread, -0.75 / spread, 0.25 / spread],
      within: 1e-12)
  }

  @Test("nor what is remembered of other updates")
  func runningOverGroup() throws {
    var memory = RewardMemory(numbers: ["n/a": [0.25, 0.1875]])
    let found = try Normalization(over: .running, scaleOver: .group, decay: 1).apply(
      Self.flatAndNot.map { $0.map { [$0] } }, keys: ["a", "a"], owner: "n", memory: &memory)
    #expect(found[0].advantages == [0, 0, 0, 0])
    let spread = (1.0 / 3).squareRoot() + 1e-4
    expectEqual(
      found[1].advantages[..<2].map { $0 }, [-0.25 / spread, 0.75 / spread], within: 1e-12)
  }

  @Test("a group with too few rewards, or with rewards within the tolerance, is divided by nothing")
  func scaledByTooLittle() throws {
    let groups: [[Double?]] = [[1, 0, nil, nil], [0, 1, 0, 1], [0.5, 0.51, 0.5, 0.5]]
    for over in [Normalization.Scope.batch, .running] {
      var memory = RewardMemory()
      let found = try Normalization(
        over: over, scaleOver: .group, tolerance: 0.02, minimumCount: 3
      ).apply(groups.map { $0.map { [$0] } }, keys: ["a", "a", "a"], owner: "n", memory: &memory)
      #expect(found[0].advantages == [0, 0, 0, 0])
      #expect(found[1].advantages.allSatisfy { abs($0) > 0.1 && abs($0) < 2 })
      #expect(found[2].advantages == [0, 0, 0, 0])
    }
  }

  @Test("updates of equal rewards leave nothing to divide by, whatever their means round to")
  func runningOfEqual() throws {
    let running = Normalization(over: .running, epsilon: 0, decay: 0.75)
    var memory = RewardMemory()
    for count in [7, 3, 7] {
      let rewards = [[Double?]](repeating: [2.2], count: count)
      let found = try running.apply([rewards], keys: ["a"], owner: "n", memory: &memory)
      #expect(found[0].advantages == [Double](repeating: 0, count: count))
      #expect(found[0].deviation == 0)
    }
  }

  @Test("values are equal up to rounding and the tolerance; fewer than two always are")
  func equality() {
    #expect(Normalization.areEqual([]))
    #expect(Normalization.areEqual([3]))
    #expect(Normalization.areEqual([0.1 + 0.2, 0.3]))
    #expect(!Normalization.areEqual([0.3, 0.3001]))
    #expect(Normalization.areEqual([0.3, 0.3001], tolerance: 0.001))
  }
}
