/// What a quantity counts or measures. Units never convert into one another.
public enum Unit: String, Sendable, CaseIterable {
  case token = "tok"
  case character = "char"
  case word = "word"
  case step = "step"
  case frame = "frame"
  case pixel = "px"
  case second = "s"
  case hour = "h"
  case dollar = "USD"

  /// Counted in whole numbers.
  public var isCount: Bool {
    switch self {
    case .second, .hour, .dollar: false
    default: true
    }
  }

  /// For sentences: "tokens (`tok`)".
  public var phrase: String {
    switch self {
    case .token: "tokens (`tok`)"
    case .character: "characters (`char`)"
    case .word: "words (`word`)"
    case .step: "steps (`step`)"
    case .frame: "frames (`frame`)"
    case .pixel: "pixels (`px`)"
    case .second: "seconds (`s`)"
    case .hour: "hours (`h`)"
    case .dollar: "dollars (`USD`)"
    }
  }
}

/// A number with its unit, `72 tok`.
public struct Quantity: Sendable, Hashable, CustomStringConvertible {
  public var value: Double
  public var unit: Unit

  public init(value: Double, unit: Unit) {
    self.value = value
    self.unit = unit
  }

  /// The value as a whole number, for units that count.
  public var count: Int? { Int(exactly: value) }

  public var description: String { "\(shortText(value)) \(unit.rawValue)" }
}

/// A range of quantities, `7..24 tok`; both ends belong to it.
public struct Window: Sendable, Hashable, CustomStringConvertible {
  public var lower: Double
  public var upper: Double
  public var unit: Unit

  public init(lower: Double, upper: Double, unit: Unit) {
    self.lower = lower
    self.upper = upper
    self.unit = unit
  }

  public func contains(_ value: Double) -> Bool { value >= lower && value <= upper }

  public var description: String { "\(shortText(lower))..\(shortText(upper)) \(unit.rawValue)" }
}

/// `3` for 3.0, otherwise the shortest text that reads back as the same number.
func shortText(_ value: Double) -> String {
  Int(exactly: value).map(String.init) ?? "\(value)"
}
