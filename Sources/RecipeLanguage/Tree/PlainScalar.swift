/// What other YAML readers take an unquoted scalar for.
///
/// Readers of YAML 1.1 and 1.2 disagree about `no`, `1:30`, `010`, `1_000`, dates and `1e-6`
/// (PyYAML reads the last one as text); those are `ambiguous`, and a recipe may not contain them unquoted.
enum PlainScalar: Equatable {
  case text
  case null
  case boolean
  case number
  /// `reason` completes "`x` …"; `instead` is what to write for a number.
  case ambiguous(reason: String, instead: String?)

  init(_ text: String) {
    switch text {
    case "", "~", "null", "Null", "NULL": self = .null
    case "true", "false", "True", "False", "TRUE", "FALSE": self = .boolean
    case "y", "Y", "n", "N", "yes", "Yes", "YES", "no", "No", "NO", "on", "On", "ON", "off", "Off",
      "OFF":
      self = .ambiguous(
        reason: "is a boolean to some YAML readers and text to others", instead: nil)
    case ".inf", ".Inf", ".INF", "+.inf", "-.inf", ".nan", ".NaN", ".NAN": self = .number
    default:
      guard let first = text.utf8.first, first.isDigit || first.isSign || first == .dot else {
        self = .text
        return
      }
      self = PlainScalar.numeric(Array(text.utf8))
    }
  }

  private static func numeric(_ bytes: [UInt8]) -> PlainScalar {
    let digits = bytes.first.map(\.isSign) == true ? Array(bytes.dropFirst()) : bytes
    if isDate(bytes) {
      return .ambiguous(reason: "is a date to some YAML readers and text to others", instead: nil)
    }
    if isSexagesimal(digits) {
      return .ambiguous(
        reason: "is a number in base 60 to some YAML readers and text to others", instead: nil)
    }
    if let prefix = digits[safe: 1], digits[0] == UInt8(ascii: "0"), digits.count > 2,
      [UInt8(ascii: "x"), UInt8(ascii: "o"), UInt8(ascii: "b")].contains(prefix | 0x20),
      digits.dropFirst(2).allSatisfy({ $0.isNamePart })
    {
      return .ambiguous(
        reason: "is a number to some YAML readers and text to others", instead: nil)
    }
    guard digits.first.map({ $0.isDigit || $0 == .dot }) == true,
      digits.contains(where: \.isDigit),
      digits.enumerated().allSatisfy({ index, byte in
        byte.isDigit || byte == .dot || byte == .underscore || byte.isExponentMark
          || (byte.isSign && index > 0 && digits[index - 1].isExponentMark)
      })
    else { return .text }
    return decimal(bytes, digits)
  }

  private static func decimal(_ bytes: [UInt8], _ digits: [UInt8]) -> PlainScalar {
    let whole = String(decoding: bytes, as: UTF8.self)
    if digits.contains(.underscore) {
      return .ambiguous(
        reason: "is a number to some YAML readers and text to others",
        instead: whole.filter { $0 != "_" })
    }
    guard Double(whole) != nil else { return .text }
    if digits.count > 1, digits.allSatisfy(\.isDigit), digits[0] == UInt8(ascii: "0") {
      let decimal = String(whole.drop { $0 == "0" })
      return .ambiguous(
        reason: "is octal to some YAML readers and decimal to others",
        instead: decimal.isEmpty ? "0" : decimal)
    }
    guard let mark = digits.firstIndex(where: \.isExponentMark) else { return .number }
    let signed = digits[safe: mark + 1].map(\.isSign) == true
    let pointed = digits[..<mark].contains(.dot)
    if signed && pointed { return .number }
    let sign = bytes.count > digits.count ? String(decoding: bytes.prefix(1), as: UTF8.self) : ""
    let mantissa = String(decoding: digits[..<mark], as: UTF8.self) + (pointed ? "" : ".0")
    let exponent =
      (signed ? "" : "+") + String(decoding: digits[(mark + 1)...], as: UTF8.self)
    return .ambiguous(
      reason: "is text to some YAML readers and a number to others",
      instead: "\(sign)\(mantissa)e\(exponent)")
  }

  /// `2026-11-01`, optionally with a time after it.
  private static func isDate(_ bytes: [UInt8]) -> Bool {
    let parts = bytes.split(separator: UInt8(ascii: "-"), maxSplits: 2)
    guard parts.count == 3, parts[0].count == 4, parts[0].allSatisfy(\.isDigit),
      (1...2).contains(parts[1].count), parts[1].allSatisfy(\.isDigit)
    else { return false }
    let day = parts[2].prefix(while: \.isDigit)
    guard (1...2).contains(day.count) else { return false }
    let rest = parts[2].dropFirst(day.count).first
    return rest == nil || rest == .space || rest == .tab || rest.map { $0 | 0x20 } == 0x74
  }

  /// `1:30`, `20:50:10`.
  private static func isSexagesimal(_ digits: [UInt8]) -> Bool {
    let parts = digits.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard parts.count > 1 else { return false }
    return parts.allSatisfy { part in
      part.first.map(\.isDigit) == true
        && part.allSatisfy { $0.isDigit || $0 == .dot || $0 == .underscore }
    }
  }
}
