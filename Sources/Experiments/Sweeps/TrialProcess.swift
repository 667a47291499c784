/// A process that works on a trial, started by the sweep.
public protocol TrialProcess: AnyObject {
  var number: Int { get }
  /// How it ended; nil while it runs.
  func poll() -> TrialExit?
  /// Asks it to save its state and end.
  func interrupt()
  /// Ends it at once.
  func kill()
}

/// How a process ended.
public enum TrialExit: Sendable, Equatable {
  case code(Int)
  case signal(Int)

  /// For people.
  public var text: String {
    switch self {
    case .code(let code): "ended with code \(code)"
    case .signal(let number): "was ended by signal \(number)"
    }
  }
}
