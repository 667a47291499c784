import Foundation

/// A response that was sampled elsewhere and kept: one line of a responses file
/// (`grammar/score.md`).
public struct StoredResponse: Hashable, Sendable {
  public enum Content: Hashable, Sendable {
    case text(String)
    case tokens([Int])
  }

  /// Responses of one group answer one prompt.
  public var group: String
  public var content: Content
  /// Whether it was cut at the limit on new tokens (`finish: length`).
  public var isTruncated: Bool
  /// What judges said of it, by judge: no judge that is named here is asked again.
  public var verdicts: [String: Double]
  /// Line of the file, from 1.
  public var line: Int
}

/// Stored responses by group, in the order of the file.
public struct StoredGroup: Hashable, Sendable {
  public var name: String
  /// The record the prompt was made from.
  public var item: DataRecord
  public var responses: [StoredResponse]

  /// Reads JSON lines, `{"group": …, "item": {…}, "text": … | "token_ids": […], "finish": "stop" |
  /// "length", "verdicts": {…}}`. The item is needed once per group.
  ///
  /// - Throws: `RewardError.line` for the first line that cannot be used.
  public static func read(_ text: String, path: String) throws -> [StoredGroup] {
    var groups: [StoredGroup] = []
    var places: [String: Int] = [:]
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() where !line.allSatisfy(\.isWhitespace) {
      var reader = try LineReader(line, path: path, line: index + 1)
      let response = try reader.response()
      let item = try reader.item()
      try reader.finish()
      if let place = places[response.group] {
        if let item, item != groups[place].item {
          throw reader.error("`item` is another one than in the first line of the group")
        }
        groups[place].responses.append(response)
      } else {
        guard let item else {
          throw reader.error("the first line of a group needs `item`, the record of its question")
        }
        places[response.group] = groups.count
        groups.append(StoredGroup(name: response.group, item: item, responses: [response]))
      }
    }
    guard !groups.isEmpty else {
      throw RewardError.recordFile(path: path, message: "holds no response")
    }
    return groups
  }
}

/// One line of a responses file. Every key is used or is an error.
private struct LineReader {
  private var members: [String: JSONValue]
  private let path: String
  private let line: Int

  init(_ text: Substring, path: String, line: Int) throws {
    self.path = path
    self.line = line
    let value: JSONValue
    do {
      value = try JSONText.parse(Array(text.utf8))
    } catch RewardError.json(_, let column, let message) {
      throw RewardError.line(path: path, line: line, message: "column \(column): \(message)")
    }
    guard let members = value.objectValue else {
      throw RewardError.line(
        path: path, line: line, message: "expected an object, found \(value.typeName)")
    }
    self.members = members
  }

  func error(_ message: String) -> RewardError {
    .line(path: path, line: line, message: message)
  }

  mutating func response() throws -> StoredResponse {
    StoredResponse(
      group: try group(), content: try content(), isTruncated: try isTruncated(),
      verdicts: try verdicts(), line: line)
  }

  private mutating func group() throws -> String {
    switch members.removeValue(forKey: "group") {
    case .string(let name)? where !name.isEmpty: return name
    case .number(let number)? where number == number.rounded() && abs(number) < 9e15:
      return String(Int64(number))
    case nil: throw error("needs `group`: responses of one group answer one prompt")
    case let other?: throw error("`group` must be text or a whole number, not \(other.typeName)")
    }
  }

  private mutating func content() throws -> StoredResponse.Content {
    switch (members.removeValue(forKey: "text"), members.removeValue(forKey: "token_ids")) {
    case (.string(let text)?, nil): return .text(text)
    case (nil, .array(let values)?):
      return .tokens(
        try values.map { value in
          guard let number = value.doubleValue, let id = Int(exactly: number), id >= 0 else {
            throw error("`token_ids` must be whole numbers from 0")
          }
          return id
        })
    case (nil, nil): throw error("needs the response, as `text` or as `token_ids`")
    case (_?, _?): throw error("has both `text` and `token_ids`; keep one of them")
    case (let text?, nil): throw error("`text` must be a string, not \(text.typeName)")
    case (nil, let ids?): throw error("`token_ids` must be a list, not \(ids.typeName)")
    }
  }

  private mutating func isTruncated() throws -> Bool {
    switch members.removeValue(forKey: "finish") {
    case nil, .string("stop")?: return false
    case .string("length")?: return true
    default: throw error("`finish` must be \"stop\" or \"length\"")
    }
  }

  private mutating func verdicts() throws -> [String: Double] {
    guard let value = members.removeValue(forKey: "verdicts") else { return [:] }
    guard let scores = value.objectValue?.compactMapValues(\.doubleValue),
      scores.count == value.objectValue?.count
    else { throw error("`verdicts` must be an object of scores by judge") }
    return scores
  }

  mutating func item() throws -> DataRecord? {
    guard let value = members.removeValue(forKey: "item") else { return nil }
    do {
      return try DataRecord(json: value, media: .unread)
    } catch let problem as DataRecord.ColumnError {
      throw error("`item.\(problem.field)`: \(problem.message)")
    }
  }

  func finish() throws {
    guard let key = members.keys.sorted().first else { return }
    throw error(
      "has a key `\(key)` that nothing reads; the keys are group, item, text, token_ids, finish "
        + "and verdicts")
  }
}
