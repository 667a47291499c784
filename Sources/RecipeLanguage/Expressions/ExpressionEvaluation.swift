extension Expression {
  /// The value for one response; booleans are 1 and 0. Nil means that it abstains: a name it needs has
  /// no value, or the arithmetic has none (division by zero, overflow).
  ///
  /// `and`, `or` and `if` follow Kleene's three-valued logic: `false and <abstains>` is false.
  public func evaluate(_ lookup: (String) -> Double?) -> Double? { root.evaluate(lookup) }
}

extension Expression.Node {
  fileprivate func evaluate(_ lookup: (String) -> Double?) -> Double? {
    switch self {
    case .number(let value): return value
    case .boolean(let value): return value ? 1 : 0
    case .name(let name): return lookup(name).flatMap(finite)
    case .not(let operand): return operand.evaluate(lookup).map { $0 == 0 ? 1 : 0 }
    case .negate(let operand): return operand.evaluate(lookup).map(-)
    case .conditional(let test, let yes, let no):
      guard let holds = test.evaluate(lookup) else { return nil }
      return holds != 0 ? yes.evaluate(lookup) : no.evaluate(lookup)
    case .binary(.and, let left, let right):
      return kleene(left.evaluate(lookup), deciding: 0) { right.evaluate(lookup) }
    case .binary(.or, let left, let right):
      return kleene(left.evaluate(lookup), deciding: 1) { right.evaluate(lookup) }
    case .binary(let symbol, let left, let right):
      guard let a = left.evaluate(lookup), let b = right.evaluate(lookup) else { return nil }
      return finite(symbol.apply(a, b))
    }
  }

  private func kleene(_ left: Double?, deciding: Double, right: () -> Double?) -> Double? {
    if left == deciding { return deciding }
    guard let other = right() else { return nil }
    if other == deciding { return deciding }
    return left.map { _ in other }
  }

  private func finite(_ value: Double) -> Double? { value.isFinite ? value : nil }
}

extension Expression.Operator {
  fileprivate func apply(_ a: Double, _ b: Double) -> Double {
    switch self {
    case .add: a + b
    case .subtract: a - b
    case .multiply: a * b
    case .divide: a / b
    case .equal: a == b ? 1 : 0
    case .notEqual: a != b ? 1 : 0
    case .less: a < b ? 1 : 0
    case .lessOrEqual: a <= b ? 1 : 0
    case .greater: a > b ? 1 : 0
    case .greaterOrEqual: a >= b ? 1 : 0
    case .and: a != 0 && b != 0 ? 1 : 0
    case .or: a != 0 || b != 0 ? 1 : 0
    }
  }
}
