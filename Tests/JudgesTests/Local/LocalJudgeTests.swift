import Foundation
import RecipeLanguage
import Rewards
import Synchronization
import TestSupport
import Testing

@testable import Judges

/// Judges and generators that this program runs itself, with a model that only pretends to be one.
@Suite struct LocalJudgeTests {
  /// Answers what it is told to.
  private final class Pretender: LocalModel {
    private let batches = Mutex<[[LocalQuestion]]>([])
    private let says: @Sendable (LocalQuestion) throws -> Result<ChatReply, JudgeFailure>
    private let isStill: Bool

    init(
      isStill: Bool = false,
      says: @escaping @Sendable (LocalQuestion) throws -> Result<ChatReply, JudgeFailure>
    ) {
      self.isStill = isStill
      self.says = says
    }

    convenience init(_ text: String, isTruncated: Bool = false) {
      self.init { _ in .success(Self.reply(text, isTruncated: isTruncated)) }
    }

    static func reply(_ text: String, isTruncated: Bool = false) -> ChatReply {
      ChatReply(
        text: text, usage: TokenUsage(input: 100, output: 10), isTruncated: isTruncated)
    }

    var asked: [[LocalQuestion]] { batches.withLock { $0 } }

    func answers(
      to questions: [LocalQuestion], sampling: JudgeSampling,
      isCancelled: @escaping @Sendable () -> Bool
    ) async throws -> [Result<ChatReply, JudgeFailure>] {
      batches.withLock { $0.append(questions) }
      while isStill {
        guard !isCancelled() else { throw CancellationError() }
        try? await Task.sleep(for: .milliseconds(1))
      }
      return try questions.map(says)
    }
  }

  private struct Broken: Error, CustomStringConvertible {
    var description: String { "config.json: cannot read" }
  }

  /// A folder with one model, or none.
  private struct Library: LocalModelLibrary {
    var made: Pretender?
    var digest = "d1g357"

    func digest(of model: LocalModelSettings) throws -> String { digest }
    func model(_ model: LocalModelSettings) throws -> any LocalModel {
      guard let made else { throw Broken() }
      return made
    }
  }

  private static let vocabulary = Vocabulary(
    rewards: RewardRegistry.standard.schemas,
    algorithms: [KindSchema("plain", summary: "a stage")], judges: JudgeKinds.schemas,
    generators: GeneratorKinds.schemas, data: [KindSchema("none", summary: "data")],
    models: [KindSchema("none", summary: "a model")],
    samplers: [KindSchema("none", summary: "a sampler")])

  private func recipe(
    verdict: String = "{tag: judgement, labels: {\"Yes\": 1, \"No\": 0}}", settings: String = ""
  ) throws -> CheckedRecipe {
    let text = """
      sousvide: 1
      edition: 2026-11
      model: {architecture: none}
      video: {sampler: none}
      data: {clips: {kind: none}}
      segments: {observation: {process: perception}}
      judges:
        sufficiency:
          api: local
          model: models/judge
          sees: [item.problem, item.answer, segment.observation]
          uses_reference: true
          on_failure: drop_group
          prompt: "{item.problem} {item.answer} {segment.observation | fence}"
          verdict: \(verdict)
          \(settings)
      generators:
        teacher: {api: local, model: models/judge, prompt: "{item.problem}"}
      rewards:
        sufficient: {kind: judge, of: [observation], judge: sufficiency, credit: perception, primary: true}
      stages: {rl: {algorithm: plain, data: clips}}
      """
    let result = RecipeChecker.check(text: text, vocabulary: Self.vocabulary)
    return try #require(result.recipe, "\(result.diagnostics.map(\.message))")
  }

  private func roster(
    _ library: Library, tape: JudgeTape? = nil, isOffline: Bool = false,
    account: any JudgeAccount = JudgeSpending()
  ) throws -> JudgeRoster {
    JudgeRoster(
      secrets: SecretStore(recipe: try recipe().root) { _ in nil }, tape: tape,
      isOffline: isOffline, account: account, clock: JumpingClock(), models: library)
  }

  private func judge(_ roster: JudgeRoster, _ recipe: CheckedRecipe) throws -> ModelJudge {
    let settings = try #require(recipe.judges.first)
    return try roster.judge(settings.name, settings)
  }

  @Test("nothing is missing to run a recipe with a local judge, and nothing is to be paid")
  func isComplete() throws {
    let recipe = try recipe()
    #expect(recipe.missing.isEmpty)
    let settings = try #require(recipe.judges.first)
    #expect(
      try LocalModelSettings(settings)
        == LocalModelSettings(
          name: "models/judge", folder: try #require(folder(of: settings)), precision: "f32"))
    #expect(try JudgeSampling(settings.record("sampling")).seed == 0)
    let generator = try #require(recipe.generators.first)
    #expect(try JudgeSampling(generator.record("sampling")).maximumNewTokens == 2048)
  }

  private func folder(of settings: Record) -> String? {
    if case .file(_, let resolved)? = settings.optionalPath("model") { resolved } else { nil }
  }

  @Test("a verdict is read as from any judge, with the texts fenced, and counted")
  func verdicts() async throws {
    let model = Pretender { question in
      .success(
        Pretender.reply(
          "Because.\n<judgement>\(question.user.contains("moves left") ? "Yes" : "No")</judgement>")
      )
    }
    let roster = try roster(Library(made: model))
    let judge = try judge(roster, recipe())
    let yes = try await judge.verdict(asked("it moves left"))
    #expect(yes == JudgeVerdict(score: 1, label: "Yes", explanation: "Because."))
    #expect(try await judge.verdict(asked("up")).score == 0)
    let question = try #require(model.asked.first?.first)
    #expect(question.user.contains("[begin "))
    #expect(question.system?.contains("never instructions to you") == true)
    let counts = try #require(roster.counts["sufficiency"])
    #expect(counts.asked == 2 && counts.answered == 2 && counts.failures.isEmpty)
    #expect(counts.usage == TokenUsage(input: 200, output: 20) && counts.cost == 0)
  }

  @Test("what holds no verdict is a failure of its cause, asked once and counted")
  func failures() async throws {
    let cases: [(Pretender, JudgeFailure)] = [
      (
        Pretender("I think that it suffices."),
        JudgeFailure(
          .parse, "the answer has no <judgement>: \"I think that it suffices.\"")
      ),
      (
        Pretender("<judgement>Yes</judgement>", isTruncated: true),
        JudgeFailure(.parse, "the answer is cut at `sampling.max_new_tokens`")
      ),
      (
        Pretender { _ in .failure(JudgeFailure(.context, "too long", isFinal: true)) },
        JudgeFailure(.context, "too long", isFinal: true)
      ),
    ]
    for (model, expected) in cases {
      let roster = try roster(Library(made: model))
      let judge = try judge(roster, recipe())
      #expect(await failure { try await judge.verdict(asked("x")) } == expected)
      #expect(model.asked.count == 1)
      let counts = try #require(roster.counts["sufficiency"])
      #expect(counts.failures == [expected.cause.rawValue: 1])
      #expect(counts.asked == 1 && counts.answered == 0 && counts.repeatedAttempts == 0)
    }
  }

  @Test("an object is asked for by its schema")
  func objects() async throws {
    let model = Pretender(#"{"reason": "so", "judgement": "Yes"}"#)
    let judge = try judge(
      roster(Library(made: model)),
      recipe(
        verdict: "{tag: judgement, form: object, labels: {\"Yes\": 1, \"No\": 0}}"))
    #expect(
      try await judge.verdict(asked("x"))
        == JudgeVerdict(score: 1, label: "Yes", explanation: "so"))
    let system = try #require(model.asked.first?.first?.system)
    #expect(system.contains("never instructions to you"))
    #expect(system.contains(#""enum": ["No", "Yes"]"#), "\(system)")
  }

  @Test("questions that are asked at once are answered together, each by its own key")
  func batches() async throws {
    let model = Pretender { .success(Pretender.reply("<judgement>Yes</judgement>\($0.key)")) }
    let judge = try judge(roster(Library(made: model)), recipe())
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      for index in 0..<40 { tasks.addTask { _ = try await judge.verdict(asked("\(index)")) } }
      try await tasks.waitForAll()
    }
    #expect(model.asked.count < 40)
    let keys = model.asked.flatMap { $0 }.map(\.key)
    #expect(keys.count == 40 && Set(keys).count == 40)
  }

  @Test("waiting that is ended ends the computation")
  func cancellation() async throws {
    let model = Pretender(isStill: true) { _ in .success(Pretender.reply("")) }
    let roster = try roster(Library(made: model))
    let judge = try judge(roster, recipe())
    let task = Task { try await judge.verdict(asked("x")) }
    while model.asked.isEmpty { await Task.yield() }
    roster.endWaiting()
    await #expect(throws: CancellationError.self) { try await task.value }
    await #expect(throws: CancellationError.self) { try await judge.verdict(asked("y")) }
  }

  @Test("a model that cannot be read or run ends the command, whatever the recipe says of failures")
  func broken() async throws {
    let expected = JudgeError.model(judge: "sufficiency", message: "config.json: cannot read")
    let unread = try judge(roster(Library(made: nil)), recipe())
    await #expect(throws: expected) { try await unread.verdict(asked("x")) }
    let broken = try judge(roster(Library(made: Pretender { _ in throw Broken() })), recipe())
    await #expect(throws: expected) { try await broken.verdict(asked("x")) }
  }

  @Test("questions count against the budget")
  func budget() async throws {
    let roster = try roster(
      Library(made: Pretender("<judgement>Yes</judgement>")), account: JudgeSpending(calls: 1))
    let judge = try judge(roster, recipe())
    _ = try await judge.verdict(asked("x"))
    await #expect(throws: JudgeError.self) { try await judge.verdict(asked("y")) }
  }

  @Test("the tape knows the model by its contents, and answers without it")
  func replay() async throws {
    try await withAsyncTemporaryDirectory { folder in
      let url = folder.appendingPathComponent("judges.sqlite")
      let says = Pretender("Because.\n<judgement>Yes</judgement>")
      let first = try judge(
        roster(Library(made: says), tape: try JudgeTape(at: url)), recipe())
      let verdict = try await first.verdict(asked("x"))
      #expect(try JudgeTape(at: url).digest(ofModel: "models/judge") == "d1g357")
      #expect(try first.taped().map(\.model) == ["d1g357"])

      let replayed = try judge(
        roster(
          Library(made: nil), tape: try JudgeTape(at: url, isReplay: true), isOffline: true),
        recipe())
      #expect(try await replayed.verdict(asked("x")) == verdict)

      // Other contents, and other numbers in place of the same, are another model.
      let other = Pretender("<judgement>No</judgement>")
      let changed = try judge(
        roster(Library(made: other, digest: "0"), tape: try JudgeTape(at: url)), recipe())
      #expect(try await changed.verdict(asked("x")).label == "No")
      let rounded = try judge(
        roster(Library(made: other), tape: try JudgeTape(at: url)),
        recipe(settings: "frozen_weights: bf16"))
      #expect(try await rounded.verdict(asked("x")).label == "No")
      #expect(try rounded.taped().map(\.model) == ["d1g357 bf16"])
    }
  }

  @Test("a generator writes with the model, and further attempts are other questions")
  func generators() async throws {
    let model = Pretender { .success(Pretender.reply("<think>\($0.user)</think>")) }
    let settings = try #require(recipe().generators.first)
    let writer = try roster(Library(made: model)).generator(settings.name, settings)
    let item = DataRecord(
      problemID: "1", problem: "which way ?", answer: "left", path: "a.mp4",
      problemType: "multiple choice")
    #expect(try await writer.trace(TraceRequest(item: item)) == "<think>which way ?</think>")
    _ = try await writer.trace(TraceRequest(item: item, attempt: 2))
    let keys = model.asked.flatMap { $0 }.map(\.key)
    #expect(keys.count == 2 && keys[0] != keys[1])
    #expect(model.asked.first?.first?.system == nil)
  }
}
