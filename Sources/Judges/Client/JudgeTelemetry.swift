import Synchronization

/// What asking one judge came to.
public struct JudgeCounts: Sendable, Hashable, Codable {
  /// Questions that went to the model.
  public var asked = 0
  /// Questions that the tape answered.
  public var replayed = 0
  /// Questions that got a verdict from the model.
  public var answered = 0
  /// Attempts that failed, by cause.
  public var failedAttempts: [String: Int] = [:]
  /// Those that were followed by another one.
  public var repeatedAttempts = 0
  /// Questions without a verdict, by cause: what `on_failure` is for. As often as they came up.
  public var failures: [String: Int] = [:]
  public var usage = TokenUsage()
  /// Dollars.
  public var cost = 0.0
  /// Seconds that questions spent on back-off and outages, added up.
  public var waited = 0.0
  /// Seconds of the slowest question.
  public var slowest = 0.0

  public init() {}
}

/// Counts while calls go on.
final class JudgeTelemetry: Sendable {
  private let counts = Mutex(JudgeCounts())

  var current: JudgeCounts { counts.withLock { $0 } }

  func note(_ change: (inout JudgeCounts) -> Void) { counts.withLock { change(&$0) } }
}
