import Foundation
import Rewards

/// Files of lines that commands read: from a path, or from standard input as `-`.
enum TextFile {
  /// - Throws: `RewardError.recordFile` for a file that cannot be read, or is no UTF-8 text.
  static func read(_ path: String) throws -> String {
    let data: Data
    if path == "-" {
      data = FileHandle.standardInput.readDataToEndOfFile()
    } else {
      do {
        data = try Data(contentsOf: URL(fileURLWithPath: path))
      } catch {
        throw RewardError.recordFile(
          path: path, message: "cannot be read: \(error.localizedDescription)")
      }
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw RewardError.recordFile(path: path, message: "is not UTF-8 text")
    }
    return text
  }
}

/// Results of commands for programs.
enum JSONOutput {
  /// Keys are sorted and spelt with underscores.
  static func text(_ value: some Encodable) throws -> String {
    try encoded(value, [.prettyPrinted])
  }

  /// The same in one line.
  static func line(_ value: some Encodable) throws -> String { try encoded(value, []) }

  private static func encoded(
    _ value: some Encodable, _ formatting: JSONEncoder.OutputFormatting
  ) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = formatting.union([.sortedKeys, .withoutEscapingSlashes])
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}
