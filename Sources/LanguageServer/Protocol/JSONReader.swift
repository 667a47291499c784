/// Reads JSON (RFC 8259). Nesting is bounded, so that no message can exhaust the stack.
struct JSONReader {
  struct Problem: Error, Equatable {
    var message: String
    /// Where, in the text.
    var offset: Int
  }

  private static let maximumDepth = 128

  static func read(_ bytes: [UInt8]) throws(Problem) -> JSON {
    var reader = JSONReader(bytes: bytes)
    let value = try reader.value(depth: 0)
    reader.skipBlanks()
    guard reader.offset == bytes.count else { throw reader.problem("text after the value") }
    return value
  }

  private let bytes: [UInt8]
  private var offset = 0

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  private func problem(_ message: String) -> Problem { Problem(message: message, offset: offset) }

  private mutating func skipBlanks() {
    while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      offset += 1
    }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    skipBlanks()
    guard peek == byte else { return false }
    offset += 1
    return true
  }

  private mutating func value(depth: Int) throws(Problem) -> JSON {
    guard depth < Self.maximumDepth else { throw problem("nested too deep") }
    skipBlanks()
    switch peek {
    case UInt8(ascii: "{"): return try object(depth)
    case UInt8(ascii: "["): return try array(depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .boolean(true))
    case UInt8(ascii: "f"): return try word("false", .boolean(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return try number()
    }
  }

  private mutating func word(_ word: String, _ value: JSON) throws(Problem) -> JSON {
    guard bytes[offset...].starts(with: word.utf8) else { throw problem("expected a value") }
    offset += word.utf8.count
    return value
  }

  private mutating func number() throws(Problem) -> JSON {
    let start = offset
    let parts = Array("+-.eE0123456789".utf8)
    while let byte = peek, parts.contains(byte) { offset += 1 }
    let text = String(decoding: bytes[start..<offset], as: UTF8.self)
    guard let first = text.utf8.first, first != UInt8(ascii: "+"), let value = Double(text),
      value.isFinite
    else {
      offset = start
      throw problem("expected a value")
    }
    return .number(value)
  }

  private mutating func array(_ depth: Int) throws(Problem) -> JSON {
    offset += 1
    var items: [JSON] = []
    if take(UInt8(ascii: "]")) { return .array(items) }
    while true {
      items.append(try value(depth: depth + 1))
      if take(UInt8(ascii: "]")) { return .array(items) }
      guard take(UInt8(ascii: ",")) else { throw problem("expected `,` or `]`") }
    }
  }

  private mutating func object(_ depth: Int) throws(Problem) -> JSON {
    offset += 1
    var members: [JSON.Member] = []
    if take(UInt8(ascii: "}")) { return .object(members) }
    while true {
      skipBlanks()
      guard peek == UInt8(ascii: "\"") else { throw problem("expected a key") }
      let key = try string()
      guard take(UInt8(ascii: ":")) else { throw problem("expected `:`") }
      members.append(.init(key, try value(depth: depth + 1)))
      if take(UInt8(ascii: "}")) { return .object(members) }
      guard take(UInt8(ascii: ",")) else { throw problem("expected `,` or `}`") }
    }
  }

  private mutating func string() throws(Problem) -> String {
    offset += 1
    var out: [UInt8] = []
    while let byte = peek {
      switch byte {
      case UInt8(ascii: "\""):
        offset += 1
        return String(decoding: out, as: UTF8.self)
      case UInt8(ascii: "\\"):
        offset += 1
        try escape(into: &out)
      case 0..<0x20: throw problem("a control character in a string")
      default:
        out.append(byte)
        offset += 1
      }
    }
    throw problem("a string without its end")
  }

  private mutating func escape(into out: inout [UInt8]) throws(Problem) {
    guard let byte = peek else { throw problem("a string without its end") }
    offset += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(byte)
    case UInt8(ascii: "b"): out.append(0x08)
    case UInt8(ascii: "f"): out.append(0x0C)
    case UInt8(ascii: "n"): out.append(0x0A)
    case UInt8(ascii: "r"): out.append(0x0D)
    case UInt8(ascii: "t"): out.append(0x09)
    case UInt8(ascii: "u"): out += try character().utf8
    default: throw problem("unknown escape")
    }
  }

  /// The character of `\uXXXX`, or of two of them; half of a pair reads as the replacement character.
  private mutating func character() throws(Problem) -> String {
    let first = try codeUnit()
    guard UTF16.isLeadSurrogate(first), bytes[offset...].starts(with: "\\u".utf8) else {
      return String(decoding: [first], as: UTF16.self)
    }
    let before = offset
    offset += 2
    let second = try codeUnit()
    guard UTF16.isTrailSurrogate(second) else {
      offset = before
      return String(decoding: [first], as: UTF16.self)
    }
    return String(decoding: [first, second], as: UTF16.self)
  }

  private mutating func codeUnit() throws(Problem) -> UInt16 {
    guard offset + 4 <= bytes.count,
      let unit = UInt16(String(decoding: bytes[offset..<offset + 4], as: UTF8.self), radix: 16)
    else { throw problem("expected four hexadecimal digits") }
    offset += 4
    return unit
  }
}
