import Foundation

/// A JSON document as this package's files need it: object members keep their order, whole numbers
/// stay exact, and a repeated key is an error (RFC 8259 leaves it open, safetensors forbids it).
indirect enum JSONValue: Sendable, Hashable {
  case null
  case boolean(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([Member])

  struct Member: Sendable, Hashable {
    var key: String
    var value: JSONValue

    init(_ key: String, _ value: JSONValue) {
      self.key = key
      self.value = value
    }
  }

  /// The word for this kind of value in an error message.
  var kind: String {
    switch self {
    case .null: "null"
    case .boolean: "a boolean"
    case .integer: "an integer"
    case .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }

  /// The member with this key; nil for an absent key and for anything but an object.
  subscript(key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.key == key }?.value
  }
}

extension JSONValue {
  /// The document as text: two spaces per level, members in their order, a newline at the end.
  /// Numbers are the shortest text that reads back as the same number.
  var text: String {
    var out = ""
    write(to: &out, indentation: 0)
    return out + "\n"
  }

  private func write(to out: inout String, indentation: Int) {
    switch self {
    case .null: out += "null"
    case .boolean(let value): out += value ? "true" : "false"
    case .integer(let value): out += String(value)
    case .number(let value): out += value.isFinite ? "\(value)" : "null"
    case .string(let value): JSONValue.write(value, to: &out)
    case .array(let values):
      JSONValue.writeList(values, brackets: ("[", "]"), to: &out, indentation) { value, out in
        value.write(to: &out, indentation: indentation + 1)
      }
    case .object(let members):
      JSONValue.writeList(members, brackets: ("{", "}"), to: &out, indentation) { member, out in
        JSONValue.write(member.key, to: &out)
        out += ": "
        member.value.write(to: &out, indentation: indentation + 1)
      }
    }
  }

  private static func writeList<Element>(
    _ elements: [Element], brackets: (String, String), to out: inout String, _ indentation: Int,
    writeElement: (Element, inout String) -> Void
  ) {
    out += brackets.0
    for (index, element) in elements.enumerated() {
      out += index == 0 ? "\n" : ",\n"
      out += String(repeating: "  ", count: indentation + 1)
      writeElement(element, &out)
    }
    if !elements.isEmpty { out += "\n" + String(repeating: "  ", count: indentation) }
    out += brackets.1
  }

  private static func write(_ string: String, to out: inout String) {
    out += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\r": out += "\\r"
      case "\t": out += "\\t"
      default:
        if scalar.value < 0x20 || scalar.value == 0x7F {
          let digits = String(scalar.value, radix: 16)
          out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        } else {
          out.unicodeScalars.append(scalar)
        }
      }
    }
    out += "\""
  }
}
