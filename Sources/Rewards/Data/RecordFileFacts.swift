import Foundation
import RecipeLanguage
import Synchronization

/// Facts about files of records, often with text in every column.
///
/// The file is scanned once when something is first asked. Small files are read whole; of larger ones
/// a fixed choice of records stands for all.
public final class RecordFileFacts: DataFacts {
  /// How much is read.
  public struct Limits: Sendable {
    /// Up to here every record is read.
    public var whole = 20_000
    /// Of a larger file, this many.
    public var sample = 5_000
    /// Items compared with those of other files.
    public var compared = 50_000
    /// Distinct values kept per column.
    public var values = 64

    public init() {}
  }

  private let path: String
  /// As the recipe names it.
  private let name: String
  /// Nil where every record is text.
  private let folders: MediaFolders?
  private let types: [String: ColumnType]
  private let names: RecordNames
  private let limits: Limits
  private let contents = Mutex<Result<Contents, Reason>?>(nil)

  private struct Contents {
    /// Every record, as the file and the place in it.
    var elements: [(text: RecordText, index: Int)]
    /// The records that stand for all, with their places.
    var read: [(index: Int, columns: [String: JSONValue])]
  }

  private struct Reason: Error {
    var text: String
  }

  /// - Parameters:
  ///   - path: the file, or a folder of them.
  ///   - name: what messages call it.
  ///   - folders: where its media paths start from; nil where every record is text.
  ///   - types: of columns that hold text and mean something else.
  ///   - names: what the file calls its columns.
  public init(
    path: String, name: String, folders: MediaFolders?, types: [String: ColumnType] = [:],
    names: RecordNames = RecordNames(), limits: Limits = Limits()
  ) {
    self.types = types
    self.names = names
    self.path = path
    self.name = name
    self.folders = folders
    self.limits = limits
  }

  public var framePixels: Int? { nil }
  public var hasMedia: Bool { folders != nil }

  public func recordCount() -> Fact<Int> { fact { $0.elements.count } }

  public func columns() -> Fact<[String: ColumnFacts]> {
    fact { contents in
      var columns = Set(contents.read.flatMap { $0.columns.keys })
      // The loader takes an answer out of its tag.
      if columns.contains("solution") { columns.insert("answer") }
      return Dictionary(
        uniqueKeysWithValues: columns.map { column in
          (column, facts(of: column, contents.read.map(\.columns)))
        })
    }
  }

  public func sample(_ limit: Int) -> Fact<[DataRecord]> {
    switch read() {
    case .failure(let reason): return .unknown(reason.text)
    case .success(let contents):
      let chosen = Choice.indices(of: contents.read.count, at: most(limit))
      let records = chosen.compactMap {
        try? DataRecord(
          json: .object(contents.read[$0].columns), media: folders == nil ? .none : .stated)
      }
      return records.isEmpty ? .unknown("no record of \(name) can be used") : .known(records)
    }
  }

  public func itemDigests() -> Fact<Set<String>> {
    switch read() {
    case .failure(let reason): return .unknown(reason.text)
    case .success(let contents):
      let count = contents.elements.count
      guard count <= limits.compared else {
        return .unknown("\(name) has \(count) records, and at most \(limits.compared) are compared")
      }
      let all =
        contents.read.count == count
        ? contents.read.map(\.columns) : contents.elements.compactMap { parse($0.text, $0.index) }
      return .known(Set(all.compactMap(digest)))
    }
  }

  /// The mean of the column `pass_rate`, where the file has one.
  public func passRate() -> Fact<Double> {
    switch read() {
    case .failure(let reason): return .unknown(reason.text)
    case .success(let contents):
      let rates = contents.read.compactMap { record -> Double? in
        let value = record.columns["pass_rate"]
        let rate = value?.doubleValue ?? value?.stringValue.flatMap { Double($0) }
        return rate.flatMap { (0...1).contains($0) ? $0 : nil }
      }
      guard !rates.isEmpty else { return .inapplicable }
      return .known(rates.reduce(0, +) / Double(rates.count))
    }
  }

  private func fact<Value>(_ value: (Contents) -> Value) -> Fact<Value> {
    switch read() {
    case .success(let contents): .known(value(contents))
    case .failure(let reason): .unknown(reason.text)
    }
  }

  private func most(_ limit: Int) -> Int { min(limit, limits.whole) }

  private func read() -> Result<Contents, Reason> {
    contents.withLock { known in
      if let known { return known }
      let result = load()
      known = result
      return result
    }
  }

  private func load() -> Result<Contents, Reason> {
    guard FileManager.default.fileExists(atPath: path) else {
      return .failure(Reason(text: "\(name) is not here"))
    }
    let texts: [RecordText]
    do {
      texts = try RecordText.files(at: URL(fileURLWithPath: path)).map {
        try RecordText(contentsOf: $0)
      }
    } catch RewardError.recordFile(_, let message) {
      return .failure(Reason(text: "\(name): \(message)"))
    } catch {
      return .failure(Reason(text: "\(name) cannot be read"))
    }
    if let cut = texts.first(where: \.isCut) {
      return .failure(
        Reason(text: "\(name) is cut short after \(cut.elements.count) whole records"))
    }
    let elements = texts.flatMap { text in text.elements.indices.map { (text: text, index: $0) } }
    let limit = elements.count <= limits.whole ? elements.count : limits.sample
    let read = Choice.indices(of: elements.count, at: limit).compactMap { index in
      parse(elements[index].text, elements[index].index).map { (index: index, columns: $0) }
    }
    return .success(Contents(elements: elements, read: read))
  }

  private func parse(_ text: RecordText, _ index: Int) -> [String: JSONValue]? {
    guard var columns = (try? text.value(index)).map(names.renamed)?.objectValue else { return nil }
    for (column, type) in types {
      if let converted = columns[column].flatMap(type.convert) { columns[column] = converted }
    }
    return columns
  }

  private func facts(of column: String, _ records: [[String: JSONValue]]) -> ColumnFacts {
    var kinds: Set<ColumnFacts.Kind> = []
    var values: Set<String> = []
    var missing = 0
    for record in records {
      let value = self.value(of: column, record)
      guard let kind = kind(of: value, column) else {
        missing += 1
        continue
      }
      kinds.insert(kind)
      if values.count <= limits.values { values.insert(text(of: value)) }
    }
    return ColumnFacts(
      kinds.count == 1 ? kinds.first ?? .mixed : .mixed,
      values: values.count <= limits.values ? values.sorted() : nil, missing: missing)
  }

  private func value(of column: String, _ record: [String: JSONValue]) -> JSONValue {
    let value = record[column] ?? .null
    if column == "answer", value == .null || value == .string("") {
      return record["solution"] ?? .null
    }
    return value
  }

  /// Nil for what counts as absent.
  private func kind(of value: JSONValue, _ column: String) -> ColumnFacts.Kind? {
    if column == "options", let options = OptionList.parse(value) {
      return options.isEmpty ? nil : .list
    }
    switch value {
    case .null, .string(""): return nil
    case .string: return .text
    case .number: return .number
    case .bool: return .boolean
    case .array(let items): return items.isEmpty ? nil : .list
    case .object: return .mixed
    }
  }

  private func text(of value: JSONValue) -> String {
    value.stringValue ?? (try? JSONText.write(value)) ?? ""
  }

  /// The question with its blanks evened out, and where its media lie.
  private func digest(_ record: [String: JSONValue]) -> String? {
    guard let problem = record["problem"]?.stringValue else { return nil }
    let question = problem.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    guard let folders, let path = record["path"]?.stringValue, !path.isEmpty else {
      return record["data_type"]?.stringValue == DataRecord.text || folders == nil ? question : nil
    }
    let source = record["data_source"]?.stringValue ?? ""
    let place = folders.file(path, of: source).standardizedFileURL.path
    return "\(question)\u{0}\(place)"
  }
}

/// A fixed choice that looks like chance.
private enum Choice {
  /// `limit` of the numbers below `count`, ascending; all of them when there are no more.
  static func indices(of count: Int, at limit: Int) -> [Int] {
    guard count > limit else { return Array(0..<count) }
    var state: UInt64 = 0x5EED
    var chosen: Set<Int> = []
    while chosen.count < limit {
      // SplitMix64 (Steele, Lea, Flood 2014).
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      chosen.insert(Int((mixed ^ (mixed >> 31)) % UInt64(count)))
    }
    return chosen.sorted()
  }
}
