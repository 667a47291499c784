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

  private final class Announced: Sendable {
    private let done = Atomic<Bool>(false)
    func first() -> Bool { !done.exchange(true, ordering: .relaxed) }
  }

  private let timer: any DispatchSourceTimer

  /// Whether the run should save its state and stop.
  var isRequested: Bool { Self.requests.load(ordering: .relaxed) > 0 }

  /// Starts listening. `announce` is called once, soon after the first request.
  init(announce: @escaping @Sendable () -> Void) {
    Self.requests.store(0, ordering: .relaxed)
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
        if Interruption.requests.wrappingAdd(1, ordering: .relaxed).newValue > 1 {
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
