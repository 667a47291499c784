import Synchronization

/// Counts the calls and dollars of all judges of a command, and ends it at a limit.
public final class JudgeSpending: Sendable {
  private struct Spent {
    var calls = 0
    var cost = 0.0
  }

  private let calls: Int?
  private let cost: Double?
  private let spent = Mutex(Spent())

  /// - Parameters:
  ///   - calls: questions at most.
  ///   - cost: dollars at most.
  public init(calls: Int? = nil, cost: Double? = nil) {
    self.calls = calls
    self.cost = cost
  }

  /// Counts one more question.
  ///
  /// - Throws: `JudgeError.spent` when a limit is reached already.
  public func begin() throws {
    try spent.withLock { spent in
      if let calls, spent.calls >= calls {
        throw JudgeError.spent("judges were asked \(calls) times, as `budget.judge_calls` allows")
      }
      if let cost, spent.cost >= cost {
        throw JudgeError.spent(
          "judges cost \(VerdictReader.short(spent.cost)) USD, and `budget.cost` is "
            + "\(VerdictReader.short(cost)) USD")
      }
      spent.calls += 1
    }
  }

  public func pay(_ dollars: Double) { spent.withLock { $0.cost += dollars } }
}
