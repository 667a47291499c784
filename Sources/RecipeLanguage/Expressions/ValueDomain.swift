/// What is known of a value before anything runs.
public struct ValueDomain: Sendable, Hashable {
  public var type: ExpressionType
  /// Of numbers and windows; nil for bare numbers.
  public var unit: Unit?
  /// Every number lies in here, and both ends of every window; conditions are 0 and 1. The ends may be
  /// infinite.
  public var range: ClosedRange<Double>
  /// The numbers it can be, ascending, when they are known and few; empty when it always abstains.
  public var support: [Double]?
  /// Whether there can be no value.
  public var mayAbstain: Bool
  /// Whether equal inputs always give equal values.
  public var isPure: Bool
  /// Operations that one evaluation takes; of an aggregate, for each response of the group.
  public var cost: Int

  /// A support has at most this many values.
  public static let supportLimit = 64
  static let everything = -Double.infinity...Double.infinity

  public init(
    type: ExpressionType, unit: Unit? = nil,
    range: ClosedRange<Double> = -Double.infinity...Double.infinity, support: [Double]? = nil,
    mayAbstain: Bool = false, isPure: Bool = true, cost: Int = 0
  ) {
    self.type = type
    self.unit = unit
    self.range = range
    self.support = nil
    self.mayAbstain = mayAbstain
    self.isPure = isPure
    self.cost = cost
    if let support { limit(to: support) }
  }

  public static func number(
    in range: ClosedRange<Double> = -Double.infinity...Double.infinity, unit: Unit? = nil,
    support: [Double]? = nil
  ) -> ValueDomain {
    ValueDomain(type: .number, unit: unit, range: range, support: support)
  }

  /// A condition that can be any of these.
  public static func boolean(_ values: [Bool] = [false, true]) -> ValueDomain {
    ValueDomain(type: .boolean, range: 0...1, support: values.map { $0 ? 1 : 0 })
  }

  /// A column of the data, whose type is known only when it is read.
  public static let column = ValueDomain(type: .unknown, mayAbstain: true)

  /// Exactly this value.
  public static func constant(_ value: ExpressionValue) -> ValueDomain {
    switch value {
    case .number(let number, let unit): .number(in: number...number, unit: unit, support: [number])
    case .boolean(let value): .boolean([value])
    case .text: ValueDomain(type: .text)
    case .window(let window):
      ValueDomain(type: .window, unit: window.unit, range: window.lower...window.upper)
    }
  }

  /// The values of a reward, from its signature.
  public init(_ signature: RewardSignature) {
    self.init(
      type: .number, range: signature.range, support: signature.support,
      mayAbstain: signature.mayAbstain, isPure: signature.isPure)
  }

  /// A condition that holds wherever it has a value.
  public var isAlwaysTrue: Bool { type == .boolean && support == [1] }
  /// A condition that holds nowhere.
  public var isAlwaysFalse: Bool { type == .boolean && support == [0] }
  public var canBeTrue: Bool { support?.contains { $0 != 0 } ?? true }
  public var canBeFalse: Bool { support?.contains(0) ?? true }
  /// The one value it has wherever it has one.
  public var onlyValue: Double? {
    if let support { return support.count == 1 ? support[0] : nil }
    return type == .number && range.lowerBound == range.upperBound ? range.lowerBound : nil
  }

  /// Whether a value is possible, as far as is known.
  public func contains(_ value: Double) -> Bool {
    support?.contains(value) ?? range.contains(value)
  }

  /// The values of either.
  public func joined(_ other: ValueDomain) -> ValueDomain {
    var result = self
    result.type = type == .unknown ? other.type : type
    result.unit = unit ?? other.unit
    result.mayAbstain = mayAbstain || other.mayAbstain
    result.isPure = isPure && other.isPure
    result.cost = max(cost, other.cost)
    result.support = nil
    if support == [] {
      result.range = other.range
      result.support = other.support
    } else if other.support == [] {
      result.support = support
    } else {
      result.range =
        min(
          range.lowerBound, other.range.lowerBound)...max(
          range.upperBound, other.range.upperBound)
      if let support, let others = other.support { result.limit(to: support + others) }
    }
    return result
  }

  /// Sets the support, where it is small enough, and the range to match.
  mutating func limit(to values: [Double]) {
    let values = Set(values.map { $0 == 0 ? 0 : $0 }).sorted()
    guard values.count <= Self.supportLimit else {
      support = nil
      return
    }
    support = values
    if let low = values.first, let high = values.last, type != .boolean { range = low...high }
  }
}
