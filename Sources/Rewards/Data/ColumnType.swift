/// What a column holds, for files that write every value as text (VIDEOP2R's reinforcement file).
public enum ColumnType: String, CaseIterable, Sendable, Hashable {
  case text, number, boolean

  /// The value in this type: text is read as a number or as `true` or `false` in any case. Null for what is empty; nil
  /// for what is something else.
  func convert(_ value: JSONValue) -> JSONValue? {
    let text: String
    switch value {
    case .null, .string(""): return .null
    case .string(let written): text = written.trimmingWhitespace
    case .number where self == .number, .bool where self == .boolean: return value
    case .number, .bool:
      return self == .text ? (try? JSONText.write(value)).map(JSONValue.string) : nil
    case .array, .object: return nil
    }
    switch self {
    case .text: return value
    case .number: return TaskAccuracy.number(text).map(JSONValue.number)
    case .boolean:
      switch text.lowercased() {
      case "true": return .bool(true)
      case "false": return .bool(false)
      default: return nil
      }
    }
  }
}
