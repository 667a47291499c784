import Synchronization

/// The questions that a command has given up. Each stays given up while the command goes on, so that equal
/// questions have equal outcomes in it, and its repetition from the tape has the same.
final class GivenUp: Sendable {
  private let failures = Mutex<[String: JudgeFailure]>([:])

  /// By the digest of a question.
  subscript(key: String) -> JudgeFailure? { failures.withLock { $0[key] } }

  func note(_ failure: JudgeFailure, of key: String) { failures.withLock { $0[key] = failure } }
}
