import Foundation

/// How files of records are read.
public struct RecordRules: Sendable {
  /// What becomes of a record that cannot be used.
  public enum Unusable: String, CaseIterable, Sendable {
    /// It is an error.
    case stop
    /// It is left out and reported.
    case drop
  }

  public var unusable = Unusable.stop
  /// Types of columns that the record itself has none for.
  public var types: [String: ColumnType] = [:]
  /// What records may say of their media.
  public var media = RecordMedia.stated
  /// What the file calls its columns.
  public var names = RecordNames()
  /// Where a record's media are; nil where nobody needs them.
  public var mediaFile: (@Sendable (DataRecord) -> URL)?

  public init(
    unusable: Unusable = .stop, types: [String: ColumnType] = [:],
    names: RecordNames = RecordNames(), media: RecordMedia = .stated,
    mediaFile: (@Sendable (DataRecord) -> URL)? = nil
  ) {
    self.unusable = unusable
    self.types = types
    self.names = names
    self.media = media
    self.mediaFile = mediaFile
  }
}

/// Files of records: JSON lists of objects or JSON lines, plain or gzip.
extension DataRecord {
  /// Reads every record of a file. Throws `RewardError.recordFile` when the file cannot be read or
  /// is not a JSON list, and `RewardError.record` (with the entry and the column) for the first
  /// record that cannot be used.
  public static func load(_ url: URL) throws -> [DataRecord] {
    try read(url, RecordRules()).records
  }

  /// Reads the records of a file, or of all files of records in a folder by name, and says what was left out.
  ///
  /// - Throws: `RewardError.recordFile` for a file that cannot be read at all. Under `unusable: .stop` also for one that
  ///   is cut short, and `RewardError.record` for the first record that cannot be used; an unknown task type is then
  ///   left to the rewards, which may not ask for it.
  public static func read(
    _ url: URL, _ rules: RecordRules
  ) throws -> (records: [DataRecord], report: RecordReport) {
    var records: [DataRecord] = []
    var report = RecordReport()
    for file in try RecordText.files(at: url) {
      let text = try RecordText(contentsOf: file)
      if text.isCut {
        let message = "it is cut short after \(text.elements.count) whole records"
        guard rules.unusable == .drop else {
          throw RewardError.recordFile(path: text.path, message: message)
        }
        report.drop(.cut, "\(text.path): \(message)")
      }
      for index in text.elements.indices {
        do {
          records.append(try text.record(index, rules))
        } catch let problem as RecordProblem {
          guard rules.unusable == .drop else {
            if problem.flaw == .notJSON { try text.parseWhole() }
            throw problem.error(text.path, index)
          }
          report.drop(problem.flaw, "\(problem.error(text.path, index))")
        }
      }
    }
    report.kept = records.count
    return (records, report)
  }

  /// The text of a file of records, unpacked where it is gzip.
  ///
  /// - Throws: `RewardError.recordFile`.
  public static func text(of url: URL) throws -> Data { try RecordText(contentsOf: url).data }

  /// The record files at a place: the file itself; in a folder every file of records, by name.
  public static func files(at url: URL) throws -> [URL] { try RecordText.files(at: url) }

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

/// Why one record cannot be used.
private struct RecordProblem: Error {
  var flaw: RecordFlaw
  /// The column; empty where there are none to speak of.
  var field: String
  var message: String

  func error(_ path: String, _ index: Int) -> RewardError {
    field.isEmpty
      ? .recordFile(path: path, message: message)
      : .record(path: path, index: index, field: field, message: message)
  }
}

extension RecordText {
  /// - Throws: `RecordProblem`.
  fileprivate func record(_ index: Int, _ rules: RecordRules) throws -> DataRecord {
    let range = elements[index]
    let bytes = data[data.startIndex + range.lowerBound..<data.startIndex + range.upperBound]
    guard String(validating: bytes, as: UTF8.self) != nil else {
      throw RecordProblem(
        flaw: .notUTF8, field: "(whole record)", message: "its text is not UTF-8")
    }
    let value: JSONValue
    do {
      value = try self.value(index)
    } catch {
      throw RecordProblem(flaw: .notJSON, field: "", message: "\(error)")
    }
    var record: DataRecord
    do {
      record = try DataRecord(json: rules.names.renamed(value), media: rules.media)
      try record.convert(rules.types)
    } catch let error as DataRecord.ColumnError {
      let name = rules.names.names[error.field] ?? error.field
      throw RecordProblem(flaw: .column, field: name, message: error.message)
    }
    try record.check(rules)
    return record
  }
}

extension DataRecord {
  /// Gives columns the types that the file does not.
  fileprivate mutating func convert(_ types: [String: ColumnType]) throws(ColumnError) {
    for (column, type) in types.sorted(by: { $0.key < $1.key }) {
      guard let value = extra[column] else { continue }
      guard let converted = type.convert(value) else {
        throw ColumnError(
          field: column,
          message: "`\(value.stringValue ?? value.typeName)` is no \(type.rawValue)")
      }
      extra[column] = converted
    }
  }

  fileprivate func check(_ rules: RecordRules) throws(RecordProblem) {
    if problemType == "multiple choice", !options.isEmpty,
      OptionAnswer.index(of: answer, in: options) == nil
    {
      throw RecordProblem(
        flaw: .answer, field: "answer",
        message: "`\(answer)` is none of the options \(options.joined(separator: " | "))")
    }
    if rules.unusable == .drop, !TaskAccuracy.problemTypes.contains(problemType) {
      throw RecordProblem(
        flaw: .task, field: "problem_type",
        message: "no accuracy measure for problem type `\(problemType)`")
    }
    if hasMedia, let file = rules.mediaFile?(self),
      !FileManager.default.fileExists(atPath: file.path)
    {
      throw RecordProblem(
        flaw: .media, field: "path", message: "there is no file \(file.relativePath)")
    }
  }
}
