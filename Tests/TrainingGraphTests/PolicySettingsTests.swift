import RecipeLanguage
import Testing
import TrainingGraph

/// What is said about the settings of a policy stage, and what they become.
@Suite struct PolicySettingsTests {
  private func check(_ settings: String, kl: String = "reference: cold") -> [Diagnostic] {
    SampleRecipe.check([
      ("group_size: 4", "group_size: 4\n    \(settings)"), ("kl: {reference: cold}", "kl: {\(kl)}"),
    ]).diagnostics.filter { $0.severity == .error || $0.severity == .warning }
  }

  private func idle(_ settings: String, kl: String = "reference: cold") -> [String] {
    check(settings, kl: kl).filter { $0.code.slug == "setting-without-effect" }.compactMap(\.path)
  }

  @Test(arguments: [
    ("clip: {low: 0.1, high: 0.3, delta: 2}", ["clip.low", "clip.high", "clip.delta"]),
    ("clip: {low: 0, high: 0.2}", []),
    ("loss: cispo\n    clip: {high: 4}", ["clip.high", "loss"]),
    ("loss: sapo\n    clip: {low: 0.1}", ["clip.low", "loss"]),
    ("loss: sapo\n    sapo: {negative: 1.2}", ["sapo", "loss"]), ("clip: {delta: 0.5}", []),
    ("ratio: sequence", ["ratio"]), ("averaging: sum", []),
  ])
  func whatReadsTheRatioIsIdleOnPolicy(settings: String, keys: [String]) {
    #expect(Set(idle(settings)) == Set(keys.map { "stages.rl.\($0)" }))
  }

  @Test(arguments: [
    ("clip: {low: 0.1, high: 0.3, delta: 2}", []), ("ratio: segment", []),
    ("loss: cispo\n    clip: {low: 0.1, high: 4, delta: 8}", ["clip.low", "clip.delta"]),
    ("loss: sapo\n    clip: {low: 0.1, high: 4}", ["clip.low", "clip.high"]),
    ("loss: sapo\n    sapo: {negative: 1.2}", []), ("sapo: {negative: 1.2}", ["sapo"]),
  ])
  func settingsOfOtherLossesAreIdle(settings: String, keys: [String]) {
    let paths = Set(keys.map { "stages.rl.\($0)" })
    #expect(Set(idle("passes_per_batch: 2\n    \(settings)")) == paths)
    #expect(Set(idle("minibatches: 2\n    \(settings)")) == paths)
  }

  @Test(arguments: [
    (
      "coefficient: 0, estimator: k2, corrected: true, averaging: token",
      ["estimator", "corrected", "averaging"]
    ),
    ("reference: cold, estimator: k2, corrected: true, averaging: token", []),
    ("reference: cold, estimator: k1", ["estimator"]),
    ("reference: cold, estimator: k1, corrected: true", []),
  ])
  func settingsOfThePenaltyAreIdleWithoutOne(kl: String, keys: [String]) {
    #expect(idle("truncation: score", kl: kl) == keys.map { "stages.rl.kl.\($0)" })
  }

  @Test func theLevelOfTheRatioMattersToACorrectedPenalty() {
    #expect(idle("ratio: sequence", kl: "reference: cold, corrected: true") == [])
  }

  @Test func minibatchesHaveAtLeastOneGroup() throws {
    func found(_ count: Int) -> Diagnostic? {
      check("minibatches: \(count)").first { $0.code.slug == "minibatches-over-batch" }
    }
    let diagnostic = try #require(found(3))
    #expect(diagnostic.severity == .error)
    #expect(diagnostic.path == "stages.rl.minibatches")
    #expect(found(2) == nil)
  }

  @Test(arguments: [("1.2", 1), ("1.28", 1), ("1.5", 0)])
  func deltaLiesBeyondTheClipRange(delta: String, count: Int) {
    let found = check("passes_per_batch: 2\n    clip: {high: 0.28, delta: \(delta)}")
      .filter { $0.code.slug == "delta-inside-clip" }
    #expect(found.compactMap(\.path) == [String](repeating: "stages.rl.clip.delta", count: count))
  }

  @Test(arguments: [
    "passes_per_batch: 0", "minibatches: 0", "loss: ppo", "ratio: process", "sapo: {positive: 0}",
    "clip: {delta: 0}", "averaging: dapo", "micro_batch: 512", "micro_batch: -1 tok",
  ])
  func valuesThatMeanNothingAreRefused(settings: String) throws {
    let error = try #require(check(settings).first { $0.severity == .error })
    #expect(error.span.start.line > 0)
  }

  @Test(arguments: [("20 tok", 1), ("30 tok", 1), ("512 tok", 0), ("none", 0)])
  func aPassHoldsAResponse(bound: String, count: Int) {
    let found = check("micro_batch: \(bound)")
      .filter { $0.code.slug == "micro-batch-under-response" }
    #expect(found.map(\.severity) == [Diagnostic.Severity](repeating: .warning, count: count))
    #expect(found.compactMap(\.path) == [String](repeating: "stages.rl.micro_batch", count: count))
  }

  @Test func everyPassIsPaidFor() throws {
    let once = try SampleRecipe.graph()
    let twice = try SampleRecipe.graph([("group_size: 4", "group_size: 4\n    passes_per_batch: 2")]
    )
    #expect(twice.costs()["rl"]?.operations == once.costs()["rl"].map { 2 * $0.operations })
    #expect(twice.costs()["rl/rollout"] == once.costs()["rl/rollout"])
    #expect(twice["rl"]?.operation.summary.contains("2 passes per batch") == true)
  }

  @Test func thePlanSaysWhichLossIsMeant() throws {
    func summary(_ settings: String) throws -> String? {
      try SampleRecipe.graph([("group_size: 4", "group_size: 4\n    \(settings)")])["rl/loss"]?
        .operation.summary
    }
    #expect(try summary("truncation: score") == "clip 0.2/0.2, KL 0.04, segment averaging")
    #expect(
      try summary("ratio: sequence\n    clip: {low: 3.0e-4, high: 4.0e-4}\n    averaging: sum")
        == "clip 0.0003/0.0004 of the sequence ratio, KL 0.04, sum averaging")
    #expect(
      try summary("loss: cispo\n    clip: {high: 4}") == "cispo 4.0, KL 0.04, segment averaging")
  }
}
