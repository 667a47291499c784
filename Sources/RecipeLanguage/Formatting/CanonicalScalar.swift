/// The one way to write a scalar on one line.
enum CanonicalScalar {
  static func text(_ scalar: Node.Scalar, as type: ValueType?, inFlow: Bool) -> String {
    if let quantity = quantity(scalar.text, type) { return quantity }
    let plain = PlainScalar(scalar.text)
    if scalar.style == .plain {
      if case .ambiguous = plain { return unambiguous(scalar.text, type) ?? scalar.text }
      guard plain == .text else { return scalar.text }
      return needsQuotes(scalar.text, inFlow: inFlow) ? quoted(scalar.text) : scalar.text
    }
    // Prose keeps the quotes it is written in; a word needs none.
    let isProse = type?.isFormatProse ?? true && scalar.text.contains(" ")
    guard plain == .text, !isProse, !needsQuotes(scalar.text, inFlow: inFlow) else {
      return quoted(scalar.text)
    }
    return scalar.text
  }

  static func key(_ key: String, inFlow: Bool) -> String {
    PlainScalar(key) == .text && !needsQuotes(key, inFlow: inFlow) ? key : quoted(key)
  }

  /// `320 tok`, `128..320 tok`; nil for what is none, or not well formed.
  private static func quantity(_ text: String, _ type: ValueType?) -> String? {
    switch type?.formatBase {
    case .quantity(let unit, _):
      return (try? QuantityReader.quantity(text, in: unit)).map { $0.description }
    case .window(let unit, let others):
      return (try? QuantityReader.window(text, in: unit, or: others)).map { $0.description }
    default: return nil
    }
  }

  /// `1e-6` as `1.0e-6`, `1_000` as `1000`; nil where readers disagree about the value itself, as about
  /// `010`.
  static func unambiguous(_ text: String, _ type: ValueType?) -> String? {
    guard let type, type.isNumeric, case .ambiguous(_, let instead?) = PlainScalar(text),
      let value = Double(text.filter { $0 != "_" }), value == Double(instead)
    else { return nil }
    let digits = text.drop { $0 == "-" || $0 == "+" }
    let isOctal = digits.hasPrefix("0") && digits.count > 1 && digits.allSatisfy(\.isNumber)
    guard !isOctal, PlainScalar(instead) == .number else { return nil }
    return instead
  }

  private static func needsQuotes(_ text: String, inFlow: Bool) -> Bool {
    guard let first = text.utf8.first, let last = text.utf8.last else { return true }
    if first <= .space || last <= .space || text == "=" || text == "<<" { return true }
    if "-?:,[]{}#&*!|>'\"%@`".utf8.contains(first) || last == UInt8(ascii: ":") { return true }
    if text.unicodeScalars.contains(where: { !isPrintable($0) }) { return true }
    if ["{", "}", ", ", ": ", " #"].contains(where: { text.contains($0) }) { return true }
    return inFlow && text.utf8.contains { ",[]:".utf8.contains($0) }
  }

  static func quoted(_ text: String) -> String {
    let scalars = text.unicodeScalars
    let needsEscapes = scalars.contains { !isPrintable($0) }
    let holdsEscapes = scalars.contains { $0 == "\"" || $0 == "\\" }
    if holdsEscapes, !needsEscapes, !scalars.contains("'") { return "'\(text)'" }
    var result = "\""
    for scalar in scalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      case _ where isPrintable(scalar): result.unicodeScalars.append(scalar)
      default:
        let digits = String(scalar.value, radix: 16, uppercase: true)
        let width = scalar.value <= 0xFF ? 2 : scalar.value <= 0xFFFF ? 4 : 8
        let letter = width == 2 ? "x" : width == 4 ? "u" : "U"
        result += "\\\(letter)" + String(repeating: "0", count: width - digits.count) + digits
      }
    }
    return result + "\""
  }

  /// On one line, and seen by people.
  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x20...0x7E, 0xA1...0x2027, 0x202F...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD,
      0x10000...0x10FFFF:
      true
    default: false
    }
  }
}

extension ValueType {
  /// Text for people or models, as opposed to names, formulas and quantities.
  fileprivate var isFormatProse: Bool {
    switch formatBase {
    case .string, .template, .path, .anyScalar: true
    default: false
    }
  }
}
