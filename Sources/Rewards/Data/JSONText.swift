import Foundation

/// JSON text (RFC 8259) to values and back. Reading is strict and says where it stopped; writing
/// is canonical (sorted keys, integers without a fraction), so equal values give equal bytes.
public enum JSONText {
  /// Reads one value that fills the whole text. Throws `RewardError.json` with line and column.
  public static func parse(_ bytes: [UInt8]) throws -> JSONValue {
    var parser = JSONParser(bytes: bytes)
    return try parser.document()
  }

  /// Writes `value` on one line. Throws for a number that JSON cannot express.
  public static func write(_ value: JSONValue) throws -> String {
    var text = ""
    try write(value, into: &text)
    return text
  }

  private static func write(_ value: JSONValue, into text: inout String) throws {
    switch value {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .number(let value):
      guard value.isFinite else {
        throw RewardError.json(line: 1, column: 1, message: "\(value) has no JSON form")
      }
      let isInteger = value == value.rounded() && abs(value) < 9e15
      text += isInteger ? String(Int64(value)) : "\(value)"
    case .string(let value): write(value, into: &text)
    case .array(let values):
      text += "["
      for (index, element) in values.enumerated() {
        if index > 0 { text += ", " }
        try write(element, into: &text)
      }
      text += "]"
    case .object(let members):
      text += "{"
      for (index, member) in members.sorted(by: { $0.key < $1.key }).enumerated() {
        if index > 0 { text += ", " }
        write(member.key, into: &text)
        text += ": "
        try write(member.value, into: &text)
      }
      text += "}"
    }
  }

  private static func write(_ string: String, into text: inout String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case _ where scalar.value < 0x20:
        text += String(format: "\\u%04x", scalar.value)
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}

/// A recursive descent over bytes, with a limit on depth so that hostile text cannot overflow the
/// stack.
private struct JSONParser {
  let bytes: [UInt8]
  var index = 0
  var depth = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func document() throws -> JSONValue {
    let value = try self.value()
    skipSpace()
    guard index == bytes.count else { throw failure("text after the end of the value") }
    return value
  }

  private func failure(_ message: String, at position: Int? = nil) -> RewardError {
    let end = min(position ?? index, bytes.count)
    let before = bytes[..<end]
    let line = before.count { $0 == 0x0A } + 1
    let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    return .json(line: line, column: end - lineStart + 1, message: message)
  }

  private var current: UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func skipSpace() {
    while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      index += 1
    }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard current == byte else { return false }
    index += 1
    return true
  }

  private mutating func value() throws -> JSONValue {
    skipSpace()
    guard let byte = current else { throw failure("the text ends where a value should be") }
    depth += 1
    defer { depth -= 1 }
    guard depth <= 128 else { throw failure("nested deeper than 128 levels") }
    switch byte {
    case UInt8(ascii: "{"): return try object()
    case UInt8(ascii: "["): return try array()
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return try number()
    }
  }

  private mutating func word(_ word: String, _ value: JSONValue) throws -> JSONValue {
    guard bytes[index...].starts(with: word.utf8) else { throw failure("expected `\(word)`") }
    index += word.utf8.count
    return value
  }

  private mutating func object() throws -> JSONValue {
    index += 1
    var members: [String: JSONValue] = [:]
    skipSpace()
    if take(UInt8(ascii: "}")) { return .object(members) }
    while true {
      skipSpace()
      let start = index
      guard current == UInt8(ascii: "\"") else { throw failure("expected a key in quotes") }
      let key = try string()
      guard members[key] == nil else { throw failure("the key `\(key)` twice", at: start) }
      skipSpace()
      guard take(UInt8(ascii: ":")) else { throw failure("expected `:` after `\(key)`") }
      members[key] = try value()
      skipSpace()
      if take(UInt8(ascii: ",")) { continue }
      guard take(UInt8(ascii: "}")) else { throw failure("expected `,` or `}`") }
      return .object(members)
    }
  }

  private mutating func array() throws -> JSONValue {
    index += 1
    var elements: [JSONValue] = []
    skipSpace()
    if take(UInt8(ascii: "]")) { return .array(elements) }
    while true {
      elements.append(try value())
      skipSpace()
      if take(UInt8(ascii: ",")) { continue }
      guard take(UInt8(ascii: "]")) else { throw failure("expected `,` or `]`") }
      return .array(elements)
    }
  }

  private mutating func number() throws -> JSONValue {
    let start = index
    _ = take(UInt8(ascii: "-"))
    let integer = digits()
    let leadingZero = integer.count > 1 && bytes[integer.lowerBound] == UInt8(ascii: "0")
    guard !integer.isEmpty, !leadingZero else { throw failure("expected a value", at: start) }
    if take(UInt8(ascii: ".")), digits().isEmpty { throw failure("expected a digit") }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      if digits().isEmpty { throw failure("expected a digit") }
    }
    let text = String(decoding: bytes[start..<index], as: UTF8.self)
    guard let value = Double(text), value.isFinite else {
      throw failure("the number \(text) is too large", at: start)
    }
    return .number(value)
  }

  private mutating func digits() -> Range<Int> {
    let start = index
    while let byte = current, byte >= 0x30, byte <= 0x39 { index += 1 }
    return start..<index
  }

  private mutating func string() throws -> String {
    let start = index
    index += 1
    var content: [UInt8] = []
    while let byte = current {
      index += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: content, as: UTF8.self) else {
          throw failure("a string that is not UTF-8", at: start)
        }
        return text
      case UInt8(ascii: "\\"): try escape(into: &content)
      case 0..<0x20: throw failure("a control character in a string", at: index - 1)
      default: content.append(byte)
      }
    }
    throw failure("a string without its closing quote", at: start)
  }

  private mutating func escape(into content: inout [UInt8]) throws {
    guard let byte = current else { throw failure("the text ends in an escape") }
    index += 1
    switch byte {
    case UInt8(ascii: "n"): content.append(0x0A)
    case UInt8(ascii: "t"): content.append(0x09)
    case UInt8(ascii: "r"): content.append(0x0D)
    case UInt8(ascii: "b"): content.append(0x08)
    case UInt8(ascii: "f"): content.append(0x0C)
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(byte)
    case UInt8(ascii: "u"): content.append(contentsOf: try unicodeEscape())
    default: throw failure("an unknown escape in a string", at: index - 1)
    }
  }

  private mutating func unicodeEscape() throws -> [UInt8] {
    let start = index - 2
    var code = try codeUnit()
    if (0xD800..<0xDC00).contains(code) {
      guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
        throw failure("half of a surrogate pair", at: start)
      }
      let low = try codeUnit()
      guard (0xDC00..<0xE000).contains(low) else {
        throw failure("half of a surrogate pair", at: start)
      }
      code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(code) else {
      throw failure("half of a surrogate pair", at: start)
    }
    return Array(String(Character(scalar)).utf8)
  }

  private mutating func codeUnit() throws -> UInt32 {
    let digits = bytes[index..<min(index + 4, bytes.count)]
    guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let code = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw failure("expected four hexadecimal digits") }
    index += 4
    return code
  }
}
