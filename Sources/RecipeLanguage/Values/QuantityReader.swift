/// Reads `72 tok`, `7..24 tok` and `15%`.
///
/// A unit may touch its number or be separated by spaces. Numbers are decimal, without sign.
struct QuantityReader {
  /// What is wrong with the text; the decoder adds place and path.
  struct Problem: Error {
    var code: DiagnosticCode
    var message: String
    var help: String?
    /// What to write instead, where it is known.
    var mended: String?
    /// Nothing else can have been meant.
    var isCertain = false
  }

  /// `72 tok`.
  static func quantity(
    _ text: String, in unit: Unit, _ range: ClosedRange<Double> = ValueType.anyQuantity
  ) throws(Problem) -> Quantity {
    var reader = QuantityReader(text, unit)
    let example = "write `320 \(unit.rawValue)`"
    guard let value = reader.cursor.number() else {
      throw Problem(
        code: .badQuantity, message: "`\(text)` is not a quantity: a number and its unit",
        help: example)
    }
    if reader.cursor.take("..") {
      throw Problem(
        code: .badQuantity, message: "`\(text)` is a window where one quantity is needed",
        help: example)
    }
    try reader.unit(after: shortText(value))
    let quantity = Quantity(value: try reader.checked(value), unit: unit)
    guard range.contains(quantity.value) else {
      let isBelow = quantity.value < range.lowerBound
      let bound = Quantity(value: isBelow ? range.lowerBound : range.upperBound, unit: unit)
      throw Problem(
        code: .outOfRange,
        message: "`\(text)` is out of range, at \(isBelow ? "least" : "most") \(bound)",
        help: "write `\(bound)`, or what lies within")
    }
    return quantity
  }

  /// `7..24 tok`.
  ///
  /// - Parameter others: units that are accepted besides; the one that is written is meant.
  static func window(
    _ text: String, in unit: Unit, or others: [Unit] = []
  ) throws(Problem) -> Window {
    let accepted = [unit] + others
    let unit = others.first { text.hasSuffix($0.rawValue) } ?? unit
    var reader = QuantityReader(text, unit, accepted)
    let example = "write `128..320 \(unit.rawValue)`"
    let malformed = Problem(
      code: .badQuantity,
      message: "`\(text)` is not a window: two numbers joined by `..` and a unit",
      help: example)
    guard let lower = reader.cursor.number() else { throw malformed }
    reader.cursor.skip(while: \.isBlank)
    guard reader.cursor.take("..") else {
      // A wrong unit is the graver mistake: say that first.
      if !reader.cursor.isAtEnd { try reader.unit(after: shortText(lower)) }
      throw malformed
    }
    if reader.cursor.peek == UInt8(ascii: "<") {
      throw Problem(
        code: .badQuantity, message: "both ends of a window belong to it; `..<` is not accepted",
        help: example)
    }
    reader.cursor.skip(while: \.isBlank)
    guard let upper = reader.cursor.number() else { throw malformed }
    let bounds = "\(shortText(lower))..\(shortText(upper))"
    try reader.unit(after: bounds)
    guard lower <= upper else {
      throw Problem(
        code: .emptyWindow,
        message: "the window `\(text)` is empty: its lower end \(shortText(lower)) is above its "
          + "upper end \(shortText(upper)), so nothing can ever fall into it",
        help: "write `\(shortText(upper))..\(shortText(lower)) \(unit.rawValue)`",
        mended: "\(shortText(upper))..\(shortText(lower)) \(unit.rawValue)")
    }
    return Window(lower: try reader.checked(lower), upper: try reader.checked(upper), unit: unit)
  }

  /// `15%` as 0.15; nil when the text is no percentage at all.
  static func percentage(_ text: String) -> Double? {
    var cursor = ByteCursor(text)
    guard let value = cursor.number() else { return nil }
    cursor.skip(while: \.isBlank)
    guard cursor.peek == .percent, cursor.offset == cursor.bytes.count - 1 else { return nil }
    return value / 100
  }

  private let text: String
  private let wanted: Unit
  /// "tokens (`tok`)", or what else is accepted in their place.
  private let phrase: String
  private var cursor: ByteCursor

  private init(_ text: String, _ unit: Unit, _ accepted: [Unit] = []) {
    self.text = text
    wanted = unit
    phrase = (accepted.isEmpty ? [unit] : accepted).map(\.phrase).joined(separator: " or ")
    cursor = ByteCursor(text)
  }

  private mutating func unit(after number: String) throws(Problem) {
    cursor.skip(while: \.isBlank)
    guard !cursor.isAtEnd else {
      throw Problem(
        code: .missingUnit, message: "`\(text)` has no unit; it is measured in \(phrase)",
        help: "write `\(number) \(wanted.rawValue)`", mended: "\(number) \(wanted.rawValue)")
    }
    let start = cursor.offset
    cursor.skip(while: { !$0.isBlank })
    let written = cursor.text(start..<cursor.bytes.count)
    if written == wanted.rawValue { return }
    if let other = Unit(rawValue: written) {
      throw Problem(
        code: .wrongUnit,
        message: "`\(text)` is in \(other.phrase), but this is measured in \(phrase)",
        help: "give the number of \(phrase): one does not convert into the other")
    }
    let names = Unit.allCases.map(\.rawValue)
    let plural = written.hasSuffix("s") ? String(written.dropLast()) : written
    let spelledOut = Unit.allCases.first { "\($0)" == plural || $0.rawValue == plural }
    let near = spelledOut?.rawValue ?? Suggestion.closest(to: written, among: names)
    throw Problem(
      code: .wrongUnit,
      message: "`\(written)` is no unit; this is measured in \(phrase)",
      help: near.map { "did you mean `\(number) \($0)`?" }
        ?? "write `\(number) \(wanted.rawValue)`",
      mended: near == wanted.rawValue ? "\(number) \(wanted.rawValue)" : nil,
      isCertain: spelledOut == wanted)
  }

  private func checked(_ value: Double) throws(Problem) -> Double {
    if wanted.isCount, Int(exactly: value) == nil {
      throw Problem(
        code: .badQuantity, message: "\(wanted.phrase) are counted in whole numbers, not `\(text)`",
        help: nil)
    }
    guard value.isFinite else {
      throw Problem(code: .outOfRange, message: "`\(text)` is too large", help: nil)
    }
    return value
  }
}
