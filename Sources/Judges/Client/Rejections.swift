import Synchronization

/// Whether a rejection (400, 413, 422) is of one question or of every one. A question that is too long, or
/// that a filter does not let through, says nothing of the next; a server that understands none of them
/// has no such model, or misses a setting, and asking on is in vain.
///
/// What decides is whether the server understands other questions, not which answer comes first: a
/// rejected question waits for those that are under way.
final class Rejections: Sendable {
  /// Questions rejected in a row that earlier answers on the tape speak for.
  static let threshold = CircuitBreaker.threshold

  private struct State {
    var isUnderstood = false
    var underWay = 0
    var inARow = 0
    var nextTicket = 0
    var waiting: [(ticket: Int, verdict: CheckedContinuation<Bool, any Error>)] = []
  }

  private let state = Mutex(State())
  private let hasEarlierAnswers: @Sendable () -> Bool

  /// - Parameter hasEarlierAnswers: whether the tape holds answers of this judge.
  init(hasEarlierAnswers: @escaping @Sendable () -> Bool) {
    self.hasEarlierAnswers = hasEarlierAnswers
  }

  /// A question is under way until `end`.
  func begin() { state.withLock { $0.underWay += 1 } }

  func end() {
    state.withLock { $0.underWay -= 1 }
    settle()
  }

  /// The server has understood a question.
  func understood() {
    let waiting = state.withLock { state in
      state.isUnderstood = true
      return Self.release(&state)
    }
    for question in waiting { question.resume(returning: true) }
  }

  /// Whether the rejection of a question under way is its own.
  ///
  /// - Throws: `CancellationError` when the task is cancelled while it waits for others.
  func isOfQuestion() async throws -> Bool {
    let ticket = state.withLock { state in
      state.nextTicket += 1
      state.inARow += 1
      return state.nextTicket
    }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (verdict: CheckedContinuation<Bool, any Error>) in
        let outcome: Result<Bool, any Error>? = state.withLock { state in
          if Task.isCancelled { return .failure(CancellationError()) }
          if state.isUnderstood { return .success(true) }
          state.underWay -= 1
          state.waiting.append((ticket, verdict))
          return nil
        }
        if let outcome { verdict.resume(with: outcome) } else { settle() }
      }
    } onCancel: {
      let question = state.withLock { state in
        let index = state.waiting.firstIndex { $0.ticket == ticket }
        if index != nil { state.underWay += 1 }
        return index.map { state.waiting.remove(at: $0).verdict }
      }
      question?.resume(throwing: CancellationError())
    }
  }

  /// When all that are under way are rejected, nothing more is to be learned.
  private func settle() {
    let isTaped = hasEarlierAnswers()
    let (waiting, verdict) = state.withLock { state in
      let isAlone = isTaped && state.inARow < Self.threshold
      return (state.underWay == 0 ? Self.release(&state) : [], isAlone)
    }
    for question in waiting { question.resume(returning: verdict) }
  }

  private static func release(_ state: inout State) -> [CheckedContinuation<Bool, any Error>] {
    state.underWay += state.waiting.count
    defer { state.waiting = [] }
    return state.waiting.map(\.verdict)
  }
}

/// The server does not take a request as it is: what that means, `Rejections` knows.
struct Rejection: Error {
  let status: Int
  let message: String
}
