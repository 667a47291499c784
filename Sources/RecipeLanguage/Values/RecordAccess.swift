/// A reader of a record asked for something that its schema does not promise. No recipe can cause
/// this; only a schema and its reader that have drifted apart.
public struct RecordError: Error, Sendable, Equatable, CustomStringConvertible {
  public let path: String
  public let key: String
  public let expected: String

  public var description: String {
    "\(path.isEmpty ? key : "\(path).\(key)") holds no \(expected); its schema does not promise one"
  }
}

/// Reading by type. Each throws `RecordError` when the key is absent or of another type.
extension Record {
  /// Text, names, choices, references, and the kind of a record.
  public func string(_ key: String) throws(RecordError) -> String {
    try require(key, "text", optionalString(key))
  }

  public func boolean(_ key: String) throws(RecordError) -> Bool {
    try require(key, "boolean", optionalBoolean(key))
  }

  /// A whole number, or the count of a quantity (`72 tok` is 72).
  public func integer(_ key: String) throws(RecordError) -> Int {
    try require(key, "whole number", optionalInteger(key))
  }

  /// A number, share, whole number, the value of a quantity, or of a schedule that never changes.
  public func number(_ key: String) throws(RecordError) -> Double {
    try require(key, "number", optionalNumber(key))
  }

  public func quantity(_ key: String) throws(RecordError) -> Quantity {
    try require(key, "quantity", optionalQuantity(key))
  }

  public func window(_ key: String) throws(RecordError) -> Window {
    try require(key, "window", optionalWindow(key))
  }

  public func path(_ key: String) throws(RecordError) -> PathValue {
    try require(key, "path", optionalPath(key))
  }

  public func template(_ key: String) throws(RecordError) -> Template {
    try require(key, "template", optionalTemplate(key))
  }

  public func strings(_ key: String) throws(RecordError) -> [String] {
    try require(key, "list of text", optionalStrings(key))
  }

  public func integers(_ key: String) throws(RecordError) -> [Int] {
    try require(key, "list of whole numbers", optionalIntegers(key))
  }

  public func numbers(_ key: String) throws(RecordError) -> [Double] {
    try require(key, "list of numbers", optionalNumbers(key))
  }

  public func record(_ key: String) throws(RecordError) -> Record {
    try require(key, "record", optionalRecord(key))
  }

  public func expression(_ key: String) throws(RecordError) -> Expression {
    try require(key, "expression", optionalExpression(key))
  }

  public func schedule(_ key: String) throws(RecordError) -> Schedule {
    try require(key, "schedule", optionalSchedule(key))
  }

  private func require<Value>(
    _ key: String, _ expected: String, _ value: Value?
  ) throws(RecordError) -> Value {
    guard let value else { throw RecordError(path: path, key: key, expected: expected) }
    return value
  }
}

/// Reading what may be absent: nil when the key is absent, `none`, or of another type.
extension Record {
  public func optionalString(_ key: String) -> String? { setting(key)?.value.string }
  public func optionalBoolean(_ key: String) -> Bool? {
    if case .boolean(let value)? = setting(key)?.value { return value }
    return nil
  }
  public func optionalInteger(_ key: String) -> Int? { setting(key)?.value.integer }
  public func optionalNumber(_ key: String) -> Double? { setting(key)?.value.number }
  public func optionalQuantity(_ key: String) -> Quantity? {
    if case .quantity(let value)? = setting(key)?.value { return value }
    return nil
  }
  public func optionalWindow(_ key: String) -> Window? {
    if case .window(let value)? = setting(key)?.value { return value }
    return nil
  }
  public func optionalPath(_ key: String) -> PathValue? {
    if case .path(let value)? = setting(key)?.value { return value }
    return nil
  }
  public func optionalTemplate(_ key: String) -> Template? {
    if case .template(let value)? = setting(key)?.value { return value }
    return nil
  }
  public func optionalStrings(_ key: String) -> [String]? { list(key, \.string) }
  public func optionalIntegers(_ key: String) -> [Int]? { list(key, \.integer) }
  public func optionalNumbers(_ key: String) -> [Double]? { list(key, \.number) }
  public func optionalRecord(_ key: String) -> Record? {
    if case .record(let value)? = setting(key)?.value { return value }
    return nil
  }
  public func optionalExpression(_ key: String) -> Expression? {
    if case .expression(let value)? = setting(key)?.value { return value }
    return nil
  }
  public func optionalSchedule(_ key: String) -> Schedule? {
    if case .schedule(let value)? = setting(key)?.value { return value }
    return nil
  }

  public func optionalPosition(_ key: String) -> SchedulePosition? {
    if case .position(let value)? = setting(key)?.value { return value }
    return nil
  }

  private func list<Item>(_ key: String, _ item: (SettingValue) -> Item?) -> [Item]? {
    guard case .list(let settings)? = setting(key)?.value else { return nil }
    let items = settings.compactMap { item($0.value) }
    return items.count == settings.count ? items : nil
  }
}

extension SettingValue {
  var string: String? {
    switch self {
    case .string(let value): value
    case .template(let template): template.text
    default: nil
    }
  }

  var integer: Int? {
    switch self {
    case .integer(let value): value
    case .quantity(let quantity): quantity.count
    default: nil
    }
  }

  var number: Double? {
    switch self {
    case .number(let value): value
    case .integer(let value): Double(value)
    case .quantity(let quantity): quantity.value
    case .schedule(let schedule): schedule.onlyValue
    default: nil
    }
  }
}
