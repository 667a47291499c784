/// Everything that can go wrong between a response and its advantages. A reward never turns an
/// error into a silent zero: it either says what it could not do, or abstains with a reason.
public enum RewardError: Error, Equatable, Sendable {
  /// A record file as a whole cannot be used.
  case recordFile(path: String, message: String)
  /// One entry of a record file; `index` counts from 0 in the file's list.
  case record(path: String, index: Int, field: String, message: String)
  /// One line of a file of JSON lines; `line` counts from 1.
  case line(path: String, line: Int, message: String)
  /// JSON text that does not parse; `line` and `column` count from 1, columns in bytes.
  case json(line: Int, column: Int, message: String)
  /// A response whose parts do not fit together.
  case response(message: String)
  /// Delimiters with which responses could not be read without doubt.
  case segment(name: String, message: String)
  /// A setting of a reward, a judge or a normalization that cannot be honoured.
  case setting(owner: String, key: String, message: String)
  /// A name that nothing declares.
  case unknown(what: String, name: String, help: String?)
  /// Gates that wait for each other.
  case gateCycle(rewards: [String])
  /// A reward that is not a number. `response` counts from 0 within its group.
  case notFinite(reward: String, response: Int, value: String)
  /// A reward kind that answered for another number of responses than it was asked for.
  case outcomeCount(reward: String, expected: Int, found: Int)
  /// A judge failed and its recipe says `on_failure: stop`.
  case judgeStopped(judge: String, reason: String)
  /// Advantages or weights that cannot be computed from what was given.
  case credit(message: String)
}

extension RewardError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .recordFile(let path, let message):
      return "\(path): \(message)"
    case .record(let path, let index, let field, let message):
      return "\(path): record \(index): `\(field)`: \(message)"
    case .line(let path, let line, let message):
      return "\(path):\(line): \(message)"
    case .json(let line, let column, let message):
      return "line \(line), column \(column): \(message)"
    case .response(let message):
      return "response: \(message)"
    case .segment(let name, let message):
      return "segment `\(name)`: \(message)"
    case .setting(let owner, let key, let message):
      return "\(owner): `\(key)`: \(message)"
    case .unknown(let what, let name, let help):
      return "unknown \(what) `\(name)`" + (help.map { ": \($0)" } ?? "")
    case .gateCycle(let rewards):
      return "the gates of these rewards wait for each other: \(rewards.joined(separator: ", "))"
    case .notFinite(let reward, let response, let value):
      return "reward `\(reward)` of response \(response) is \(value), not a number that can be used"
    case .outcomeCount(let reward, let expected, let found):
      return "reward `\(reward)` answered for \(found) responses instead of \(expected)"
    case .judgeStopped(let judge, let reason):
      return "judge `\(judge)` failed and `on_failure` is `stop`: \(reason)"
    case .credit(let message):
      return "credit: \(message)"
    }
  }
}
