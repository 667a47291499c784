import Foundation
import RecipeLanguage
import Rewards
import Synchronization
import TestSupport
import Testing
import Trainer
import TrainingGraph

@testable import Experiments

@Suite("The budget of a run")
struct RunBudgetTests {
  /// A clock that a test turns.
  private final class Clock: Sendable {
    private let seconds = Mutex(1000.0)
    func turn(_ seconds: Double) { self.seconds.withLock { $0 += seconds } }
    var now: Double { seconds.withLock { $0 } }
  }

  private struct Answering: Judge {
    var fails = false
    struct Silence: Error {}
    func verdict(_ request: JudgeRequest) async throws -> JudgeVerdict {
      if fails { throw Silence() }
      return JudgeVerdict(score: 1, label: "Yes")
    }
  }

  private let question = JudgeRequest(judge: "sufficiency", fields: [])

  /// Makes budgets of one run, one after the other, as the processes of an interrupted run do.
  private func with(
    _ limits: BudgetLimits,
    _ body: (_ budget: () throws -> RunBudget, _ clock: Clock, _ run: RunDirectory) async throws
      -> Void
  ) async throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("sousvide-budget-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let run = try RunDirectory.create(at: folder.appendingPathComponent("r"), recipe: "a: 1\n")
    let clock = Clock()
    try await body({ try RunBudget(limits, run) { clock.now } }, clock, run)
  }

  private func step(tokens: Double) -> TrainingEvent {
    .step(
      StepRecord(
        stage: "rl", algorithm: "grpo", step: 1, of: 9, values: ["generated_tokens": tokens]))
  }

  @Test func `a run stops once judges were asked as often as it says`() async throws {
    try await with(BudgetLimits(judgeCalls: 3)) { budget, _, _ in
      let budget = try budget()
      let judge = budget.counting(Answering(), price: nil)
      for _ in 0..<2 { _ = try await judge.verdict(question) }
      #expect(budget.exhausted == nil)
      _ = try await judge.verdict(question)
      #expect(
        budget.exhausted == "judges were asked 3 times, and `budget.judge_calls` is 3")
    }
  }

  @Test func `a question that a judge fails to answer counts`() async throws {
    try await with(BudgetLimits(judgeCalls: 1)) { budget, _, _ in
      let budget = try budget()
      await #expect(throws: Answering.Silence.self) {
        try await budget.counting(Answering(fails: true), price: 1).verdict(question)
      }
      #expect(budget.exhausted != nil)
    }
  }

  @Test func `all judges of a run pay from one budget`() async throws {
    try await with(BudgetLimits(cost: 0.75)) { budget, _, _ in
      let budget = try budget()
      let dear = budget.counting(Answering(), price: 0.5)
      let cheap = budget.counting(Answering(), price: 0.25)
      let free = budget.counting(Answering(), price: nil)
      _ = try await dear.verdict(question)
      for _ in 0..<9 { _ = try await free.verdict(question) }
      #expect(budget.exhausted == nil)
      _ = try await cheap.verdict(question)
      #expect(budget.exhausted == "judges cost 0.75 USD, and `budget.cost` is 0.75 USD")
    }
  }

  @Test func `all tokens that the policy writes count, in steps and in evaluations`() async throws {
    try await with(BudgetLimits(tokens: 95)) { budget, _, _ in
      let budget = try budget()
      // A step in which every group was left out has no lengths.
      try budget.receive(step(tokens: 80))
      #expect(budget.exhausted == nil)
      try budget.receive(
        .evaluation(
          EvaluationRecord(
            stage: "rl", evaluation: "held_out", step: 1,
            values: ["length/response": 3, "questions": 2, "generated_tokens": 15])))
      #expect(budget.exhausted == "the policy wrote 95 tokens, and `budget.tokens` is 95")
    }
    try await with(BudgetLimits(tokens: 81)) { budget, _, _ in
      let budget = try budget()
      try budget.receive(step(tokens: 80))
      #expect(budget.exhausted == nil)
    }
  }

  @Test func `a stage that samples nothing writes no tokens`() async throws {
    try await with(BudgetLimits(tokens: 1)) { budget, _, _ in
      let budget = try budget()
      try budget.receive(step(tokens: .nan))
      try budget.receive(
        .step(
          StepRecord(
            stage: "cold", algorithm: "sft", step: 1, of: 9, values: ["length/response": 7])))
      #expect(budget.exhausted == nil)
    }
  }

  @Test func `hours end when they are over, not before`() async throws {
    try await with(BudgetLimits(hours: 1.5)) { budget, clock, _ in
      let budget = try budget()
      clock.turn(5399)
      #expect(budget.exhausted == nil)
      clock.turn(1)
      #expect(budget.exhausted == "the run took 1.5 h, and `budget.time` is 1.5 h")
    }
  }

  @Test func `without limits nothing is ever exhausted`() async throws {
    try await with(BudgetLimits()) { budget, clock, _ in
      let budget = try budget()
      clock.turn(1e9)
      try budget.receive(step(tokens: 1e9))
      _ = try await budget.counting(Answering(), price: 1e9).verdict(question)
      #expect(budget.exhausted == nil)
    }
  }

  @Test func `an interrupted run goes on with what it had spent`() async throws {
    let limits = BudgetLimits(judgeCalls: 2, tokens: 160, cost: 3, hours: 1)
    try await with(limits) { budget, clock, _ in
      let first = try budget()
      _ = try await first.counting(Answering(), price: 1).verdict(question)
      try first.receive(step(tokens: 80))
      clock.turn(3000)
      try first.synchronize()
      // Nothing runs while the process is away.
      clock.turn(100_000)

      let time = try budget()
      #expect(time.exhausted == nil)
      clock.turn(600)
      #expect(time.exhausted == "the run took 1.0 h, and `budget.time` is 1 h")

      let tokens = try budget()
      try tokens.receive(step(tokens: 80))
      #expect(tokens.exhausted?.hasPrefix("the policy wrote 160 tokens") == true)

      let calls = try budget()
      _ = try await calls.counting(Answering(), price: 1).verdict(question)
      #expect(calls.exhausted?.hasPrefix("judges were asked 2 times") == true)

      let cost = try budget()
      _ = try await cost.counting(Answering(), price: 2).verdict(question)
      try cost.receive(
        .stageFinished(StageFinish(stage: "rl", checkpoint: "c", digest: "d")))
      // The end of a stage is written down too: the next process begins over its limits.
      #expect(try budget().exhausted != nil)
    }
  }

  @Test func `what was spent is not forgotten because its file is damaged`() async throws {
    try await with(BudgetLimits(judgeCalls: 2)) { budget, _, run in
      try budget().synchronize()
      let file = run.state.appendingPathComponent("spent.json")
      try Data(#"{"judgeCalls":1,"#.utf8).write(to: file)
      let error = #expect(throws: ExperimentError.self) { try budget() }
      #expect("\(try #require(error))".contains("'\(file.path)' is damaged"))
      try FileManager.default.removeItem(at: file)
      #expect(try budget().exhausted == nil)
    }
  }

  @Test func `the limits are read from the recipe`() {
    func limits(_ section: String) -> BudgetLimits? {
      let vocabulary = Vocabulary(
        rewards: RewardRegistry.standard.schemas, algorithms: Algorithms.schemas,
        judges: [
          KindSchema("oracle", summary: "", fields: [.optional("price", .quantity(.dollar), "")])
        ],
        data: [
          KindSchema(
            "clipworld", summary: "",
            fields: [.required("split", .string, ""), .required("clips", .count, "")])
        ],
        models: [QwenModelKind.schema], samplers: SamplerKinds.schemas)
      let text = RecipeExample.sections(section).text
      return RecipeChecker.check(text: text, vocabulary: vocabulary).recipe.map(BudgetLimits.init)
    }
    #expect(
      limits("budget: {judge_calls: 60000, tokens: 2.0e+9, cost: 1.5 USD, time: 3 h}\n")
        == BudgetLimits(judgeCalls: 60_000, tokens: 2_000_000_000, cost: 1.5, hours: 3))
    #expect(limits("budget: {time: 3 h}\n") == BudgetLimits(hours: 3))
    #expect(limits("") == BudgetLimits())
  }
}
