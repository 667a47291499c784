/// Arithmetic on ranges of numbers. Every result contains what the operation can yield: rounding is
/// monotone, so the ends of a sum or product bound what lies between as it is computed.
enum Intervals {
  typealias Range = ClosedRange<Double>

  static func apply(_ symbol: Expression.Operator, _ a: Range, _ b: Range) -> Range {
    switch symbol {
    case .add: return hull([a.lowerBound + b.lowerBound, a.upperBound + b.upperBound])
    case .subtract: return hull([a.lowerBound - b.upperBound, a.upperBound - b.lowerBound])
    case .multiply: return corners(a, b, product)
    case .divide: return quotient(a, b)
    default: return 0...1
    }
  }

  static func apply(_ function: Expression.Function, _ arguments: [Range]) -> Range {
    let value = arguments[0]
    let (low, high) = (value.lowerBound, value.upperBound)
    switch function {
    case .min, .max, .clamp:
      return hull([
        function.apply(arguments.map(\.lowerBound)), function.apply(arguments.map(\.upperBound)),
      ])
    case .abs:
      let ends = [Swift.abs(low), Swift.abs(high)]
      return hull(value.contains(0) ? ends + [0] : ends)
    case .round, .floor, .ceil: return hull([function.apply([low]), function.apply([high])])
    case .sqrt, .log:
      guard high >= 0 else { return ValueDomain.everything }
      return hull([
        function.apply([Swift.max(0, low)]).nextDown, function.apply([high]).nextUp,
      ])
    case .exp: return hull([function.apply([low]).nextDown, function.apply([high]).nextUp])
    }
  }

  static func apply(
    _ aggregate: Expression.Aggregate, _ argument: ValueDomain, groupSize: Int?
  ) -> ValueDomain {
    let size = groupSize.map(Double.init) ?? .infinity
    let neverEmpty = groupSize.map { $0 > 0 } == true && !argument.mayAbstain
    var result = ValueDomain(type: .number, unit: argument.unit, range: argument.range)
    switch aggregate {
    case .count:
      result = .number(in: 0...size)
      if argument.isAlwaysFalse {
        result.limit(to: [0])
      } else if let groupSize, groupSize < ValueDomain.supportLimit {
        let isAll = argument.isAlwaysTrue && !argument.mayAbstain
        result.limit(to: (isAll ? groupSize...groupSize : 0...groupSize).map(Double.init))
      }
    case .any:
      result = .boolean(
        (argument.canBeFalse || !neverEmpty ? [false] : []) + (argument.canBeTrue ? [true] : []))
    case .all:
      result = .boolean(
        (argument.canBeFalse ? [false] : [])
          + (argument.canBeTrue || !neverEmpty ? [true] : []))
    case .minOf, .maxOf:
      result.support = argument.support
      result.mayAbstain = !neverEmpty
    case .mean:
      if let only = argument.onlyValue { result.limit(to: [only]) }
      result.mayAbstain = !neverEmpty || overflows(argument.range, size)
    case .std:
      let width = argument.range.upperBound - argument.range.lowerBound
      result.range = 0...(width.isFinite ? width.nextUp : .infinity)
      result.mayAbstain = !neverEmpty || size < 2 || overflows(argument.range, size)
    }
    return result
  }

  /// Whether two numbers of these domains can compare so, and can fail to.
  static func compare(
    _ symbol: Expression.Operator, _ a: ValueDomain, _ b: ValueDomain
  ) -> (canBeTrue: Bool, canBeFalse: Bool) {
    if let pairs = combinations([a.support, b.support]) {
      let results = pairs.map { symbol.apply($0[0], $0[1]) != 0 }
      return (results.contains(true), results.contains(false))
    }
    if a.support == [] || b.support == [] { return (false, false) }
    switch symbol {
    case .less: return ordered(a.range, b.range)
    case .greater: return ordered(b.range, a.range)
    case .lessOrEqual:
      let (below, notBelow) = ordered(b.range, a.range)
      return (notBelow, below)
    case .greaterOrEqual:
      let (below, notBelow) = ordered(a.range, b.range)
      return (notBelow, below)
    case .equal, .notEqual:
      let canBeEqual = a.range.overlaps(b.range) && !isApart(a, b)
      let isOne =
        a.range == b.range && a.range.lowerBound == a.range.upperBound
        && a.range.lowerBound.isFinite
      return symbol == .equal ? (canBeEqual, !isOne) : (!isOne, canBeEqual)
    default: return (true, true)
    }
  }

  /// The part of a range in which a comparison with some number of `bound` can hold; nil for none.
  static func narrow(_ range: Range, _ symbol: Expression.Operator, _ bound: Range) -> Range? {
    var (low, high) = (range.lowerBound, range.upperBound)
    switch symbol {
    case .less: high = min(high, bound.upperBound.nextDown)
    case .lessOrEqual: high = min(high, bound.upperBound)
    case .greater: low = max(low, bound.lowerBound.nextUp)
    case .greaterOrEqual: low = max(low, bound.lowerBound)
    case .equal: (low, high) = (max(low, bound.lowerBound), min(high, bound.upperBound))
    default: break
    }
    return low <= high ? low...high : nil
  }

  /// All combinations of the supports; nil when one is not known or they are too many.
  static func combinations(_ supports: [[Double]?]) -> [[Double]]? {
    var result: [[Double]] = [[]]
    for support in supports {
      guard let support, result.count * support.count <= 4096 else { return nil }
      result = result.flatMap { head in support.map { head + [$0] } }
    }
    return result
  }

  private static func ordered(_ a: Range, _ b: Range) -> (canBeTrue: Bool, canBeFalse: Bool) {
    (a.lowerBound < b.upperBound, a.upperBound >= b.lowerBound)
  }

  /// One is a few numbers, none of which the other reaches.
  private static func isApart(_ a: ValueDomain, _ b: ValueDomain) -> Bool {
    a.support.map { !$0.contains(where: b.contains) } == true
      || b.support.map { !$0.contains(where: a.contains) } == true
  }

  private static func overflows(_ range: Range, _ count: Double) -> Bool {
    let size = max(abs(range.lowerBound), abs(range.upperBound))
    // Squares are summed for a deviation.
    return !(size * size * min(count, 1e9)).isFinite
  }

  private static func quotient(_ a: Range, _ b: Range) -> Range {
    if !b.contains(0) { return corners(a, b) { x, y in x.isInfinite && y.isInfinite ? 0 : x / y } }
    // A divisor close to 0 on one side alone still has one sign.
    guard (b.lowerBound == 0) != (b.upperBound == 0) else { return ValueDomain.everything }
    let far = b.lowerBound == 0 ? b.upperBound : b.lowerBound
    let steep = b.lowerBound == 0 ? Double.infinity : -Double.infinity
    return hull(
      [a.lowerBound, a.upperBound].flatMap { end in
        [end.isInfinite && far.isInfinite ? 0 : end / far, product(end, steep)]
      })
  }

  private static func corners(_ a: Range, _ b: Range, _ apply: (Double, Double) -> Double) -> Range
  {
    hull([
      apply(a.lowerBound, b.lowerBound), apply(a.lowerBound, b.upperBound),
      apply(a.upperBound, b.lowerBound), apply(a.upperBound, b.upperBound),
    ])
  }

  /// Infinite ends stand for finite numbers, of which 0 times is 0.
  private static func product(_ a: Double, _ b: Double) -> Double { a == 0 || b == 0 ? 0 : a * b }

  private static func hull(_ values: [Double]) -> Range {
    guard !values.contains(where: \.isNaN), let low = values.min(), let high = values.max() else {
      return ValueDomain.everything
    }
    return low...high
  }
}
