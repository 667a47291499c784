/// The types of params. Each is a kind, so that a param is decoded, completed and described like
/// everything else whose keys depend on a word.
enum ParameterSchema {
  static let parameter = ValueType.kind(discriminator: "type", common: common, kinds: kinds)

  static let kinds: [KindSchema] =
    [
      kind("int", "a whole number", .integer, range: .interval),
      kind("number", "a number", .number(.any), range: .interval),
      kind("share", "a share such as `15%`", .share, range: .interval),
      kind("bool", "`true` or `false`", .boolean, range: nil),
      kind("text", "text", .string, range: nil),
    ]
    + Unit.allCases.map { unit in
      kind(
        "quantity<\(unit.rawValue)>", "a quantity in \(unit.phrase)", .quantity(unit),
        range: .window(unit))
    }
    + Unit.allCases.map { unit in
      kind(
        "window<\(unit.rawValue)>", "a window in \(unit.phrase)", .window(unit),
        range: .window(unit))
    }

  /// The type of a param's values, by the word that names it: `window<tok>`.
  static func valueType(_ name: String) -> ValueType? {
    kinds.first { $0.name == name }?.fields.first { $0.name == "default" }?.type
  }

  /// What an expression may know of a param, by the word that names its type.
  static func domain(_ name: String) -> ValueDomain {
    switch valueType(name) {
    case .integer, .number, .share: .number()
    case .quantity(let unit): .number(unit: unit)
    case .window(let unit): ValueDomain(type: .window, unit: unit)
    case .boolean: .boolean()
    case .string: ValueDomain(type: .text)
    default: .column
    }
  }

  private static let common: [FieldSchema] = [
    .optional("about", .string, "what it decides, for people").affects(.display)
  ]

  private static func kind(
    _ name: String, _ summary: String, _ type: ValueType, range: ValueType?
  ) -> KindSchema {
    let value = FieldSchema.required("default", type, "its value where nothing else sets it")
    guard let range else { return KindSchema(name, summary: summary, fields: [value]) }
    let limits = FieldSchema.optional("range", range, "the values it may take, ends included")
    return KindSchema(name, summary: summary, fields: [value, limits], check: checkRange)
  }

  /// The value must lie in the declared range; both ends of a window must.
  @Sendable private static func checkRange(
    _ parameter: Record, _ context: CheckContext
  ) -> [Diagnostic] {
    guard let value = parameter.setting("default"), let range = parameter.setting("range"),
      let limits = range.value.interval, let wanted = value.value.interval,
      wanted.lower < limits.lower || wanted.upper > limits.upper
    else { return [] }
    let shown = "\(shortText(limits.lower))..\(shortText(limits.upper))"
    return [
      Diagnostic(
        .outOfRange,
        "`params.\(context.name)` is \(value.value.recipeText), outside its range \(shown)",
        at: value.span, secondary: [.init(span: range.span, text: "the range")],
        help: "choose a value within \(shown), or widen the range",
        path: "\(context.path).default")
    ]
  }
}

extension SettingValue {
  /// The lowest and the highest number it stands for.
  fileprivate var interval: (lower: Double, upper: Double)? {
    switch self {
    case .window(let window): return (window.lower, window.upper)
    case .list(let items):
      guard items.count == 2, let lower = items[0].value.number, let upper = items[1].value.number
      else { return nil }
      return (lower, upper)
    default: return number.map { ($0, $0) }
    }
  }
}
