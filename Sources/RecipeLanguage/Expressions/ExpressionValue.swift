/// What an expression, or a part of one, yields.
public enum ExpressionType: String, Sendable, Hashable {
  /// A condition: true or false.
  case boolean
  /// With a unit or without.
  case number
  case text
  /// A range of quantities, `128..320 tok`.
  case window
  /// Not known before it is computed: a column of the data.
  case unknown

  /// For "… stands where … is needed".
  var phrase: String {
    switch self {
    case .boolean: "a condition"
    case .number: "a number"
    case .text: "text"
    case .window: "a window"
    case .unknown: "a value"
    }
  }
}

/// A value that an expression reads or yields.
public enum ExpressionValue: Sendable, Hashable, CustomStringConvertible {
  case number(Double, Unit? = nil)
  case boolean(Bool)
  case text(String)
  case window(Window)

  public var type: ExpressionType {
    switch self {
    case .number: .number
    case .boolean: .boolean
    case .text: .text
    case .window: .window
    }
  }

  /// A number without regard to its unit; booleans are 1 and 0.
  public var number: Double? {
    switch self {
    case .number(let value, _): value
    case .boolean(let value): value ? 1 : 0
    case .text, .window: nil
    }
  }

  /// As one would write it: `16 tok`, `true`, `"regression"`, `128..320 tok`.
  public var description: String {
    switch self {
    case .number(let value, let unit): shortText(value) + (unit.map { " \($0.rawValue)" } ?? "")
    case .boolean(let value): "\(value)"
    case .text(let text): "\"\(text)\""
    case .window(let window): "\(window)"
    }
  }

  /// The value of a setting; nil for lists, records and what has none.
  public init?(_ setting: SettingValue) {
    switch setting {
    case .string(let text): self = .text(text)
    case .boolean(let value): self = .boolean(value)
    case .integer(let value): self = .number(Double(value))
    case .number(let value): self = .number(value)
    case .quantity(let quantity): self = .number(quantity.value, quantity.unit)
    case .window(let window): self = .window(window)
    case .schedule(.constant(let value)): self = .number(value)
    default: return nil
    }
  }
}

/// The parts of a window that expressions can name: `window.min`.
public enum WindowMember: String, Sendable, Hashable, CaseIterable {
  case min, max, width

  func value(of window: Window) -> ExpressionValue {
    switch self {
    case .min: .number(window.lower, window.unit)
    case .max: .number(window.upper, window.unit)
    case .width: .number(window.upper - window.lower, window.unit)
    }
  }
}
