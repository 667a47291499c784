/// Values as a recipe writes them.
extension SettingValue {
  /// On one line, readable by the type that gave the value.
  public var recipeText: String {
    switch self {
    case .none: return "none"
    case .string(let text): return RecipeText.string(text)
    case .boolean(let value): return value ? "true" : "false"
    case .integer(let value): return "\(value)"
    case .number(let value): return RecipeText.number(value)
    case .quantity(let value): return "\(value)"
    case .window(let value): return "\(value)"
    case .path(.word(let word)): return word
    case .path(.file(let written, _)): return RecipeText.string(written)
    case .template(let template): return RecipeText.string(template.text)
    case .expression(let expression): return RecipeText.string(expression.text)
    case .schedule(let schedule): return schedule.recipeText
    case .position(let position): return "\(position)"
    case .list(let items):
      return "[" + items.map(\.value.recipeText).joined(separator: ", ") + "]"
    case .record(let record):
      let entries = record.keys.compactMap { key in
        record.setting(key).map { "\(RecipeText.string(key)): \($0.value.recipeText)" }
      }
      return "{" + entries.joined(separator: ", ") + "}"
    }
  }
}

/// Scalars that every YAML reader reads alike.
enum RecipeText {
  /// The shortest number that reads back equal. An exponent has a point and a sign.
  static func number(_ value: Double) -> String {
    let text = value == 0 && value.sign == .minus ? "-0.0" : shortText(value)
    guard let mark = text.firstIndex(of: "e") else { return text }
    var mantissa = String(text[..<mark])
    if !mantissa.contains(".") { mantissa += ".0" }
    let exponent = text[text.index(after: mark)...]
    let isSigned = exponent.hasPrefix("-") || exponent.hasPrefix("+")
    return "\(mantissa)e\(isSigned ? "" : "+")\(exponent)"
  }

  /// Plain where that reads as the same text in block and flow style, else in double quotes.
  static func string(_ text: String) -> String {
    isPlain(text) ? text : quoted(text)
  }

  private static func isPlain(_ text: String) -> Bool {
    guard let first = text.utf8.first, let last = text.utf8.last, last != .space,
      first.isNamePart || first == .dot || first == UInt8(ascii: "/"),
      PlainScalar(text) == .text
    else { return false }
    var previous: UInt8 = 0
    for byte in text.utf8 {
      let isSafe =
        byte.isNamePart || byte == .space || byte == .dot || "+-*/<>=()".utf8.contains(byte)
      guard isSafe, !(byte == .space && previous == .space) else { return false }
      previous = byte
    }
    return true
  }

  /// In double quotes, with the escapes of YAML; `${` stays literal.
  static func quoted(_ text: String) -> String { json(text.replacing("${", with: "$${")) }

  /// A string of JSON, which is one of YAML too.
  static func json(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      default:
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
          // What JSON would write as a pair of surrogates stays itself.
          guard scalar.value <= 0xFFFF else {
            result.unicodeScalars.append(scalar)
            continue
          }
          let digits = String(scalar.value, radix: 16, uppercase: true)
          result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        default: result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + "\""
  }
}
