/// Requests and tokens per minute, over the sixty seconds before now.
actor Pace {
  /// Seconds over which is counted.
  static let window = 60.0

  private let requests: Int?
  private let tokens: Int?
  private let clock: any JudgeClock
  private var started: [(time: Double, ticket: Int, tokens: Int)] = []
  private var nextTicket = 0

  init(requestsPerMinute: Int?, tokensPerMinute: Int?, clock: any JudgeClock) {
    requests = requestsPerMinute
    tokens = tokensPerMinute
    self.clock = clock
  }

  /// Waits until one more request fits, and counts it.
  ///
  /// - Parameter estimate: the tokens it is expected to need.
  /// - Returns: by what to correct the estimate later.
  func admit(estimate: Int) async throws -> Int {
    while true {
      let now = clock.now
      started.removeAll { $0.time <= now - Self.window }
      guard let end = nextRoom(for: estimate) else {
        nextTicket += 1
        started.append((now, nextTicket, estimate))
        return nextTicket
      }
      try await clock.sleep(max(0.001, end - now))
    }
  }

  /// Replaces an estimate by what was used.
  func settle(_ ticket: Int, tokens: Int) {
    guard let index = started.firstIndex(where: { $0.ticket == ticket }) else { return }
    started[index].tokens = tokens
  }

  /// When enough requests will have left the window; nil when there is room now. A request that is
  /// larger than a whole minute's tokens is let through alone.
  private func nextRoom(for estimate: Int) -> Double? {
    var count = started.count
    var sum = started.reduce(0) { $0 + $1.tokens }
    func isFull() -> Bool {
      if let requests, count >= requests { return true }
      if let tokens, count > 0, sum + estimate > tokens { return true }
      return false
    }
    guard isFull() else { return nil }
    for past in started {
      count -= 1
      sum -= past.tokens
      if !isFull() { return past.time + Self.window }
    }
    return nil
  }
}
