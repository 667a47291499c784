import RecipeLanguage
import Testing
import TrainingGraph

@Suite struct LoweringTests {
  @Test func aPolicyStageBecomesAChainFromRolloutToUpdate() throws {
    let graph = try SampleRecipe.graph()
    let ids = graph.nodes.map(\.id.path)
    #expect(
      ids == [
        "data/traces", "data/questions", "tokenizer", "model", "judge/sufficiency", "cold",
        "held_out/cold/rollout", "held_out/cold/segment", "held_out/cold/reward/sufficient",
        "held_out/cold/reward/observation_length", "held_out/cold/gate/observation_length",
        "held_out/cold/reward/correct", "held_out/cold/reward/template", "held_out/cold",
        "rl/rollout", "rl/segment", "rl/reward/sufficient", "rl/reward/observation_length",
        "rl/gate/observation_length", "rl/reward/correct", "rl/reward/template",
        "rl/normalize/perception", "rl/normalize/reasoning", "rl/credit", "rl/loss", "rl",
        "held_out/rl/rollout", "held_out/rl/segment", "held_out/rl/reward/sufficient",
        "held_out/rl/reward/observation_length", "held_out/rl/gate/observation_length",
        "held_out/rl/reward/correct", "held_out/rl/reward/template", "held_out/rl",
      ])
    try graph.verify()
  }

  @Test func eachProcessIsNormalizedWithItsOwnRewards() throws {
    let graph = try SampleRecipe.graph()
    #expect(
      graph["rl/normalize/perception"]?.inputs == [
        "rl/reward/sufficient", "rl/gate/observation_length",
      ])
    #expect(
      graph["rl/normalize/reasoning"]?.inputs == ["rl/reward/correct", "rl/reward/template"])
  }

  @Test func plainGRPOHasOneScopeOverTheRewardsItNames() throws {
    let graph = try SampleRecipe.graph([
      ("algorithm: process_aware_grpo", "algorithm: grpo\n    rewards: [correct, template]")
    ])
    #expect(graph["rl/normalize/response"]?.inputs == ["rl/reward/correct", "rl/reward/template"])
    guard case .credit(let credit) = graph["rl/credit"]?.operation else {
      Issue.record("no credit node")
      return
    }
    #expect(credit.rest == nil)
    #expect(credit.truncation == .score)
  }

  @Test func maskingCutResponsesIsPartOfCredit() throws {
    let graph = try SampleRecipe.graph([
      ("group_size: 4", "group_size: 4\n    truncation: mask")
    ])
    guard case .credit(let credit) = graph["rl/credit"]?.operation else {
      Issue.record("no credit node")
      return
    }
    #expect(credit.truncation == .mask)
    #expect(graph.digests()["rl"] != (try SampleRecipe.graph()).digests()["rl"])
  }

  @Test func responsesEndAtTheCloseOfTheLastSegmentWhereTheRecipeSaysSo() throws {
    func stops(_ replacements: [(String, String)]) throws -> [String?] {
      let graph = try SampleRecipe.graph(replacements)
      return ["held_out/cold/rollout", "rl/rollout"].map { id in
        guard case .rollout(let rollout)? = graph[NodeID(id)]?.operation else { return "no node" }
        return rollout.stopText
      }
    }
    let stop = (" tok}", " tok, stop: last_segment}")
    #expect(try stops([]) == [nil, nil])
    #expect(try stops([stop]) == ["</answer>", "</answer>"])
    #expect(
      try stops([
        stop, ("answer: {process: reasoning}", "answer: {process: reasoning, close: END}"),
      ])
        == ["END", "END"])
    let graph = try SampleRecipe.graph([stop])
    #expect(graph["rl/rollout"]?.operation.summary.hasSuffix("tok, up to </answer>") == true)
    #expect(graph.digests()["rl"] != (try SampleRecipe.graph()).digests()["rl"])
    #expect(graph.digests()["cold"] == (try SampleRecipe.graph()).digests()["cold"])
  }

  @Test func whoseDelimitersAreIsPartOfCredit() throws {
    let graph = try SampleRecipe.graph([
      ("group_size: 4", "group_size: 4\n    credit: {tags: rest, rest: none}")
    ])
    guard case .credit(let credit) = graph["rl/credit"]?.operation else {
      Issue.record("no credit node")
      return
    }
    #expect(credit.rules.tags == .rest)
    #expect(credit.rules.rest == .none)
    #expect(graph.digests()["rl"] != (try SampleRecipe.graph()).digests()["rl"])
  }

  @Test func whichGroupsAreKeptIsPartOfTheUpdate() throws {
    func graph(_ keep: String) throws -> TrainingGraph {
      try SampleRecipe.graph([
        ("group_size: 4", "group_size: 4\n    dynamic_sampling: {keep: \(keep)}")
      ])
    }
    let kept = try graph("any(correct > 0)")
    guard case .update(let update) = kept["rl"]?.operation else {
      Issue.record("no update node")
      return
    }
    #expect(update.resampling?.keep.text == "any(correct > 0)")
    #expect(update.resampling?.rounds == 3)
    #expect(kept.digests()["rl"] != (try graph("all(correct > 0)")).digests()["rl"])
    #expect(kept.planText().contains("keeps groups with any(correct > 0)"))
  }

  @Test func everyNodeKnowsItsLine() throws {
    let graph = try SampleRecipe.graph()
    #expect(graph["rl/reward/correct"]?.span?.start.line == 32)
  }

  @Test func costsAreUpperBoundsOverTheWholeStage() throws {
    let costs = try SampleRecipe.graph().costs()
    #expect(costs["rl/rollout"]?.samples == Double(4 * 2 * 4))
    #expect(costs["rl/rollout"]?.generatedTokens == Double(4 * 2 * 4 * 30))
    #expect(costs["rl/reward/sufficient"]?.judgeCalls == Double(4 * 2 * 4))
    #expect((costs["rl"]?.operations ?? 0) > 0)
  }

  /// Of five questions, which the graph is told.
  private func costs(_ replacements: [(String, String)]) throws -> [NodeID: NodeCost] {
    var graph = try SampleRecipe.graph(replacements)
    try graph.edit("data/questions") { operation in
      guard case .dataset(var dataset) = operation else { return }
      dataset.recordCount = 5
      operation = .dataset(dataset)
    }
    return graph.costs()
  }

  @Test func groupsThatAreReplacedAreSampledAndJudgedButNotLearntFrom() throws {
    let sampling = "group_size: 4\n    dynamic_sampling: {keep: any(correct > 0), rounds: "
    let once = try costs([("group_size: 4", sampling + "1}")])
    #expect(once["rl/rollout"]?.samples == Double(4 * (2 * 2) * 4))
    #expect(once["rl/reward/sufficient"]?.judgeCalls == Double(4 * (2 * 2) * 4))
    #expect(once["rl"]?.samples == Double(4 * 2 * 4))
    #expect(try once["rl"] == costs([])["rl"])
    // No question is asked twice in a step, and there are five.
    let often = try costs([("group_size: 4", sampling + "9}")])
    #expect(often["rl/rollout"]?.samples == Double(4 * 5 * 4))
    // Nobody knows how many there are.
    let unknown = try SampleRecipe.graph([("group_size: 4", sampling + "9}")]).costs()
    #expect(unknown["rl/rollout"]?.samples == Double(4 * (2 * 10) * 4))
  }

  @Test func whatRewardsAskThePolicyForCounts() throws {
    let further = """
        again: {kind: self_sufficiency, of: [observation], answer: answer, credit: perception}
        moved: {kind: counterfactual, of: [answer], credit: reasoning}
        still: {kind: counterfactual, of: [answer], frames: masked, share: 0.25, credit: reasoning}
      normalization:
      """
    let asked = try costs([("normalization:", further)])
    #expect(asked["rl/rollout"]?.samples == Double(4 * 2 * 4))
    // One answer for every response, half a group and a quarter of one.
    #expect(asked["rl/rollout"]?.generatedTokens == Double(4 * 2 * (4 + 4 + 2 + 1) * 30))
    #expect(asked["held_out/rl/rollout"]?.generatedTokens == Double(5 * (1 + 3) * 30))
  }

  @Test func evaluationsAskJudgesAndWriteMoreThanGreedyResponses() throws {
    let plain = try costs([])
    #expect(plain["held_out/rl/rollout"]?.samples == 5)
    #expect(plain["held_out/rl/reward/sufficient"]?.judgeCalls == 5)
    let more = try costs([
      (
        "[cold, rl], max_new_tokens: 30 tok",
        "[cold, rl], max_new_tokens: 30 tok, observation_only: [observation], sampled: {responses: 4}"
      )
    ])
    #expect(more["held_out/rl/rollout"]?.generatedTokens == Double(5 * (1 + 4 + 1) * 30))
    // Only the primary reward is measured on answers without a video.
    #expect(more["held_out/rl/reward/sufficient"]?.judgeCalls == 5)
    let judged = try costs([
      (
        "[cold, rl], max_new_tokens: 30 tok",
        "[cold, rl], max_new_tokens: 30 tok, observation_only: [observation]"
      ),
      ("primary: true}", "when: sufficient > 0, primary: true}"),
    ])
    #expect(judged["held_out/rl/reward/sufficient"]?.judgeCalls == 10)
  }

  @Test func theKLPenaltyNeedsAReference() {
    let result = SampleRecipe.check([("kl: {reference: cold}", "kl: {coefficient: 0.1}")])
    #expect(result.recipe == nil)
    let errors = result.diagnostics.filter { $0.severity == .error }
    #expect(errors.map(\.code.slug) == ["kl-without-reference"])
    #expect(errors.first?.span.start.line == 46)
  }

  @Test func sizesThatDoNotFitTogetherAreNamed() {
    let result = SampleRecipe.check([("heads: 2, key", "heads: 3, key")])
    let errors = result.diagnostics.filter { $0.severity == .error }
    #expect(errors.map(\.code.slug) == ["inconsistent-sizes"])
  }

  @Test func aStageOfEpochsHasTheStepsThatUseEveryRecordOnce() throws {
    #expect(StageDuration.epochs(1).steps(records: 100, batchSize: 16) == 7)
    #expect(StageDuration.epochs(2.5).steps(records: 10, batchSize: 5) == 5)
    #expect(StageDuration.epochs(0.001).steps(records: 10, batchSize: 5) == 1)
    #expect(StageDuration.steps(40).steps(records: 100, batchSize: 16) == 40)
  }
}
