/// Time as judges are asked in: a parameter, so that tests wait for nothing.
public protocol JudgeClock: Sendable {
  /// Seconds since some moment.
  var now: Double { get }
  /// Throws `CancellationError` when the task is cancelled.
  func sleep(_ seconds: Double) async throws
}

/// The time of this machine, which goes on while it sleeps.
public struct SystemJudgeClock: JudgeClock {
  private let origin = ContinuousClock.now

  public init() {}

  public var now: Double { (ContinuousClock.now - origin) / .seconds(1) }

  public func sleep(_ seconds: Double) async throws {
    try await Task.sleep(for: .seconds(seconds))
  }
}
