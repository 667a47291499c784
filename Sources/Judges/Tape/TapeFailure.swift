import Database

/// Why a question has no answer on the tape, so that a repetition without the network has none either.
public struct TapeFailure: Sendable, Hashable, Codable {
  /// The digest of the question.
  public var key: String
  public var cause: JudgeFailureCause
  /// In the words of the command that gave it up.
  public var message: String
  /// Whether asking again could not have helped.
  public var isFinal: Bool

  init(key: String, _ failure: JudgeFailure) {
    self.key = key
    cause = failure.cause
    message = failure.message
    isFinal = failure.isFinal
  }

  var failure: JudgeFailure { JudgeFailure(cause, message, isFinal: isFinal) }
}

extension TapeFailure {
  static let columns = ["key", "cause", "message", "is_final"]

  var values: [SQLiteDatabase.Value] {
    [.text(key), .text(cause.rawValue), .text(message), .integer(isFinal ? 1 : 0)]
  }

  /// Nil for a row that this program has not written.
  init?(_ row: [SQLiteDatabase.Value]) {
    guard row.count == Self.columns.count, let key = row[0].text,
      let cause = row[1].text.flatMap(JudgeFailureCause.init(rawValue:)),
      let message = row[2].text, let isFinal = row[3].integer
    else { return nil }
    self.init(key: key, JudgeFailure(cause, message, isFinal: isFinal != 0))
  }
}
