import Foundation

extension Expression {
  /// The calls that expressions can make, besides `if`.
  public enum Function: String, Sendable, Hashable, CaseIterable {
    case min, max, abs, clamp, round, floor, ceil, sqrt, exp, log

    /// How many values it takes.
    var arity: ClosedRange<Int> {
      switch self {
      case .min, .max: 2...8
      case .clamp: 3...3
      default: 1...1
      }
    }

    var usage: String {
      switch self {
      case .min, .max: "`\(rawValue)(a, b)`"
      case .clamp: "`clamp(value, low, high)`"
      default: "`\(rawValue)(value)`"
      }
    }

    /// Whether the value has the unit of the arguments; the others take and yield bare numbers.
    var keepsUnit: Bool {
      switch self {
      case .sqrt, .exp, .log: false
      default: true
      }
    }

    /// The value, which is not finite where there is none.
    func apply(_ values: [Double]) -> Double {
      let value = values[0]
      switch self {
      case .min: return values.min() ?? value
      case .max: return values.max() ?? value
      case .abs: return Swift.abs(value)
      case .clamp: return Swift.min(Swift.max(value, values[1]), values[2])
      case .round: return value.rounded()
      case .floor: return value.rounded(.down)
      case .ceil: return value.rounded(.up)
      case .sqrt: return value.squareRoot()
      case .exp: return Foundation.exp(value)
      case .log: return Foundation.log(value)
      }
    }
  }

  /// What can be asked of the responses of a group. Responses for which the argument has no value are
  /// left out.
  public enum Aggregate: String, Sendable, Hashable, CaseIterable {
    /// The responses for which the condition holds.
    case count
    case mean
    /// Sample standard deviation; none for fewer than two responses.
    case std
    case minOf = "min_of"
    case maxOf = "max_of"
    case any
    case all

    /// Whether it is asked of a condition, not of a number.
    var takesCondition: Bool {
      switch self {
      case .count, .any, .all: true
      case .mean, .std, .minOf, .maxOf: false
      }
    }

    /// - Parameter values: of the responses that have one; conditions as 1 and 0.
    func apply(_ values: [Double]) -> Double? {
      switch self {
      case .count: return Double(values.count { $0 != 0 })
      case .any: return values.contains { $0 != 0 } ? 1 : 0
      case .all: return values.allSatisfy { $0 != 0 } ? 1 : 0
      case .minOf: return values.min()
      case .maxOf: return values.max()
      case .mean: return Self.mean(values)
      case .std:
        guard values.count > 1, let mean = Self.mean(values) else { return nil }
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (squares / Double(values.count - 1)).squareRoot()
      }
    }

    /// Rounding cannot carry it outside of what it is the mean of, so equal values deviate by nothing.
    private static func mean(_ values: [Double]) -> Double? {
      guard let low = values.min(), let high = values.max() else { return nil }
      return Swift.min(Swift.max(values.reduce(0, +) / Double(values.count), low), high)
    }
  }
}

extension Expression.Operator {
  /// Conditions are 1 and 0.
  func apply(_ a: Double, _ b: Double) -> Double {
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
