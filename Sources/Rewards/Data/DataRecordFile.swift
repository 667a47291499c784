import Foundation

/// Files of records: a JSON list of objects.
extension DataRecord {
  /// Reads every record of a file. Throws `RewardError.recordFile` when the file cannot be read or
  /// is not a JSON list, and `RewardError.record` (with the entry and the column) for the first
  /// record that cannot be used.
  public static func load(_ url: URL) throws -> [DataRecord] {
    let bytes: [UInt8]
    do {
      bytes = Array(try Data(contentsOf: url))
    } catch {
      throw RewardError.recordFile(
        path: url.path, message: "cannot be read: \(error.localizedDescription)")
    }
    let value: JSONValue
    do {
      value = try JSONText.parse(bytes)
    } catch let error as RewardError {
      throw RewardError.recordFile(path: url.path, message: error.description)
    }
    guard let elements = value.arrayValue else {
      throw RewardError.recordFile(
        path: url.path, message: "expected a list of records, found \(value.typeName)")
    }
    return try elements.enumerated().map { index, element in
      do {
        return try DataRecord(json: element)
      } catch let error as ColumnError {
        throw RewardError.record(
          path: url.path, index: index, field: error.field, message: error.message)
      }
    }
  }

  /// Writes records as a JSON list, one record per line with sorted keys, replacing the file at
  /// once (a reader sees the old file or the new one).
  public static func save(_ records: [DataRecord], to url: URL) throws {
    let lines = try records.map { try JSONText.write($0.json) }
    let text = lines.isEmpty ? "[]\n" : "[\n" + lines.joined(separator: ",\n") + "\n]\n"
    do {
      try Data(text.utf8).write(to: url, options: .atomic)
    } catch {
      throw RewardError.recordFile(
        path: url.path, message: "cannot be written: \(error.localizedDescription)")
    }
  }
}
