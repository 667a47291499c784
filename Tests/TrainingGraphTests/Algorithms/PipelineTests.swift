import RecipeLanguage
import Rewards
import Testing

@testable import TrainingGraph

@Suite struct PipelineTests {
  static let vocabulary: Vocabulary = {
    var vocabulary = SampleRecipe.vocabulary
    vocabulary.generators = [
      KindSchema(
        "demo", summary: "writes", fields: [.optional("seed", .size, default: "0", "seed")])
    ]
    return vocabulary
  }()

  private static func check(
    _ pipeline: String = usual, data: String = "stages.curated",
    _ replacements: [(String, String)] = []
  ) -> CheckResult {
    var text = SampleRecipe.text.replacingOccurrences(
      of: "stages:\n",
      with: "generators:\n  teacher: {api: demo}\nstages:\n  curated:\n\(pipeline)\n")
    text = text.replacingOccurrences(
      of: "cold: {algorithm: sft, data: traces", with: "cold: {algorithm: sft, data: \(data)")
    for (old, new) in replacements { text = text.replacingOccurrences(of: old, with: new) }
    return RecipeChecker.check(text: text, vocabulary: vocabulary)
  }

  private static let usual = """
        algorithm: pipeline
        data: questions
        attempts: 4
        steps:
          drafted: {do: write, by: teacher}
          verified: {do: keep, when: correct >= 0.6 and template > 0}
          sufficient: {do: keep, when: observation_length > 0}
    """

  private static func graph(_ result: CheckResult) throws -> TrainingGraph {
    guard let recipe = result.recipe else {
      throw SampleError(text: DiagnosticRenderer(files: result.files).render(result.diagnostics))
    }
    return try Lowering.lower(recipe)
  }

  private static func codes(_ result: CheckResult) -> [String] {
    result.diagnostics.filter { $0.severity != .note }.map(\.code.slug)
  }

  @Test func eachConditionAsksOnlyTheRewardsItReads() throws {
    let graph = try Self.graph(Self.check())
    func rewards(_ step: String) -> Set<String> {
      Set(
        graph.nodes.map(\.id.path).filter { $0.hasPrefix("curated/\(step)/reward/") }
          .map { String($0.split(separator: "/")[3]) })
    }
    #expect(rewards("verified") == ["correct", "template"])
    // The gate of the length reads the judge.
    #expect(rewards("sufficient") == ["sufficient", "observation_length"])
    let pipeline = try #require(graph["curated"])
    guard case .pipeline(let specification) = pipeline.operation else {
      Issue.record("no pipeline")
      return
    }
    #expect(specification.attempts == 4)
    #expect(specification.steps.map(\.name) == ["drafted", "verified", "sufficient"])
    #expect(graph["cold"]?.inputs.contains("curated") == true)
    let calls = graph.costs()["curated/sufficient/reward/sufficient"]?.judgeCalls
    #expect(calls == nil, "the number of records is not known here")
  }

  @Test func conditionsReadNoRewardThatThePolicyAnswersFor() {
    let base = Self.check()
    #expect(base.recipe != nil)
    let asking = SampleRecipe.check([
      (
        "  template: {kind: format",
        "  again: {kind: self_sufficiency, of: [observation], answer: answer, credit: perception}\n"
          + "  paid: {kind: expression, value: again * 2, credit: perception}\n"
          + "  template: {kind: format"
      ),
      (
        "stages:\n",
        "stages:\n  curated: {algorithm: pipeline, data: traces, steps: {good: {do: keep, when: paid > 1}}}\n"
      ),
    ])
    let found = asking.diagnostics.filter { $0.code.slug == "pipeline-asks-policy" }
    #expect(found.map(\.path) == ["stages.curated.steps.good.when"])
    #expect(found.first?.message.contains("`again`") == true)
  }

  /// The evaluation of a checkpoint on what a pipeline made trains nothing, and reads it where a run does.
  @Test func whatAPipelineMakesIsEvaluatedAsOtherDataAre() throws {
    let result = Self.check()
    let recipe = try #require(result.recipe)
    let checkpoint = CheckpointSpecification(name: "mine", folder: "models/mine")
    let graph = try Lowering.evaluation(recipe, of: checkpoint, on: "stages.curated")
    try graph.verify()
    #expect(graph["stages.curated/mine/rollout"]?.inputs.contains("curated") == true)
    #expect(graph["curated"]?.inputs.contains("data/questions") == true)
    #expect(graph["cold"] == nil)
    #expect(throws: LoweringError.data("stages.cold", known: Self.known(recipe))) {
      try Lowering.evaluation(recipe, of: checkpoint, on: "stages.cold")
    }
  }

  private static func known(_ recipe: CheckedRecipe) -> [String] {
    recipe.data.map(\.name) + ["stages.curated"]
  }

  @Test func layoutIsNoPartOfTheDigestAndConditionsAre() throws {
    func digest(_ result: CheckResult) throws -> [NodeID: String] {
      try Self.graph(result).digests()
    }
    let base = try digest(Self.check())
    let moved = try digest(Self.check(Self.usual + "\n        # a comment"))
    #expect(base["curated"] == moved["curated"])
    #expect(base["cold"] == moved["cold"])
    for change in [
      ("0.6", "0.7"), ("attempts: 4", "attempts: 3"),
      ("teacher: {api: demo}", "teacher: {api: demo, seed: 1}"),
    ] {
      let other = try digest(Self.check(Self.usual, [change]))
      #expect(base["curated"] != other["curated"], "\(change)")
      #expect(base["cold"] != other["cold"], "\(change)")
    }
  }

  @Test func dataCanBeFilteredWithoutWritingThemAnew() throws {
    let graph = try Self.graph(
      Self.check(
        """
            algorithm: pipeline
            data: traces
            steps: {right: {do: keep, when: correct >= 0.6}}
        """))
    #expect(graph["curated/responses"]?.operation.output == .rollouts)
    #expect(graph["curated/right/segment"]?.inputs == ["curated/responses"])
  }

  @Test func aStageCanSeeMoreOfTheVideosThanThePipelineSays() throws {
    let graph = try Self.graph(
      Self.check(Self.usual, [("steps: 5,", "steps: 5, video: {frames: 16},")]))
    let items = try #require(graph["cold"]?.inputs.first { $0.path.hasPrefix("curated/") })
    guard case .view(let video)? = graph[items]?.operation else {
      Issue.record("no view")
      return
    }
    #expect(video.frames == 16)
    #expect(graph[items]?.inputs == ["curated"])
  }

  @Test func theFramesOfAPipelineAreForThoseWhoWriteInIt() throws {
    let data = "data: questions\n    "
    let own = (data + "attempts", data + "video: {frames: 16}\n    attempts")
    let graph = try Self.graph(Self.check(Self.usual, [own]))
    let items = try #require(graph["curated"]?.inputs.first { $0.path.hasPrefix("data/") })
    guard case .dataset(let dataset)? = graph[items]?.operation else {
      Issue.record("no items")
      return
    }
    #expect(dataset.video?.frames == 16)
    #expect(graph["curated/drafted"]?.inputs.first == items)
    // Whoever trains on the traces sees as many as everybody else.
    let seen = try #require(graph["cold"]?.inputs.first { $0.path.hasPrefix("curated/") })
    guard case .view(let video)? = graph[seen]?.operation else {
      Issue.record("no view")
      return
    }
    #expect(video.frames == 8)
    #expect(graph[seen]?.inputs == ["curated"])
  }

  @Test(arguments: [
    ("stages.missing", "undeclared-name"), ("missing", "undeclared-name"),
    ("stages.rl", "stage-result"),
  ])
  func dataThatNobodyMakesAreAnError(data: String, slug: String) {
    #expect(Self.codes(Self.check(data: data)).contains(slug))
  }

  @Test func aPipelineHasNoWeights() {
    let started = Self.check(Self.usual, [("init: cold", "init: curated")])
    #expect(Self.codes(started).contains("stage-result"))
    let measured = Self.check(Self.usual, [("after: [cold, rl]", "after: [curated, rl]")])
    #expect(Self.codes(measured).contains("stage-result"))
    let anchored = Self.check(Self.usual, [("reference: cold", "reference: curated")])
    #expect(Self.codes(anchored).contains("stage-result"))
  }

  @Test func aPipelineCannotReadItsOwnResult() {
    let result = Self.check(
      Self.usual, [("data: questions\n    attempts", "data: stages.curated\n    attempts")])
    #expect(Self.codes(result).contains("stage-cycle"))
  }

  @Test func settingsWithoutEffectAreTold() {
    let idle = Self.check("    init: rl\n" + Self.usual)
    #expect(Self.codes(idle).contains("setting-without-effect"))
    let vain = Self.check(
      """
          algorithm: pipeline
          data: questions
          attempts: 2
          steps: {drafted: {do: write, by: teacher}}
      """)
    #expect(Self.codes(vain).contains("pipeline-without-effect"))
    let empty = Self.check("    algorithm: pipeline\n    data: questions\n    steps: {}")
    #expect(empty.hasErrors && Self.codes(empty).contains("pipeline-without-effect"))
  }

  @Test func badStepsAreNamed() {
    let word = Self.check(Self.usual, [("do: write", "do: invent")])
    #expect(word.hasErrors)
    let nobody = Self.check(Self.usual, [("by: teacher", "by: nobody")])
    #expect(Self.codes(nobody).contains("undeclared-name"))
    let unknown = Self.check(Self.usual, [("template > 0", "templat > 0")])
    #expect(unknown.hasErrors)
  }
}
