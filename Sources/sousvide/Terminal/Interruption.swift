import Dispatch
import Foundation
import Synchronization

/// Ctrl-C and a polite `kill`: the first asks the run to stop after the step it is in, the second
/// ends the process at once. One at a time listens.
///
/// The handler only counts: a signal source would miss signals that are ignored while the main
/// thread does not block them, and anything else is not allowed in a handler.
///
/// Unchecked because dispatch sources are not marked Sendable, though they may be used from any
/// thread; nothing else is stored.
final class Interruption: @unchecked Sendable {
  private static let signals = [SIGINT, SIGTERM]

  /// Signals since the listener started. Global because a signal handler can capture nothing.
  private static let requests = Atomic<Int>(0)
  /// Whether the second signal ends the process.
  private static let endsAtOnce = Atomic<Bool>(true)

  private final class Announced: Sendable {
    private let done = Atomic<Bool>(false)
    func first() -> Bool { !done.exchange(true, ordering: .relaxed) }
  }

  private let timer: any DispatchSourceTimer

  /// Whether the run should save its state and stop.
  var isRequested: Bool { count > 0 }

  /// How often it was asked to.
  var count: Int { Self.requests.load(ordering: .relaxed) }

  /// Starts listening. `announce` is called once, soon after the first request.
  ///
  /// - Parameter endsAtOnce: whether the second request ends the process; who has processes of its own
  ///   to end first looks at `count`.
  init(endsAtOnce: Bool = true, announce: @escaping @Sendable () -> Void) {
    Self.requests.store(0, ordering: .relaxed)
    Self.endsAtOnce.store(endsAtOnce, ordering: .relaxed)
    let announced = Announced()
    // A queue of its own has a thread of its own: it answers while every other thread computes.
    let timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "sousvide.interruption"))
    timer.schedule(deadline: .now(), repeating: .milliseconds(50))
    timer.setEventHandler {
      if Self.requests.load(ordering: .relaxed) > 0, announced.first() { announce() }
    }
    self.timer = timer
    for number in Self.signals {
      signal(number) { _ in
        let count = Interruption.requests.wrappingAdd(1, ordering: .relaxed).newValue
        if count > 1, Interruption.endsAtOnce.load(ordering: .relaxed) {
          _exit(ExitCode.interrupted.rawValue)
        }
      }
    }
    timer.resume()
  }

  /// Gives the signals their usual meaning back.
  func stop() {
    timer.cancel()
    for number in Self.signals { signal(number, SIG_DFL) }
  }
}
