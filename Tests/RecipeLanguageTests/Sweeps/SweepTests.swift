import Testing

@testable import RecipeLanguage

struct SweepTests {
  private func plan(_ example: RecipeExample) throws -> SweepPlan {
    let result = RecipeChecker.check(text: example.text, vocabulary: TestVocabulary.all)
    return try #require(result.sweep, "\(result.diagnostics.map(\.message))")
  }

  @Test func theCellsAreAllCombinations() throws {
    let plan = try plan(
      .swept(
        params:
          "{window: {type: window<tok>, default: 8..32 tok}, pay: {type: number, default: 0.2}}",
        axes:
          "{window: {min: [8 tok, 40 tok], max: [32 tok, 64 tok]}, pay: {from: 0.1, to: 0.3, by: 0.1}}",
        payment: "\"${params.pay}\""))
    #expect(plan.gridCount == 9)
    #expect(plan.cells.first?.control == "published")
    #expect(plan.cells.first?.text == "window=8..32 tok, pay=0.2")
    #expect(Set(plan.cells.map(\.text)).count == 9)
    #expect(plan.cells.contains { $0.text == "window=40..64 tok, pay=0.3" })
  }

  @Test func whereSaysWhyACellIsLeftOut() throws {
    let plan = try plan(.swept(settings: ["where: params.window.min > 10 tok"]))
    #expect(plan.excluded.map(\.cell.text) == ["window=8..32 tok"])
    #expect(plan.excluded.first?.reason == "`params.window.min > 10 tok` does not hold")
    #expect(plan.cells.map(\.text) == ["window=8..32 tok", "window=16..64 tok"])
  }

  @Test func logarithmicAxesEndWhereTheySay() throws {
    let plan = try plan(
      .swept(
        params: "{rate: {type: number, default: 1.0e-4}}",
        axes: "{rate: {log: {from: 1.0e-5, to: 1.0e-3, count: 3}}}",
        controls: "{published: {rate: 1.0e-4}}",
        rate: "{linear: {from: \"${params.rate}\", to: 0}}", length: "8..32 tok"))
    let values = plan.cells.flatMap(\.assignments).compactMap { Double($0.value) }
    #expect(Set(values) == [1e-4, 1e-5, 1e-3])
  }

  @Test func oneCellIsOneRunAndTheSweepIsMany() throws {
    let example = RecipeExample.swept(settings: ["seeds: 3"])
    let all = RecipeChecker.check(text: example.text, vocabulary: TestVocabulary.all)
    let refusal = try #require(all.recipe?.manyRuns(given: []))
    #expect(refusal.message == "the recipe is a sweep of 6 runs, and `run` makes one")
    #expect(refusal.help?.contains("sousvide sweep run recipe.yaml") == true)
    #expect(refusal.help?.contains("--param window=\"8..32 tok\"") == true)
    let one = RecipeChecker.check(
      text: example.text, vocabulary: TestVocabulary.all,
      options: CheckOptions(parameters: [(name: "window", value: "16..64 tok")]))
    #expect(one.recipe?.manyRuns(given: ["window"]) == nil)
    #expect(all.recipe?.missing == [])
    let plain = RecipeChecker.check(
      text: RecipeExample.base, vocabulary: TestVocabulary.all)
    #expect(plain.recipe?.manyRuns(given: []) == nil)
  }

  @Test func anObjectiveIsKnownAsItIsRecorded() throws {
    func objective(_ text: String) throws -> SweepObjective {
      let example = RecipeExample.swept(objective: text)
      let result = RecipeChecker.check(text: example.text, vocabulary: TestVocabulary.all)
      return try #require(result.recipe?.sweepObjective, "\(result.diagnostics.map(\.message))")
    }
    let accuracy = try objective("{maximize: eval.validation.accuracy}")
    #expect(accuracy.maximizes && accuracy.evaluation == "validation")
    #expect(accuracy.metric == "accuracy" && accuracy.trainingMeasure == "accuracy")
    let reward = try objective("{minimize: eval.validation.reward.correct}")
    #expect(!reward.maximizes)
    #expect(reward.metric == "reward/correct" && reward.trainingMeasure == "reward/correct")
    #expect(try objective("{maximize: eval.validation.format}").trainingMeasure == nil)
    #expect(
      try objective("{maximize: eval.validation.sufficiency}").trainingMeasure
        == "reward/sufficient")
  }

  @Test func pruningNeedsAMeasureThatTrainingHas() {
    let example = RecipeExample.swept(
      objective: "{maximize: eval.validation.format}",
      settings: ["prune: {rule: median, after: 10 step, every: 10 step}"])
    let result = RecipeChecker.check(text: example.text, vocabulary: TestVocabulary.all)
    #expect(result.diagnostics.filter { $0.severity == .error }.map(\.code) == [.idlePruning])
    #expect(result.recipe == nil)
  }

  @Test func randomCellsAreTheSameForTheSameSeed() {
    let counts = [3, 4, 5]
    let first = Array(CellOrder.random(counts, seed: 7).prefix(20))
    #expect(Array(CellOrder.random(counts, seed: 7).prefix(20)) == first)
    #expect(Array(CellOrder.random(counts, seed: 8).prefix(20)) != first)
    #expect(Set(first).count == 20)
    #expect(Array(CellOrder.random(counts, seed: 7)).count == 60)
  }

  /// The first points of the sequence are those of every table: 0, 1/2, 3/4, 1/4, …
  @Test func sobolPointsCoverTheGridEvenly() {
    let points = Array(CellOrder.sobol([8, 8]).prefix(8))
    #expect(points.map { $0[0] } == [0, 4, 6, 2, 3, 7, 5, 1])
    for axis in 0..<2 { #expect(Set(points.map { $0[axis] }) == Set(0..<8)) }
  }
}
