import Foundation

/// Reads a file of one JSON value per line.
public enum JSONLinesReader {
  /// Decodes every line, in order. A last line without its newline was being written when the run was
  /// killed, and is left out; an absent file has no lines.
  ///
  /// - Throws: `ExperimentError.malformed` with the line, `.cannotRead`.
  public static func read<Line: Decodable>(_ type: Line.Type, from url: URL) throws -> [Line] {
    var lines: [Line] = []
    try forEach(type, in: url) { lines.append($0) }
    return lines
  }

  /// Hands each decoded line to `body` without keeping it: rollouts can be larger than memory.
  public static func forEach<Line: Decodable>(
    _ type: Line.Type, in url: URL, _ body: (Line) throws -> Void
  ) throws {
    try scan(type, in: url) { line, _ in
      try body(line)
      return true
    }
  }

  /// Where the first line that satisfies `condition` starts, in bytes.
  static func offset<Line: Decodable>(
    in url: URL, ofFirst type: Line.Type, where condition: (Line) -> Bool
  ) throws -> UInt64? {
    var found: UInt64?
    try scan(type, in: url) { line, range in
      if condition(line) { found = UInt64(range.lowerBound) }
      return found == nil
    }
    return found
  }

  /// Decodes line by line, with the line's place in bytes, until `body` returns false.
  ///
  /// - Returns: The whole file.
  @discardableResult
  static func scan<Line: Decodable>(
    _ type: Line.Type, in url: URL, _ body: (Line, Range<Int>) throws -> Bool
  ) throws -> Data {
    guard FileManager.default.fileExists(atPath: url.path) else { return Data() }
    let data: Data
    do {
      data = try Data(contentsOf: url, options: .mappedIfSafe)
    } catch {
      throw ExperimentError.cannotRead(file: url.path, reason: error.localizedDescription)
    }
    let decoder = JSONDecoder()
    var start = data.startIndex
    var number = 0
    while let end = data[start...].firstIndex(of: UInt8(ascii: "\n")) {
      number += 1
      let line = data[start..<end]
      let range = start - data.startIndex..<end - data.startIndex
      start = data.index(after: end)
      guard !line.isEmpty else { continue }
      let value: Line
      do {
        value = try decoder.decode(Line.self, from: line)
      } catch {
        throw ExperimentError.malformed(
          file: url.path, line: number, reason: reason(of: error))
      }
      guard try body(value, range) else { return data }
    }
    return data
  }

  /// What a decoding error says, in one phrase.
  static func reason(of error: any Error) -> String {
    switch error {
    case DecodingError.keyNotFound(let key, _):
      return "'\(key.stringValue)' is missing"
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
      let path = context.codingPath.map(\.stringValue).joined(separator: ".")
      return path.isEmpty ? "it is not the expected kind of value" : "'\(path)' has the wrong type"
    default:
      return "it is not JSON"
    }
  }
}
