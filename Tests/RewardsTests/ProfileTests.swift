import RecipeLanguage
import TestSupport
import Testing

@testable import Rewards

/// The published codes whose advantages a recipe can ask for by name.
@Suite struct ProfileTests {
  private static let vocabulary = Vocabulary(
    rewards: RewardRegistry.standard.schemas,
    algorithms: [
      KindSchema("plain", summary: "a stage", fields: [.optional("group_size", .count, "size")])
    ],
    data: [KindSchema("none", summary: "data")], models: [KindSchema("none", summary: "a model")],
    samplers: [KindSchema("none", summary: "a sampler")])

  /// The scope that a recipe's text makes.
  static func scope(_ settings: String) throws -> Normalization {
    let text = """
      sousvide: 1
      edition: 2026-11
      model: {architecture: none}
      video: {sampler: none}
      data: {clips: {kind: none}}
      segments: {answer: {process: reasoning}}
      rewards:
        correct: {kind: accuracy, of: [answer], credit: reasoning, primary: true}
      normalization:
        reasoning: {\(settings)}
      stages: {rl: {algorithm: plain, data: clips}}
      """
    let result = RecipeChecker.check(text: text, vocabulary: vocabulary)
    let recipe = try #require(result.recipe, "\(result.diagnostics.map(\.message))")
    return try Normalization(settings: try #require(recipe.normalization.first))
  }

  private func advantages(_ profile: String, _ rewards: [Double?]) throws -> [Double] {
    try Self.scope("profile: \(profile)").apply(rewards).advantages
  }

  @Test("every profile decodes; what is written besides wins over it")
  func decoded() throws {
    for profile in RecipeSchema.profiles {
      _ = try Self.scope("profile: \(profile.name)")
    }
    #expect(try Self.scope("profile: videop2r") == Normalization())
    #expect(try Self.scope("profile: dapo").zeroVariance == .drop)
    let own = try Self.scope("profile: verl, epsilon: 0.5, zero_variance: drop")
    #expect(own == Normalization(epsilon: 0.5, zeroVariance: .drop))
  }

  @Test("videop2r and video-r1: the sample deviation, 1e-4", arguments: ["videop2r", "video-r1"])
  func sample(_ profile: String) throws {
    expectEqual(
      try advantages(profile, NormalizationTests.perception),
      NormalizationTests.perceptionAdvantages)
    expectEqual(
      try advantages(profile, NormalizationTests.reasoning), NormalizationTests.reasoningAdvantages)
  }

  @Test("verl: 1e-6", arguments: ["verl", "dapo"])
  func verl(_ profile: String) throws {
    expectEqual(
      try advantages(profile, [1, 0, 0, 0]), [1.499997, -0.499999, -0.499999, -0.499999])
  }

  @Test("nemo-rl: mean and deviation of the others, which are not divided by where they are 0")
  func leaveOneOut() throws {
    expectEqual(
      try advantages("nemo-rl", [1, 0, 0, 0]), [1, -0.577349, -0.577349, -0.577349], within: 1e-6)
    expectEqual(
      try advantages("nemo-rl", [1, 1, 0, 0]), [1.154699, 1.154699, -1.154699, -1.154699],
      within: 1e-6)
    // A group of two has one other, without a deviation.
    expectEqual(try advantages("nemo-rl", [1, 0.25]), [0.75, -0.75])
    expectEqual(try advantages("nemo-rl", [1, nil, 0.25, nil]), [0.75, 0, -0.75, 0])
    #expect(try advantages("nemo-rl", [0.7, 0.7, 0.7]) == [0, 0, 0])
  }

  @Test("dr-grpo: the distance from the mean; G/(G-1) of it is leave-one-out")
  func drGRPO() throws {
    expectEqual(try advantages("dr-grpo", [1, 0, 0, 0]), [0.75, -0.25, -0.25, -0.25])
    let others = try Normalization(center: .leaveOneOut, scale: .none).apply([1, 0, 0, 0])
    expectEqual(others.advantages, [1, -1.0 / 3, -1.0 / 3, -1.0 / 3])
  }

  @Test("dapo: groups of equal rewards leave the loss")
  func dapo() throws {
    let scope = try Self.scope("profile: dapo")
    #expect(try scope.apply([1, 1]).isZeroVariance)
    #expect(scope.zeroVariance == .drop)
  }

  @Test("gdpo: the published examples, one value per reward and response")
  func gdpo() throws {
    var memory = RewardMemory()
    let scope = try Self.scope("profile: gdpo")
    let one = try scope.apply(
      [[[1, 1], [0, 1], [0, 0], [1, 1]], [[1, 1], [1, 0], [1, 1], [1, 1]]], memory: &memory)
    expectEqual(
      one.flatMap(\.advantages),
      [1.02364, -0.2743, -1.77299, 1.02364, 0.37467, -1.12402, 0.37467, 0.37467], within: 5e-5)
    var plain = scope
    plain.whitens = false
    let before = try plain.apply(
      [[[1, 1], [0, 1], [0, 0], [1, 1]], [[1, 1], [1, 0], [1, 1], [1, 1]]], memory: &memory)
    expectEqual(
      before.flatMap(\.advantages),
      [1.36578, -0.36598, -2.36558, 1.36578, 0.4999, -1.4997, 0.4999, 0.4999], within: 5e-5)
    #expect(memory.isEmpty)
  }

  @Test("gdpo with weights: each reward is normalized before it is weighted")
  func weightedGDPO() async throws {
    var scope = try Self.scope("profile: gdpo")
    var memory = RewardMemory()
    let groups: [[[Double?]]] = [
      [[1, 1], [0, 1], [0, 1], [0, 0]], [[1, 1], [1, 1], [0, 1], [0, 1]],
    ]
    let found = try scope.apply(groups, weights: [1, 0.5], memory: &memory)
    expectEqual(
      found.flatMap(\.advantages),
      [1.662993, -0.237570, -0.237570, -1.187852, 0.822990, 0.822990, -0.822990, -0.822990])
    scope.whitens = false
    expectEqual(
      try scope.apply(groups, weights: [1, 0.5], memory: &memory).flatMap(\.advantages),
      [1.74965, -0.24995, -0.24995, -1.24975, 0.865875, 0.865875, -0.865875, -0.865875],
      within: 5e-6)
  }

  @Test("trl-1.9: two hundred random groups with missing rewards, as TRL itself computes them")
  func trl() throws {
    let fixture = try JSONText.parse(Array(Fixtures.data("trl_advantages.json")))
    let cases = try #require(fixture["cases"]?.arrayValue)
    var count = 0
    for (index, example) in cases.enumerated() {
      let size = Int(try #require(example["size"]?.doubleValue))
      let weights = try #require(example["weights"]?.arrayValue).compactMap(\.doubleValue)
      let rows = try #require(example["rewards"]?.arrayValue).map {
        $0.arrayValue?.map(\.doubleValue) ?? []
      }
      let expected = try #require(example["advantages"]?.arrayValue).compactMap(\.doubleValue)
      let aggregate = try #require(example["aggregate"]?.stringValue)
      let settings =
        switch try #require(example["scale"]?.stringValue) {
        case _ where aggregate == "normalize_then_sum": ", aggregate: normalize_then_sum"
        case "batch": ", scale_over: batch"
        case "none": ", scale: none"
        default: ""
        }
      let groups = stride(from: 0, to: rows.count, by: size).map { Array(rows[$0..<($0 + size)]) }
      count += groups.count
      var memory = RewardMemory()
      let found = try Self.scope("profile: trl-1.9\(settings)")
        .apply(groups, weights: weights, memory: &memory)
      let advantages = found.flatMap(\.advantages)
      #expect(advantages.count == expected.count)
      for (a, b) in zip(advantages, expected) {
        #expect(abs(a - b) <= 2e-6 * max(1, abs(b)), "case \(index): \(a), TRL has \(b)")
      }
    }
    #expect(count >= 200)
  }
}
