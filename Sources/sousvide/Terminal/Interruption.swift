import Dispatch
import Foundation
import Synchronization

/// Ctrl-C and a polite `kill`: the first asks the run to stop after the step it is in, the second
/// ends the process at once.
///
/// Unchecked because dispatch sources are not marked Sendable, though they may be used from any
/// thread; nothing else is stored that changes.
final class Interruption: @unchecked Sendable {
  private final class Requests: Sendable {
    let count = Atomic<Int>(0)
  }

  private static let signals = [SIGINT, SIGTERM]

  private let requests: Requests
  private let sources: [any DispatchSourceSignal]

  /// Whether the run should save its state and stop.
  var isRequested: Bool { requests.count.load(ordering: .relaxed) > 0 }

  /// Starts listening. `announce` is called at the first request.
  init(announce: @escaping @Sendable () -> Void) {
    let requests = Requests()
    self.requests = requests
    // A queue of its own has a thread of its own: it answers while every other thread computes.
    let queue = DispatchQueue(label: "sousvide.interruption")
    sources = Self.signals.map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler {
        if requests.count.wrappingAdd(1, ordering: .relaxed).newValue == 1 {
          announce()
        } else {
          _exit(ExitCode.interrupted.rawValue)
        }
      }
      source.resume()
      return source
    }
  }

  /// Gives the signals their usual meaning back.
  func stop() {
    for source in sources { source.cancel() }
    for number in Self.signals { signal(number, SIG_DFL) }
  }
}
