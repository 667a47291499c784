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
    case .quantity(let unit, _): .number(unit: unit)
    case .window(let unit, _): ValueDomain(type: .window, unit: unit)
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

  /// The range that a param declares, as people write it, when a value lies outside; both ends of a
  /// window must lie within.
  static func range(of parameter: Record, without value: SettingValue) -> String? {
    guard let range = parameter.setting("range"), let limits = range.value.interval,
      let wanted = value.interval, wanted.lower < limits.lower || wanted.upper > limits.upper
    else { return nil }
    return "\(shortText(limits.lower))..\(shortText(limits.upper))"
  }

  /// The value must lie in the declared range.
  @Sendable private static func checkRange(
    _ parameter: Record, _ context: CheckContext
  ) -> [Diagnostic] {
    guard let value = parameter.setting("default"), let range = parameter.setting("range"),
      let shown = Self.range(of: parameter, without: value.value)
    else { return [] }
    // A window that is wider than the whole range, and nowhere near it, fits in no case: then it is
    // the range that was not meant so. What comes from the command line is never right against it.
    if value.span.path == range.span.path, let limits = range.value.interval,
      let wanted = value.value.interval,
      wanted.lower > limits.upper || wanted.upper < limits.lower,
      wanted.upper - wanted.lower > limits.upper - limits.lower
    {
      return [
        Diagnostic(
          .outOfRange,
          "the range of `params.\(context.name)`, \(shown), has no room for its default "
            + value.value.recipeText,
          at: range.span, secondary: [.init(span: value.span, text: "the default")],
          help: "widen the range, or choose a default within it", path: "\(context.path).range")
      ]
    }
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
