/// What works on a trial of a sweep: a process of this machine, or a job of a cluster.
public protocol TrialWork: AnyObject {
  var worker: TrialWorker { get }
  /// Whether it has not begun, and waits for its turn.
  var isWaiting: Bool { get }
  /// How it ended; nil while it runs, or waits.
  func poll() -> TrialExit?
  /// Asks it to save its state and end.
  func interrupt()
  /// Ends it at once.
  func kill()
}

extension TrialWork {
  public var isWaiting: Bool { false }
}

/// How people find who works on a trial.
public enum TrialWorker: Sendable, Hashable {
  /// The number of a process; 0 where it is not known, or not one of this machine.
  case process(Int)
  /// The number of a job, with that of its task: `812_3`.
  case job(String)
}

/// How work on a trial ended.
public enum TrialExit: Sendable, Equatable {
  case code(Int)
  case signal(Int)
  /// It did what could be done, and is to be started again; the reason, where there is one to tell.
  case again(String?)
  /// It did not finish the trial, and how that came about.
  case failed(String)
  /// Somebody ended it on purpose, so that it is not started again before the sweep is.
  case cancelled(String)

  /// For people.
  public var text: String {
    switch self {
    case .code(let code): "ended with code \(code)"
    case .signal(let number): "was ended by signal \(number)"
    case .again(let reason): reason ?? "ended"
    case .failed(let reason), .cancelled(let reason): reason
    }
  }
}
