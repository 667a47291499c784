/// How a file calls what records are made of: benchmarks have columns of their own, such as `question` and `video`.
public struct RecordNames: Sendable, Hashable {
  /// The columns that a file may call otherwise.
  public static let columns = [
    "problem_id", "problem", "options", "answer", "path", "problem_type", "data_source", "family",
  ]

  /// The file's name of a column, by ours.
  public var names: [String: String]
  /// The task type of records that say none; where they have options it is multiple choice.
  public var problemType: String?

  public init(_ names: [String: String] = [:], problemType: String? = nil) {
    self.names = names
    self.problemType = problemType
  }

  /// The record with our names. Numbers become text, as benchmarks write answers and identifiers as either.
  func renamed(_ value: JSONValue) -> JSONValue {
    guard var columns = value.objectValue, !(names.isEmpty && problemType == nil) else {
      return value
    }
    let written = columns
    for name in names.values { columns[name] = nil }
    for (column, name) in names { columns[column] = written[name].map(Self.text) }
    if problemType != nil, Self.isEmpty(columns["problem_type"]) {
      let options = columns["options"].flatMap(OptionList.parse) ?? []
      columns["problem_type"] =
        options.isEmpty ? problemType.map(JSONValue.string) : .string("multiple choice")
    }
    return .object(columns)
  }

  private static func text(_ value: JSONValue) -> JSONValue {
    switch value {
    case .number, .bool: (try? JSONText.write(value)).map(JSONValue.string) ?? value
    default: value
    }
  }

  private static func isEmpty(_ value: JSONValue?) -> Bool {
    switch value {
    case nil, .null?, .string("")?: true
    default: false
    }
  }
}
