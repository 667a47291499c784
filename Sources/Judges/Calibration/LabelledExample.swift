import Rewards

/// What a judge is shown, with what people say of it: one line of a file of examples
/// (`grammar/judge.md`).
public struct LabelledExample: Sendable, Hashable {
  /// The judge it is for; nil when the file has examples of one judge.
  public var judge: String?
  /// In any order.
  public var shows: [JudgeRequest.Field]
  /// What people say; nil for a line that nobody has labelled yet.
  public var label: String?
  /// Line of the file, from 1.
  public var line: Int

  /// Reads JSON lines, `{"judge": …, "shows": {"item.problem": …, …}, "label": …}`. What `judge sample`
  /// adds for readers (`verdict`, `score`, `explanation`, `media`) is allowed and not read.
  ///
  /// - Throws: `JudgeError.example` for the first line that cannot be used.
  public static func read(_ text: String, path: String) throws -> [LabelledExample] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return try lines.enumerated().filter { !$1.allSatisfy(\.isWhitespace) }.map { index, line in
      try read(line, line: index + 1, path: path)
    }
  }

  private static let keys = ["judge", "shows", "label", "verdict", "score", "explanation", "media"]

  private static func read(
    _ text: Substring, line: Int, path: String
  ) throws -> LabelledExample {
    func failure(_ message: String) -> JudgeError {
      .example(path: path, line: line, message: message)
    }
    let value: JSONValue
    do {
      value = try JSONText.parse(Array(text.utf8))
    } catch RewardError.json(_, let column, let message) {
      throw failure("column \(column): \(message)")
    }
    guard let members = value.objectValue else { throw failure("expected an object") }
    if let key = members.keys.sorted().first(where: { !keys.contains($0) }) {
      throw failure(
        "has a key `\(key)` that nothing reads; the keys are \(keys.joined(separator: ", "))")
    }
    guard let shows = members["shows"]?.objectValue else {
      throw failure("needs `shows`, the texts that the judge is shown, by path")
    }
    let fields = try shows.sorted { $0.key < $1.key }.map { path, text in
      guard let text = text.stringValue else { throw failure("`shows.\(path)` must be text") }
      return JudgeRequest.Field(path: path, text: text)
    }
    var judge: String?
    if let value = members["judge"] {
      guard let name = value.stringValue else { throw failure("`judge` must be a name") }
      judge = name
    }
    return LabelledExample(
      judge: judge, shows: fields, label: try label(members["label"], failure), line: line)
  }

  private static func label(
    _ value: JSONValue?, _ failure: (String) -> JudgeError
  ) throws -> String? {
    switch value {
    case nil, .null?, .string("")?: return nil
    case .string(let label)?: return label
    case .number(let number)?: return VerdictReader.short(number)
    default: throw failure("`label` must be a word or a number")
    }
  }
}
