/// Stops asking a server that does not answer. After several failures in a row, over all calls, one
/// call at a time tries whether it is back, and the others wait.
actor CircuitBreaker {
  /// Failures in a row that open the circuit.
  static let threshold = 5

  private let clock: any JudgeClock
  private let name: String
  /// Told when an outage begins and when it ends.
  private let announce: @Sendable (String) -> Void
  private var failures = 0
  private var probes = 0
  private var isProbing = false
  /// Until when nobody asks.
  private var blockedUntil = 0.0
  private var isOpen: Bool { failures >= Self.threshold }
  private(set) var lastFailure: JudgeFailure?

  init(name: String, clock: any JudgeClock, announce: @escaping @Sendable (String) -> Void) {
    self.name = name
    self.clock = clock
    self.announce = announce
  }

  /// Seconds to wait before asking whether one may go on; nil when one may. Whoever may goes on to
  /// `succeeded`, `failed` or `gaveUp`.
  func wait() -> Double? {
    let now = clock.now
    if now < blockedUntil { return blockedUntil - now }
    guard isOpen else { return nil }
    if isProbing { return Backoff.first }
    isProbing = true
    return nil
  }

  func succeeded() {
    if isOpen { announce("judge \(name): answers again") }
    failures = 0
    probes = 0
    isProbing = false
    lastFailure = nil
  }

  func failed(_ failure: JudgeFailure) {
    let wasOpen = isOpen
    failures += 1
    isProbing = false
    lastFailure = failure
    if let seconds = failure.retryAfter { blockedUntil = max(blockedUntil, clock.now + seconds) }
    guard isOpen else { return }
    probes += 1
    blockedUntil = max(blockedUntil, clock.now + Backoff.delay(after: probes, key: name))
    if !wasOpen { announce("judge \(name): no answers (\(failure)); waiting for it to come back") }
  }

  /// An attempt that ended without saying anything of the server.
  func gaveUp() { isProbing = false }
}
