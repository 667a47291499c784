import Foundation

/// Reads a file of one JSON value per line.
public enum JSONLinesReader {
  /// Decodes every line, in order. A last line that is not whole was being written when the run was killed, and
  /// is left out (`LineEnd`); an absent file has no lines.
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

  /// Where a line is.
  struct Place {
    /// In bytes, without its newline.
    var range: Range<Int>
    /// From 1.
    var number: Int
  }

  /// Where the first line that satisfies `condition` starts, in bytes.
  static func offset<Line: Decodable>(
    in url: URL, ofFirst type: Line.Type, where condition: (Line) -> Bool
  ) throws -> UInt64? {
    var found: UInt64?
    try scan(type, in: url) { line, place in
      if condition(line) { found = UInt64(place.range.lowerBound) }
      return found == nil
    }
    return found
  }

  /// Decodes line by line, with the line's place in bytes, until `body` returns false.
  ///
  /// - Returns: The whole file.
  @discardableResult
  static func scan<Line: Decodable>(
    _ type: Line.Type, in url: URL, _ body: (Line, Place) throws -> Bool
  ) throws -> Data {
    guard FileManager.default.fileExists(atPath: url.path) else { return Data() }
    let data = try contents(of: url)
    let decoder = JSONDecoder()
    var start = data.startIndex
    var number = 0
    while start < data.endIndex {
      number += 1
      let newline = data[start...].firstIndex(of: UInt8(ascii: "\n"))
      let end = newline ?? data.endIndex
      let line = data[start..<end]
      let range = start - data.startIndex..<end - data.startIndex
      start = newline.map(data.index(after:)) ?? end
      guard !line.isEmpty else { continue }
      if newline == nil, try LineEnd(line, of: url, number: number) == .unfinished { break }
      let value: Line
      do {
        value = try decoder.decode(Line.self, from: line)
      } catch {
        throw ExperimentError.malformed(
          file: url.path, line: number, reason: reason(of: error))
      }
      do {
        guard try body(value, Place(range: range, number: number)) else { return data }
      } catch let damage as LineDamage {
        throw ExperimentError.malformed(file: url.path, line: number, reason: damage.reason)
      }
    }
    return data
  }

  /// All of a plain file.
  private static func contents(of url: URL) throws -> Data {
    var status = stat()
    // A pipe would be waited for.
    guard stat(url.path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw ExperimentError.cannotRead(file: url.path, reason: "it is no plain file")
    }
    do {
      return try Data(contentsOf: url, options: .mappedIfSafe)
    } catch {
      throw ExperimentError.cannotRead(file: url.path, reason: error.localizedDescription)
    }
  }

  /// What a decoding error says, in one phrase.
  static func reason(of error: any Error) -> String {
    switch error {
    case DecodingError.keyNotFound(let key, _):
      return "'\(key.stringValue)' is missing"
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
      let path = context.codingPath.map(\.stringValue).joined(separator: ".")
      return path.isEmpty ? "it is not the expected kind of value" : "'\(path)' has the wrong type"
    case DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty:
      let path = context.codingPath.map(\.stringValue).joined(separator: ".")
      return "'\(path)': \(context.debugDescription)"
    default:
      return "it is not JSON"
    }
  }
}
