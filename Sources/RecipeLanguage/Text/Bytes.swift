/// The ASCII characters the readers of this module look for.
extension UInt8 {
  static let tab = UInt8(ascii: "\t")
  static let newline = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")
  static let space = UInt8(ascii: " ")
  static let hash = UInt8(ascii: "#")
  static let dot = UInt8(ascii: ".")
  static let underscore = UInt8(ascii: "_")
  static let percent = UInt8(ascii: "%")

  var isDigit: Bool { self >= 0x30 && self <= 0x39 }
  var isLetter: Bool { (self | 0x20) >= 0x61 && (self | 0x20) <= 0x7A }
  var isNameStart: Bool { isLetter || self == .underscore }
  var isNamePart: Bool { isNameStart || isDigit }
  var isBlank: Bool { self == .space || self == .tab }
  var isSign: Bool { self == UInt8(ascii: "-") || self == UInt8(ascii: "+") }
  var isExponentMark: Bool { self | 0x20 == UInt8(ascii: "e") }
}

extension RandomAccessCollection where Index == Int {
  subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}

/// A reader over UTF-8 bytes; the scanners of numbers, quantities and expressions share it.
struct ByteCursor {
  let bytes: [UInt8]
  var offset = 0

  init(_ text: String) { bytes = Array(text.utf8) }

  var peek: UInt8? { bytes[safe: offset] }
  var isAtEnd: Bool { offset >= bytes.count }

  mutating func skip(while condition: (UInt8) -> Bool) {
    while let byte = peek, condition(byte) { offset += 1 }
  }

  mutating func take(_ literal: StaticString) -> Bool {
    let wanted = UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount)
    guard bytes.count - offset >= wanted.count,
      bytes[offset..<offset + wanted.count].elementsEqual(wanted)
    else { return false }
    offset += wanted.count
    return true
  }

  func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  /// `12`, `0.5`, `1.0e-4`: digits, optionally a fraction and an exponent, no sign. A dot that is not
  /// followed by a digit is left alone, so that `7..24` reads as `7`.
  mutating func number() -> Double? {
    let start = offset
    skip(while: \.isDigit)
    guard offset > start else { return nil }
    if peek == .dot, let next = bytes[safe: offset + 1], next.isDigit {
      offset += 1
      skip(while: \.isDigit)
    }
    if let mark = peek, mark.isExponentMark {
      let before = offset
      offset += 1
      if let sign = peek, sign.isSign { offset += 1 }
      let digits = offset
      skip(while: \.isDigit)
      if offset == digits { offset = before }
    }
    return Double(text(start..<offset))
  }
}
