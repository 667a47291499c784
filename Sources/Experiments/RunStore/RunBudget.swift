import Foundation
import RecipeLanguage
import Rewards
import Synchronization
import Trainer

/// The limits under `budget` of a recipe. A run stops before the first step after it has reached one.
public struct BudgetLimits: Sendable, Equatable {
  public var judgeCalls: Int?
  public var tokens: Int?
  /// Dollars.
  public var cost: Double?
  public var hours: Double?

  public init(judgeCalls: Int? = nil, tokens: Int? = nil, cost: Double? = nil, hours: Double? = nil)
  {
    self.judgeCalls = judgeCalls
    self.tokens = tokens
    self.cost = cost
    self.hours = hours
  }

  public init(_ recipe: CheckedRecipe) {
    let budget = recipe.root.optionalRecord("budget")
    self.init(
      judgeCalls: budget?.optionalInteger("judge_calls"), tokens: budget?.optionalInteger("tokens"),
      cost: budget?.optionalNumber("cost"), hours: budget?.optionalNumber("time"))
  }
}

/// Counts what a run spends, over interruptions, and says when a limit is reached.
public final class RunBudget: TrainingObserver {
  struct Spent: Codable, Sendable, Equatable {
    var judgeCalls = 0
    var tokens = 0
    var cost = 0.0
    var seconds = 0.0
  }

  private let limits: BudgetLimits
  private let file: URL
  /// Seconds since some moment; what counts is how far they are from `start`.
  private let clock: @Sendable () -> Double
  private let start: Double
  private let before: Double
  private let state: Mutex<Spent>

  /// Goes on with what an earlier process of the same run has spent.
  ///
  /// - Throws: `ExperimentError` when that cannot be read: to count from zero again would let a run
  ///   spend more than its limits.
  public convenience init(_ limits: BudgetLimits, _ run: RunDirectory) throws {
    let origin = ContinuousClock.now
    try self.init(limits, run) { (ContinuousClock.now - origin) / .seconds(1) }
  }

  init(
    _ limits: BudgetLimits, _ run: RunDirectory, clock: @escaping @Sendable () -> Double
  ) throws {
    self.limits = limits
    self.clock = clock
    start = clock()
    file = run.state.appendingPathComponent("spent.json")
    let spent = try Self.read(file)
    before = spent.seconds
    state = Mutex(spent)
  }

  /// The judge, with its calls counted.
  public func counting(_ judge: any Judge, price: Double?) -> any Judge {
    CountedJudge(judge: judge, price: price ?? 0, budget: self)
  }

  /// One more question to a judge that counts its own answers.
  public func judgeAsked() { called(price: 0) }

  /// An answer of such a judge has cost so many dollars.
  public func paid(_ dollars: Double) { state.withLock { $0.cost += dollars } }

  /// The limit that is reached, said for people; nil while there is none.
  public var exhausted: String? {
    let spent = current
    if let limit = limits.judgeCalls, spent.judgeCalls >= limit {
      return "judges were asked \(spent.judgeCalls) times, and `budget.judge_calls` is \(limit)"
    }
    if let limit = limits.tokens, spent.tokens >= limit {
      return "the policy wrote \(spent.tokens) tokens, and `budget.tokens` is \(limit)"
    }
    if let limit = limits.cost, spent.cost >= limit {
      return String(
        format: "judges cost %.2f USD, and `budget.cost` is %g USD", spent.cost, limit)
    }
    if let limit = limits.hours, spent.seconds >= limit * 3600 {
      return String(
        format: "the run took %.1f h, and `budget.time` is %g h", spent.seconds / 3600, limit)
    }
    return nil
  }

  public func receive(_ event: TrainingEvent) throws {
    switch event {
    case .step(let record): add(record.values["generated_tokens"])
    case .evaluation(let record): add(record.values["generated_tokens"])
    case .stageFinished: try synchronize()
    case .damagedState, .stageStarted, .trace, .evaluated, .rollouts: break
    }
  }

  public func synchronize() throws {
    try AtomicFile.write(try JSONEncoder().encode(current), to: file)
  }

  private var current: Spent {
    var spent = state.withLock { $0 }
    spent.seconds = before + clock() - start
    return spent
  }

  private static func read(_ file: URL) throws -> Spent {
    guard FileManager.default.fileExists(atPath: file.path) else { return Spent() }
    do {
      return try JSONDecoder().decode(Spent.self, from: Data(contentsOf: file))
    } catch {
      throw ExperimentError.malformed(
        file: file.path, line: 0,
        reason: "what the run has spent so far is not in it; remove it to count from zero again")
    }
  }

  private func add(_ tokens: Double?) {
    guard let count = tokens.flatMap({ Int(exactly: $0) }) else { return }
    state.withLock { $0.tokens += count }
  }

  fileprivate func called(price: Double) {
    state.withLock { spent in
      spent.judgeCalls += 1
      spent.cost += price
    }
  }
}

private struct CountedJudge: Judge {
  let judge: any Judge
  let price: Double
  let budget: RunBudget

  func verdict(_ request: JudgeRequest) async throws -> JudgeVerdict {
    budget.called(price: price)
    return try await judge.verdict(request)
  }
}
