import Foundation

/// A file of records as text, with the place of every record: a JSON list, or JSON lines where its name ends in `.jsonl`
/// or `.ndjson`; plain or gzip, which its first bytes tell.
struct RecordText {
  let path: String
  let data: Data
  let elements: [Range<Int>]
  /// Whether every line is a record.
  let isLines: Bool
  /// Whether the file ends in the middle of its gzip data or of its list. What is whole stands in `elements`.
  let isCut: Bool

  /// - Throws: `RewardError.recordFile` for a file that cannot be read, unpacked, or told apart into records. One that
  ///   is cut short is no error here.
  init(contentsOf url: URL) throws {
    path = url.path
    var data: Data
    do {
      data = try Data(contentsOf: url, options: .mappedIfSafe)
    } catch {
      throw RewardError.recordFile(
        path: url.path, message: "cannot be read: \(error.localizedDescription)")
    }
    var isWhole = true
    if Gzip.isCompressed(data) {
      let inflated = try Gzip.inflate(data, path: url.path)
      isWhole = inflated.isWhole
      data = inflated.data
    }
    self.data = data
    isLines = Self.holdsLines(url)
    if data.isEmpty, !isWhole {
      elements = []
    } else if isLines {
      elements = Self.lines(data, isWhole: isWhole)
    } else if let list = data.withUnsafeBytes({ JSONListScanner.list($0) }) {
      elements = list.elements
      // A list that is not closed ends early, whoever cut it.
      isWhole = isWhole && list.isClosed
    } else {
      throw Self.notAList(data, path: url.path)
    }
    isCut = !isWhole
  }

  /// The record files at a place: the file itself; in a folder every file of records, by name.
  static func files(at url: URL) throws -> [URL] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder),
      isFolder.boolValue
    else { return [url] }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
    let files = names.filter { name in
      [".json", ".jsonl", ".ndjson"].contains { name.hasSuffix($0) || name.hasSuffix($0 + ".gz") }
    }
    guard !files.isEmpty else {
      throw RewardError.recordFile(
        path: url.path, message: "is a folder without files of records (.json, .jsonl, .gz)")
    }
    return files.sorted().map { url.appendingPathComponent($0) }
  }

  /// Reads the text of a list from its beginning, to say where it goes wrong: what is amiss in one record may show
  /// between two.
  ///
  /// - Throws: `RewardError.recordFile` with line and column.
  func parseWhole() throws {
    guard !isLines else { return }
    do {
      _ = try JSONText.parse(Array(data))
    } catch {
      throw RewardError.recordFile(path: path, message: "\(error)")
    }
  }

  /// One record's value.
  ///
  /// - Throws: `RewardError.json` with the line and the column in the file.
  func value(_ index: Int) throws -> JSONValue {
    let range = elements[index]
    let place = data.startIndex + range.lowerBound..<data.startIndex + range.upperBound
    do {
      return try JSONText.parse(Array(data[place]))
    } catch RewardError.json(let line, let column, let message) {
      let before = data[data.startIndex..<place.lowerBound]
      let lines = before.count { $0 == UInt8(ascii: "\n") }
      let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? before.startIndex
      throw RewardError.json(
        line: lines + line, column: line == 1 ? place.lowerBound - start + column : column,
        message: message)
    }
  }

  private static func holdsLines(_ url: URL) -> Bool {
    let file = url.pathExtension == "gz" ? url.deletingPathExtension() : url
    return ["jsonl", "ndjson"].contains(file.pathExtension)
  }

  /// Every line that is not blank; without the last one where the file is cut and that line has no end.
  private static func lines(_ data: Data, isWhole: Bool) -> [Range<Int>] {
    data.withUnsafeBytes { bytes in
      var lines: [Range<Int>] = []
      var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
      while start < bytes.count {
        let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n"))
        if end == nil, !isWhole { break }
        let line = start..<(end ?? bytes.count)
        if !bytes[line].allSatisfy({ [0x20, 0x09, 0x0D].contains($0) }) { lines.append(line) }
        start = line.upperBound + 1
      }
      return lines
    }
  }

  /// What is wrong with a text that is no list.
  private static func notAList(_ data: Data, path: String) -> RewardError {
    do {
      let value = try JSONText.parse(Array(data))
      return .recordFile(
        path: path, message: "expected a list of records, found \(value.typeName)")
    } catch {
      return .recordFile(path: path, message: "\(error)")
    }
  }
}
