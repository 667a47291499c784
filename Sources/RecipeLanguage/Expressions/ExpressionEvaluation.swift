/// The values of the names that an expression reads.
public struct ExpressionEnvironment {
  public var lookup: (String) -> ExpressionValue?
  /// The same for every response of a group: what aggregates range over.
  public var responses: [(String) -> ExpressionValue?]

  public init(
    responses: [(String) -> ExpressionValue?] = [], _ lookup: @escaping (String) -> ExpressionValue?
  ) {
    self.lookup = lookup
    self.responses = responses
  }
}

extension Expression {
  /// The value of an expression over bare numbers, with booleans as 1 and 0; nil means that it
  /// abstains, see `value(in:)`.
  public func evaluate(_ lookup: (String) -> Double?) -> Double? {
    withoutActuallyEscaping(lookup) { lookup in
      value(in: ExpressionEnvironment { lookup($0).map { .number($0) } })?.number
    }
  }

  /// The value. Nil means that it abstains: a name it needs has no value or another type than is asked
  /// for, or the arithmetic has none (division by zero, overflow, the root of a negative number).
  ///
  /// `and`, `or` and `if` follow Kleene's three-valued logic: `false and <abstains>` is false.
  public func value(in environment: ExpressionEnvironment) -> ExpressionValue? {
    root.value(in: environment)
  }
}

extension Expression.Term {
  /// See `Expression.value(in:)`.
  public func value(in environment: ExpressionEnvironment) -> ExpressionValue? {
    switch form {
    case .number(let value, let unit): return .number(value, unit)
    case .boolean(let value): return .boolean(value)
    case .text(let text): return .text(text)
    case .name(let name): return environment.lookup(name).flatMap(Self.finite)
    case .member(let window, let member):
      guard case .window(let window)? = window.value(in: environment) else { return nil }
      return Self.finite(member.value(of: window))
    case .not(let operand): return operand.condition(in: environment).map { .boolean(!$0) }
    case .negate(let operand):
      guard case .number(let value, let unit)? = operand.value(in: environment) else { return nil }
      return .number(-value, unit)
    case .conditional(let test, let yes, let no):
      guard let holds = test.condition(in: environment) else { return nil }
      return (holds ? yes : no).value(in: environment)
    case .binary(.and, let left, let right):
      return kleene(left, right, deciding: false, in: environment)
    case .binary(.or, let left, let right):
      return kleene(left, right, deciding: true, in: environment)
    case .binary(let symbol, let left, let right):
      guard let a = left.value(in: environment), let b = right.value(in: environment) else {
        return nil
      }
      return Self.apply(symbol, a, b)
    case .call(let function, let arguments):
      let values = arguments.compactMap { argument -> (Double, Unit?)? in
        guard case .number(let value, let unit)? = argument.value(in: environment) else {
          return nil
        }
        return (value, unit)
      }
      guard values.count == arguments.count, let first = values.first,
        values.allSatisfy({ $0.1 == first.1 })
      else { return nil }
      return Self.finite(.number(function.apply(values.map(\.0)), first.1))
    case .aggregate(let aggregate, let argument):
      return Self.apply(aggregate, argument, environment)
    }
  }

  private func condition(in environment: ExpressionEnvironment) -> Bool? {
    guard case .boolean(let value)? = value(in: environment) else { return nil }
    return value
  }

  private func kleene(
    _ left: Self, _ right: Self, deciding: Bool, in environment: ExpressionEnvironment
  ) -> ExpressionValue? {
    let first = left.condition(in: environment)
    if first == deciding { return .boolean(deciding) }
    guard let second = right.condition(in: environment) else { return nil }
    if second == deciding { return .boolean(deciding) }
    return first == nil ? nil : .boolean(!deciding)
  }

  private static func apply(
    _ symbol: Expression.Operator, _ a: ExpressionValue, _ b: ExpressionValue
  ) -> ExpressionValue? {
    switch (a, b) {
    case (.number(let x, let left), .number(let y, let right)):
      let value = symbol.apply(x, y)
      switch symbol {
      case .multiply:
        guard left == nil || right == nil else { return nil }
        return finite(.number(value, left ?? right))
      case .divide:
        guard right == nil || left == right else { return nil }
        return finite(.number(value, left == right ? nil : left))
      default:
        guard left == right else { return nil }
        return symbol.isComparison ? .boolean(value != 0) : finite(.number(value, left))
      }
    case (.text(let x), .text(let y)):
      switch symbol {
      case .equal: return .boolean(x == y)
      case .notEqual: return .boolean(x != y)
      default: return nil
      }
    default: return nil
    }
  }

  private static func apply(
    _ aggregate: Expression.Aggregate, _ argument: Self, _ environment: ExpressionEnvironment
  ) -> ExpressionValue? {
    var unit: Unit?
    let values = environment.responses.compactMap { response -> Double? in
      let value = argument.value(in: ExpressionEnvironment(response))
      if case .number(_, let own)? = value { unit = own }
      return value?.number
    }
    guard let value = aggregate.apply(values) else { return nil }
    switch aggregate {
    case .any, .all: return .boolean(value != 0)
    case .count: return .number(value)
    default: return finite(.number(value, unit))
    }
  }

  private static func finite(_ value: ExpressionValue) -> ExpressionValue? {
    switch value {
    case .number(let number, _): number.isFinite ? value : nil
    case .window(let window): window.lower.isFinite && window.upper.isFinite ? value : nil
    default: value
    }
  }
}
