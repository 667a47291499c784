import Synchronization

/// Waiting that can be ended: a command that is to stop still takes the first answers that are on their
/// way, and waits for nothing else, neither for its turn nor for a server that is away.
final class Waiting: Sendable {
  private struct State {
    var isOver = false
    var nextTicket = 0
    var going: [Int: @Sendable () -> Void] = [:]
  }

  private let state = Mutex(State())

  /// Ends whatever waits now, and whatever is going to.
  func end() {
    let going = state.withLock { state in
      state.isOver = true
      return Array(state.going.values)
    }
    for cancel in going { cancel() }
  }

  /// Runs `body`, cancelled when waiting ends.
  func during<Result: Sendable>(
    _ body: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    let task = Task { try await body() }
    let (ticket, isOver) = state.withLock { state in
      state.nextTicket += 1
      state.going[state.nextTicket] = { task.cancel() }
      return (state.nextTicket, state.isOver)
    }
    defer { state.withLock { $0.going[ticket] = nil } }
    if isOver { task.cancel() }
    return try await withTaskCancellationHandler {
      try await task.value
    } onCancel: {
      task.cancel()
    }
  }
}

/// A clock whose sleepers wake, with `CancellationError`, when waiting ends.
struct EndableClock: JudgeClock {
  let clock: any JudgeClock
  let waiting: Waiting

  var now: Double { clock.now }

  func sleep(_ seconds: Double) async throws {
    try await waiting.during { try await clock.sleep(seconds) }
  }
}
