import Foundation
import Rewards
import Synchronization
import Trainer

/// Counts what a run spends, over interruptions, and says when a limit is reached. It stops before the first
/// step after that.
public final class RunBudget: TrainingObserver {
  private let limits: BudgetLimits
  private let file: URL
  /// Seconds since some moment; what counts is how far they are from `start`.
  private let clock: @Sendable () -> Double
  private let start: Double
  private let before: Double
  private let state: Mutex<Spending>

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
    file = Spending.file(ofRun: run.url)
    let spent = try Spending(ofRun: run.url)
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
  public var exhausted: String? { current.reached(limits, key: "budget", who: "the run") }

  public func receive(_ event: TrainingEvent) throws {
    switch event {
    case .step(let record): add(record.values["generated_tokens"])
    case .evaluation(let record), .intermediate(let record, _):
      add(record.values["generated_tokens"])
    case .stageFinished: try synchronize()
    case .damagedState, .stageStarted, .trace, .evaluated, .rollouts: break
    }
  }

  public func synchronize() throws {
    try AtomicFile.write(try JSONEncoder().encode(current), to: file)
  }

  private var current: Spending {
    var spent = state.withLock { $0 }
    spent.seconds = before + clock() - start
    return spent
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
