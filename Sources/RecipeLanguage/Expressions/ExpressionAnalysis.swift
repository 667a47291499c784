/// Types, units and possible values of an expression and all its parts, by one walk over its tree.
struct ExpressionAnalysis {
  private let domain: (String) -> ValueDomain
  /// The responses of a group, when their number is fixed.
  private let groupSize: Int?
  /// What conditions around the current part say about names.
  private var narrowed: [String: ValueDomain] = [:]
  private var isInAggregate = false
  private let context: ExpressionContext?
  private(set) var problems: [ExpressionProblem] = []
  private(set) var parts: [Range<Int>: ValueDomain] = [:]

  /// - Parameter context: where the expression stands; nil when that was checked before.
  init(
    context: ExpressionContext? = nil, groupSize: Int? = nil,
    domain: @escaping (String) -> ValueDomain
  ) {
    self.context = context
    self.groupSize = groupSize
    self.domain = domain
  }

  /// Reports what is of another type than is needed.
  mutating func require(
    _ found: ValueDomain, _ type: ExpressionType, _ term: Expression.Term
  ) {
    guard found.type != type, found.type != .unknown, type != .unknown else { return }
    report(
      .expressionType, "\(found.type.phrase) stands where \(type.phrase) is needed", term,
      help: type == .boolean && found.type == .number ? "compare it: `… > 0`" : nil)
  }

  mutating func walk(_ term: Expression.Term) -> ValueDomain {
    let found = visit(term)
    parts[term.range] = found
    return found
  }

  private mutating func visit(_ term: Expression.Term) -> ValueDomain {
    switch term.form {
    case .number(let value, let unit): return .constant(.number(value, unit))
    case .boolean(let value): return .constant(.boolean(value))
    case .text(let text): return .constant(.text(text))
    case .name(let name): return self.name(name, term)
    case .member(let window, let member): return self.member(member, of: walk(window))
    case .not(let operand):
      let inner = condition(operand)
      return boolean(
        canBeTrue: inner.canBeFalse, canBeFalse: inner.canBeTrue, abstains: inner.mayAbstain,
        of: [inner])
    case .negate(let operand):
      let inner = number(operand)
      return arithmetic([inner], unit: inner.unit) {
        -$0[0]
      } range: { _ in
        -inner.range.upperBound ... -inner.range.lowerBound
      }
    case .binary(.and, let left, let right): return junction(left, right, isAnd: true)
    case .binary(.or, let left, let right): return junction(left, right, isAnd: false)
    case .binary(let symbol, let left, let right) where symbol.isComparison:
      return comparison(symbol, left, right)
    case .binary(let symbol, let left, let right): return self.arithmetic(symbol, left, right, term)
    case .conditional(let test, let yes, let no): return conditional(test, yes, no)
    case .call(let function, let arguments): return call(function, arguments, term)
    case .aggregate(let aggregate, let argument): return self.aggregate(aggregate, argument, term)
    }
  }

  // MARK: Names

  private mutating func name(_ name: String, _ term: Expression.Term) -> ValueDomain {
    if context == .groupGate, !isInAggregate, !name.hasPrefix("item.") {
      report(
        .expressionType, "`\(name)` has a value for each response, not for the group", term,
        help: "ask about the responses: `mean(\(name))`, or `count(\(name) > 0)`")
      return ValueDomain(type: .unknown)
    }
    return narrowed[name] ?? domain(name)
  }

  private func member(_ member: WindowMember, of window: ValueDomain) -> ValueDomain {
    let (low, high) = (window.range.lowerBound, window.range.upperBound)
    let range: ClosedRange<Double> =
      switch member {
      case .min, .max: window.range
      case .width: 0...max(0, (high - low).isNaN ? .infinity : high - low)
      }
    return derived(.number, unit: window.unit, range: range, from: [window])
  }

  // MARK: Conditions

  private mutating func condition(_ term: Expression.Term) -> ValueDomain {
    let found = walk(term)
    require(found, .boolean, term)
    return found.type == .boolean ? found : .boolean().abstaining(like: found)
  }

  private mutating func junction(
    _ left: Expression.Term, _ right: Expression.Term, isAnd: Bool
  ) -> ValueDomain {
    let first = condition(left)
    // The right side decides nothing unless the left one leaves it open.
    let before = narrowed
    let isOpen = narrow(left, holds: isAnd, provesValue: false)
    let second = condition(right)
    narrowed = before
    let canBeTrue: Bool
    let canBeFalse: Bool
    if !isOpen {
      // One of what the left side joins decides alone.
      (canBeTrue, canBeFalse) = (!isAnd, isAnd)
    } else if isAnd {
      canBeTrue = first.canBeTrue && second.canBeTrue
      canBeFalse = first.canBeFalse || second.canBeFalse
    } else {
      canBeTrue = first.canBeTrue || second.canBeTrue
      canBeFalse = first.canBeFalse && second.canBeFalse
    }
    let isDecided = [first, second].contains {
      !$0.mayAbstain && (isAnd ? $0.isAlwaysFalse : $0.isAlwaysTrue)
    }
    return boolean(
      canBeTrue: canBeTrue, canBeFalse: canBeFalse,
      abstains: !isDecided && (first.mayAbstain || second.mayAbstain), of: [first, second])
  }

  private mutating func comparison(
    _ symbol: Expression.Operator, _ left: Expression.Term, _ right: Expression.Term
  ) -> ValueDomain {
    let a = walk(left)
    let b = walk(right)
    let types = [a.type, b.type].filter { $0 != .unknown }
    let isEquality = symbol == .equal || symbol == .notEqual
    if types.contains(.text) {
      if !isEquality {
        report(
          .expressionType, "text has no order; it can only be equal or not", left,
          help: "compare it with `==` or `!=`")
      } else if let other = zip([a, b], [left, right]).first(where: {
        $0.0.type != .text && $0.0.type != .unknown
      }) {
        require(other.0, .text, other.1)
      }
    } else {
      for (domain, term) in [(a, left), (b, right)] where domain.type == .boolean {
        report(
          .expressionType, "a condition stands where a number is needed", term,
          help: "conditions are joined with `and`, `or` and `not`")
      }
      for (domain, term) in [(a, left), (b, right)] where domain.type == .window {
        report(
          .expressionType, "a window stands where a number is needed", term,
          help: "compare its `.min`, `.max` or `.width`")
      }
      if types.count == 2 { sameUnit(a, b, left.range.lowerBound..<right.range.upperBound) }
    }
    guard a.type == .number, b.type == .number else {
      return .boolean().abstaining(like: a).abstaining(like: b).costing(1, over: [a, b])
    }
    let (canBeTrue, canBeFalse) = Intervals.compare(symbol, a, b)
    return boolean(
      canBeTrue: canBeTrue, canBeFalse: canBeFalse, abstains: a.mayAbstain || b.mayAbstain,
      of: [a, b])
  }

  private mutating func conditional(
    _ test: Expression.Term, _ yes: Expression.Term, _ no: Expression.Term
  ) -> ValueDomain {
    let holds = condition(test)
    let before = narrowed
    let yesIsOpen = narrow(test, holds: true, provesValue: true) && holds.canBeTrue
    let first = walk(yes)
    narrowed = before
    let noIsOpen = narrow(test, holds: false, provesValue: true) && holds.canBeFalse
    let second = walk(no)
    narrowed = before
    if first.type != .unknown { require(second, first.type, no) }
    sameUnit(first, second, yes.range.lowerBound..<no.range.upperBound)
    var result: ValueDomain
    switch (yesIsOpen, noIsOpen) {
    case (true, true): result = first.joined(second)
    case (true, false): result = first
    case (false, true): result = second
    case (false, false):
      result = first.joined(second)
      result.support = []
    }
    result.mayAbstain = result.mayAbstain || holds.mayAbstain
    result.isPure = holds.isPure && first.isPure && second.isPure
    result.cost = 1 + holds.cost + max(first.cost, second.cost)
    return result
  }

  // MARK: Numbers

  private mutating func number(_ term: Expression.Term) -> ValueDomain {
    let found = walk(term)
    if found.type == .window {
      report(
        .expressionType, "a window stands where a number is needed", term,
        help: "read its `.min`, `.max` or `.width`")
    } else {
      require(found, .number, term)
    }
    if found.type == .number { return found }
    return ValueDomain.number().abstaining(like: found).costing(0, over: [found])
  }

  private mutating func arithmetic(
    _ symbol: Expression.Operator, _ left: Expression.Term, _ right: Expression.Term,
    _ term: Expression.Term
  ) -> ValueDomain {
    let a = number(left)
    let b = number(right)
    var unit = a.unit ?? b.unit
    switch symbol {
    case .multiply:
      if let first = a.unit, let second = b.unit {
        report(
          .expressionUnit, "`\(first.rawValue)` times `\(second.rawValue)` is no unit", term,
          help: "multiply by a bare number")
      }
    case .divide:
      if let divisor = b.unit {
        if a.unit != divisor {
          report(
            .expressionUnit,
            "\(Self.measure(a.unit)) cannot be divided by \(Self.measure(divisor))", term,
            help: "divide by a bare number, or by the same unit")
        }
        unit = nil
      }
    default: sameUnit(a, b, term.range)
    }
    var result = arithmetic([a, b], unit: unit) {
      symbol.apply($0[0], $0[1])
    } range: {
      Intervals.apply(symbol, $0[0], $0[1])
    }
    if symbol == .divide, b.contains(0) { result.mayAbstain = true }
    return result
  }

  private mutating func call(
    _ function: Expression.Function, _ arguments: [Expression.Term], _ term: Expression.Term
  ) -> ValueDomain {
    let domains = arguments.map { number($0) }
    for (domain, argument) in zip(domains, arguments) {
      if !function.keepsUnit, let unit = domain.unit {
        report(
          .expressionUnit,
          "`\(function.rawValue)` takes a bare number, not \(Self.measure(unit))", argument,
          help: "divide by `1 \(unit.rawValue)` first")
      } else if function.keepsUnit, let first = domains.first {
        sameUnit(first, domain, term.range)
      }
    }
    var result = arithmetic(
      domains, unit: function.keepsUnit ? domains.first?.unit : nil, function.apply
    ) { Intervals.apply(function, $0) }
    let lowest = domains.first.map { $0.support?.first ?? $0.range.lowerBound } ?? 0
    if (function == .sqrt && lowest < 0) || (function == .log && lowest <= 0) {
      result.mayAbstain = true
    }
    return result
  }

  private mutating func aggregate(
    _ aggregate: Expression.Aggregate, _ argument: Expression.Term, _ term: Expression.Term
  ) -> ValueDomain {
    if isInAggregate {
      report(
        .expressionType, "a question about the group cannot stand inside another one", term)
    }
    let outer = (isInAggregate, narrowed)
    isInAggregate = true
    // What is known around it was known of no single response.
    narrowed = [:]
    let inner = aggregate.takesCondition ? condition(argument) : number(argument)
    (isInAggregate, narrowed) = outer
    var result = Intervals.apply(aggregate, inner, groupSize: groupSize)
    result.isPure = inner.isPure
    result.cost = inner.cost + 1
    return result
  }

  /// The domain of a function of numbers: over all combinations where they are few, else by intervals.
  private func arithmetic(
    _ domains: [ValueDomain], unit: Unit?, _ apply: ([Double]) -> Double,
    range: ([ClosedRange<Double>]) -> ClosedRange<Double>
  ) -> ValueDomain {
    var result = derived(.number, unit: unit, range: range(domains.map(\.range)), from: domains)
    if let combinations = Intervals.combinations(domains.map(\.support)) {
      let values = combinations.map(apply)
      let finite = values.filter(\.isFinite)
      result.mayAbstain = result.mayAbstain || finite.count < values.count
      result.limit(to: finite)
    } else if !result.range.lowerBound.isFinite || !result.range.upperBound.isFinite {
      result.mayAbstain = true
    }
    return result
  }

  private func derived(
    _ type: ExpressionType, unit: Unit? = nil, range: ClosedRange<Double>,
    from inputs: [ValueDomain]
  ) -> ValueDomain {
    ValueDomain(
      type: type, unit: unit, range: range, mayAbstain: inputs.contains(where: \.mayAbstain),
      isPure: inputs.allSatisfy(\.isPure)
    ).costing(1, over: inputs)
  }

  private func boolean(
    canBeTrue: Bool, canBeFalse: Bool, abstains: Bool, of inputs: [ValueDomain]
  ) -> ValueDomain {
    var result = ValueDomain.boolean((canBeFalse ? [false] : []) + (canBeTrue ? [true] : []))
    result.mayAbstain = abstains
    result.isPure = inputs.allSatisfy(\.isPure)
    return result.costing(1, over: inputs)
  }

  // MARK: Narrowing

  /// Takes over what a condition says about names when it is `holds`.
  ///
  /// - Parameter provesValue: the condition has a value, so what it reads has one.
  /// - Returns: false when it never is.
  private mutating func narrow(
    _ term: Expression.Term, holds: Bool, provesValue: Bool
  ) -> Bool {
    switch term.form {
    case .boolean(let value): return value == holds
    case .not(let operand): return narrow(operand, holds: !holds, provesValue: provesValue)
    case .binary(.and, let left, let right) where holds:
      return narrow(left, holds: true, provesValue: provesValue)
        && narrow(right, holds: true, provesValue: provesValue)
    case .binary(.or, let left, let right) where !holds:
      return narrow(left, holds: false, provesValue: provesValue)
        && narrow(right, holds: false, provesValue: provesValue)
    case .binary(let symbol, let left, let right) where symbol.isComparison:
      let symbol = holds ? symbol : symbol.negated
      return narrow(left, symbol, right, provesValue)
        && narrow(right, symbol.mirrored, left, provesValue)
    default: return true
    }
  }

  private mutating func narrow(
    _ term: Expression.Term, _ symbol: Expression.Operator, _ other: Expression.Term,
    _ provesValue: Bool
  ) -> Bool {
    // Where the other side may abstain, the comparison can be undecided without a word about the name.
    guard case .name(let name) = term.form, let bound = parts[other.range], bound.type == .number,
      bound.support != [], provesValue || !bound.mayAbstain
    else { return true }
    var found = narrowed[name] ?? domain(name)
    guard found.type == .number, found.support != [] else { return true }
    if let support = found.support {
      let kept = support.filter { value in
        Intervals.compare(symbol, .constant(.number(value)), bound).canBeTrue
      }
      found.limit(to: kept)
      guard !kept.isEmpty else { return found.mayAbstain && !provesValue }
    } else {
      guard let range = Intervals.narrow(found.range, symbol, bound.range) else {
        return found.mayAbstain && !provesValue
      }
      found.range = range
    }
    if provesValue { found.mayAbstain = false }
    narrowed[name] = found
    return true
  }

  // MARK: Units

  private mutating func sameUnit(_ a: ValueDomain, _ b: ValueDomain, _ range: Range<Int>) {
    guard a.type == .number, b.type == .number, a.unit != b.unit else { return }
    let missing = a.unit == nil || b.unit == nil ? (a.unit ?? b.unit) : nil
    problems.append(
      ExpressionProblem(
        code: .expressionUnit,
        message: "\(Self.measure(a.unit)) and \(Self.measure(b.unit)) do not mix", range: range,
        help: missing.map { "give both the unit, as in `16 \($0.rawValue)`, or neither" }
          ?? "one does not convert into the other"))
  }

  private static func measure(_ unit: Unit?) -> String { unit?.phrase ?? "a bare number" }

  private mutating func report(
    _ code: DiagnosticCode, _ message: String, _ term: Expression.Term, help: String? = nil
  ) {
    problems.append(
      ExpressionProblem(code: code, message: message, range: term.range, help: help))
  }
}

extension ValueDomain {
  fileprivate func abstaining(like other: ValueDomain) -> ValueDomain {
    var result = self
    result.mayAbstain = mayAbstain || other.mayAbstain || other.type == .unknown
    result.isPure = isPure && other.isPure
    return result
  }

  fileprivate func costing(_ own: Int, over inputs: [ValueDomain]) -> ValueDomain {
    var result = self
    result.cost = inputs.reduce(own) { $0 + $1.cost }
    return result
  }
}

extension Expression.Operator {
  /// What holds exactly where this does not.
  fileprivate var negated: Expression.Operator {
    switch self {
    case .equal: .notEqual
    case .notEqual: .equal
    case .less: .greaterOrEqual
    case .lessOrEqual: .greater
    case .greater: .lessOrEqual
    case .greaterOrEqual: .less
    default: self
    }
  }

  /// The same with its sides exchanged.
  fileprivate var mirrored: Expression.Operator {
    switch self {
    case .less: .greater
    case .lessOrEqual: .greaterOrEqual
    case .greater: .less
    case .greaterOrEqual: .lessOrEqual
    default: self
    }
  }
}
