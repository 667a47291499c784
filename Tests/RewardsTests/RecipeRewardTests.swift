import RecipeLanguage
import Testing

@testable import Rewards

/// Rewards as they come out of a recipe's text.
@Suite struct RecipeRewardTests {
  private static let vocabulary = Vocabulary(
    rewards: RewardRegistry.standard.schemas,
    algorithms: [
      KindSchema("plain", summary: "a stage", fields: [.optional("group_size", .count, "size")])
    ],
    judges: [KindSchema("word", summary: "a judge")], data: [KindSchema("none", summary: "data")],
    models: [KindSchema("none", summary: "a model")],
    samplers: [KindSchema("none", summary: "a sampler")])

  /// A recipe with these rewards.
  private func check(rewards: String, judgeSees: String = "item.answer, segment.observation")
    -> CheckResult
  {
    let text = """
      sousvide: 1
      edition: 2026-11
      model: {architecture: none}
      video: {sampler: none}
      data:
        clips: {kind: none}
      segments:
        observation: {process: perception}
        think: {process: reasoning}
        answer: {process: reasoning, open: "[", close: "]"}
      judges:
        sufficiency: {api: word, sees: [\(judgeSees)], uses_reference: true, on_failure: abstain}
      rewards:
      \(rewards)
      normalization:
        reasoning: {center: none, std: population, epsilon: 1.0e-6}
      stages:
        rl: {algorithm: plain, data: clips}
      """
    return RecipeChecker.check(text: text, vocabulary: Self.vocabulary)
  }

  private let complete = """
      sufficient: {kind: judge, judge: sufficiency, of: [observation], credit: perception}
      seen: {kind: format, of: [observation], credit: perception, allow_empty: true}
      correct: {kind: accuracy, of: [answer], credit: reasoning, primary: true}
      short: {kind: length, of: [observation], window: 3..9 tok, pays: 0.5, when: sufficient > 0, credit: perception}
    """

  private func rewards(_ recipe: CheckedRecipe, _ judge: WordJudge) throws -> [Reward] {
    let segments = try recipe.segments.map { try SegmentSpecification(settings: $0) }
    let entry = try #require(recipe.judges.first)
    let binding = try JudgeBinding(name: entry.name, judge: judge, settings: entry)
    #expect(binding.onFailure == .abstain)
    let context = RewardContext(segments: segments, judges: [entry.name: binding])
    return try recipe.rewards.map {
      try RewardRegistry.standard.reward(settings: $0, context: context)
    }
  }

  @Test("every kind is built from its entry and computes what the entry says")
  func built() async throws {
    let result = check(rewards: complete)
    let recipe = try #require(result.recipe, "\(result.diagnostics.map(\.message))")
    let segments = try recipe.segments.map { try SegmentSpecification(settings: $0) }
    #expect(
      segments[2]
        == SegmentSpecification(name: "answer", process: "reasoning", open: "[", close: "]"))
    let program = try RewardProgram(rewards(recipe, WordJudge(word: "left")))
    let text = "<observation>left</observation><think></think>[left]"
    let table = try await program.evaluate(group("left", [parsed(text, segments: segments)]))
    #expect(
      table.outcomes.mapValues { $0.map(\.value) }
        == ["sufficient": [1], "seen": [1], "correct": [1], "short": [0.5]])
  }

  @Test("normalization is read per process, with the language's defaults")
  func normalization() throws {
    let recipe = try #require(check(rewards: complete).recipe)
    let read = try recipe.normalization.map { try Normalization(settings: $0) }
    let names = recipe.normalization.map(\.name)
    let byName = Dictionary(zip(names, read), uniquingKeysWith: { first, _ in first })
    #expect(byName["perception"] == Normalization())
    #expect(
      byName["reasoning"]
        == Normalization(center: .none, deviation: .population, epsilon: 1e-6))
  }

  @Test("what the kinds refuse, the check refuses, at its place")
  func diagnostics() throws {
    let two = check(
      rewards: """
          correct: {kind: accuracy, of: [think, answer], credit: reasoning}
          seen: {kind: format, of: [observation], credit: perception}
        """)
    let first = try #require(two.diagnostics.first { $0.code == RewardDiagnostics.oneSegment })
    #expect(first.message == "accuracy reads one answer, but `rewards.correct.of` names 2 segments")
    #expect(first.span.start.line == 14)
    #expect(two.recipe == nil)

    let unseen = check(rewards: complete, judgeSees: "item.answer, segment.think")
    let second = try #require(
      unseen.diagnostics.first { $0.code == RewardDiagnostics.unseenSegment })
    #expect(
      second.message
        == "judge `sufficiency` is to score segment `observation`, which it does not see")
    #expect(second.help == "add `segment.observation` to `judges.sufficiency.sees`")
  }

  @Test(
    "a window counts what its unit says: the same text pays or not",
    arguments: [
      ("3..9 tok", true), ("3..9 char", true), ("1..1 word", true), ("2..9 word", false),
    ])
  func unit(_ window: String, _ pays: Bool) async throws {
    let result = check(rewards: complete.replacing("3..9 tok", with: window))
    let recipe = try #require(result.recipe, "\(result.diagnostics.map(\.message))")
    let segments = try recipe.segments.map { try SegmentSpecification(settings: $0) }
    let program = try RewardProgram(rewards(recipe, WordJudge(word: "left")))
    let text = "<observation>left</observation><think></think>[left]"
    let table = try await program.evaluate(group("left", [parsed(text, segments: segments)]))
    #expect(table.outcomes["short"]?.map(\.value) == [pays ? 0.5 : 0])
  }

  @Test("a window in a unit that measures no text is an error")
  func wrongUnit() {
    #expect(check(rewards: complete.replacing("3..9 tok", with: "3..9 s")).recipe == nil)
  }

  @Test("edges and their width go together; a window starts within the bounds that it follows")
  func lengthSettings() throws {
    func codes(_ settings: String) -> [String] {
      check(rewards: complete.replacing("window: 3..9 tok", with: "window: 3..9 tok, \(settings)"))
        .diagnostics.filter { $0.severity == .error }.map(\.code.slug)
    }
    #expect(codes("edges: linear") == ["edge-width"])
    #expect(codes("edge_width: 4") == ["edge-width"])
    #expect(codes("edges: cosine, edge_width: 4") == [])
    #expect(codes("follows: {right: correct > 0}") == [])
    #expect(codes("follows: {right: correct > 0, within: 4..9 tok}") == ["window-outside-bounds"])
    #expect(codes("follows: {right: correct > 0, within: 1..9 word}") == ["window-outside-bounds"])
    #expect(
      codes("follows: {right: correct > 0, low: 90%, high: 10%}") == ["window-outside-bounds"])
    #expect(codes("follows: {right: corect > 0}").count == 1)
  }

  @Test("every new kind is built from its entry")
  func newKinds() throws {
    let added = """

        grounded: {kind: temporal_iou, of: [observation], times: clock, intervals: many, truth: spans, credit: perception}
        same: {kind: consistency, of: [think, answer], credit: reasoning}
        again: {kind: repetition, words: 2, credit: reasoning}
        alone: {kind: self_sufficiency, of: [observation], answer: answer, credit: perception}
        ordered: {kind: counterfactual, of: [answer], factor: 0.8, credit: reasoning}
        seconds: {kind: temporal_iou, of: [observation], truth: spans, times: frames, clip_column: fps, credit: perception}
      """
    let recipe = try #require(check(rewards: complete + added).recipe)
    let kinds = try rewards(recipe, WordJudge(word: "left"))
    let counterfactual = try #require(
      kinds.first { $0.name == "ordered" }?.kind as? CounterfactualReward)
    #expect(counterfactual.factor == 0.8 && counterfactual.bonus == 0.3)
    #expect(
      try RewardProgram(kinds).material == [
        .answersFromText(segments: ["observation"]), .changedFrames(.shuffled, share: 0.5),
      ])
    let unknown = check(
      rewards: complete + added.replacing(", clip_column: fps", with: ""))
    #expect(unknown.diagnostics.contains { $0.code == RewardDiagnostics.clipColumn })
  }

  @Test("an unknown kind is refused by the registry too")
  func unknownKind() throws {
    let recipe = try #require(check(rewards: complete).recipe)
    let entry = try #require(recipe.rewards.first)
    #expect(throws: RewardError.self) {
      try RewardRegistry.standard.make(
        kind: "formt", name: "x", settings: entry, context: RewardContext(segments: []))
    }
  }
}
