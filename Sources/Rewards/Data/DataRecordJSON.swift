/// How a record is spelled in JSON (keys in snake case, as published).
extension DataRecord: Codable {
  /// What is wrong with one column of a record.
  struct ColumnError: Error {
    var field: String
    var message: String
  }

  public init(from decoder: any Decoder) throws {
    let value = try JSONValue(from: decoder)
    do {
      try self.init(json: value)
    } catch let error as ColumnError {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath, debugDescription: "`\(error.field)`: \(error.message)"))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    try json.encode(to: encoder)
  }

  /// Reads one JSON object; throws `ColumnError` for the first column that is missing or of
  /// another type.
  ///
  /// - Parameter media: what the record may say of its media.
  init(json: JSONValue, media: RecordMedia = .stated) throws {
    guard var columns = json.objectValue else {
      throw ColumnError(
        field: "(whole record)", message: "expected an object, found \(json.typeName)")
    }
    func take(_ field: String) throws -> String? {
      switch columns.removeValue(forKey: field) {
      case nil, .null?: return nil
      case .string(let text)?: return text
      case let other?:
        throw ColumnError(field: field, message: "expected a string, found \(other.typeName)")
      }
    }
    func require(_ field: String) throws -> String {
      guard let text = try take(field) else {
        throw ColumnError(field: field, message: "this column is required")
      }
      guard !text.isEmpty else { throw ColumnError(field: field, message: "is empty") }
      return text
    }
    let problem = try require("problem")
    let path = try take("path") ?? ""
    let dataType = try media.dataType(stated: try take("data_type"), path: path)
    let problemType = try require("problem_type")
    let solution = try take("solution") ?? ""
    var answer = try take("answer") ?? ""
    if answer.isEmpty { answer = Self.untagged(solution) }
    guard !answer.isEmpty else {
      throw ColumnError(field: "answer", message: "neither `answer` nor `solution` holds one")
    }
    let identifier = columns.removeValue(forKey: "problem_id")
    let optionColumn = columns.removeValue(forKey: "options") ?? .null
    guard let options = OptionList.parse(optionColumn) else {
      throw ColumnError(
        field: "options", message: "expected a list of strings, or a string that holds one")
    }
    self.init(
      problemID: try Self.identifier(identifier), problem: problem, options: options,
      answer: answer, path: path, dataType: dataType, problemType: problemType,
      dataSource: try take("data_source") ?? "", observation: try take("observation") ?? "",
      process: try take("process") ?? "", output: try take("output") ?? "",
      family: try take("family") ?? "", spans: try Self.spans(columns.removeValue(forKey: "spans")),
      passages: try Self.passages(columns.removeValue(forKey: "passages")))
    if !solution.isEmpty { self.solution = solution }
    self.extra = columns
  }

  /// The record as a JSON object, with every column that is not empty.
  var json: JSONValue {
    var columns = extra
    let texts = [
      "problem_id": problemID, "problem": problem, "solution": solution, "answer": answer,
      "path": path, "data_source": dataSource, "data_type": dataType, "problem_type": problemType,
      "observation": observation, "process": process, "output": output, "family": family,
    ]
    for (field, text) in texts where !text.isEmpty { columns[field] = .string(text) }
    columns["options"] = .array(options.map(JSONValue.string))
    columns["passages"] = passages.map { .array($0.map(JSONValue.string)) }
    if !spans.isEmpty {
      columns["spans"] = .array(
        spans.map {
          .object(["label": .string($0.label), "start": .number($0.start), "end": .number($0.end)])
        })
    }
    return .object(columns)
  }

  /// What stands in the first `<answer>` tag of a solution, or the solution when it has no tag.
  private static func untagged(_ solution: String) -> String {
    guard let open = solution.range(of: "<answer>") else { return solution.trimmingWhitespace }
    let inner = solution[open.upperBound...]
    let end = inner.range(of: "</answer>")?.lowerBound ?? inner.endIndex
    return String(inner[..<end]).trimmingWhitespace
  }

  private static func identifier(_ value: JSONValue?) throws -> String {
    switch value {
    case nil, .null?: return ""
    case .string(let text)?: return text
    case .number(let number)? where number == number.rounded() && abs(number) < 9e15:
      return String(Int64(number))
    case let other?:
      throw ColumnError(
        field: "problem_id", message: "expected a string or an integer, found \(other.typeName)")
    }
  }

  private static func passages(_ value: JSONValue?) throws -> [String]? {
    guard let value, value != .null else { return nil }
    let passages = value.arrayValue?.compactMap(\.stringValue)
    guard let passages, passages.count == value.arrayValue?.count else {
      throw ColumnError(field: "passages", message: "expected a list of strings")
    }
    return passages
  }

  private static func spans(_ value: JSONValue?) throws -> [Span] {
    guard let value, value != .null else { return [] }
    guard let elements = value.arrayValue else {
      throw ColumnError(field: "spans", message: "expected a list, found \(value.typeName)")
    }
    return try elements.map { element in
      guard let label = element["label"]?.stringValue, let start = element["start"]?.doubleValue,
        let end = element["end"]?.doubleValue, start <= end
      else {
        throw ColumnError(
          field: "spans", message: "expected {label, start, end} in seconds with start <= end")
      }
      return Span(label: label, start: start, end: end)
    }
  }
}
