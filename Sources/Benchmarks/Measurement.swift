import Foundation
import Trainer

/// What a benchmark found.
struct Measurement {
  /// Seconds of every repetition.
  var seconds: [Double]
  /// Tokens of one repetition, where it has tokens.
  var tokens: Int?
  /// Floating-point operations of one repetition, where they are the point.
  var operations: Double?
  /// Further figures by name.
  var figures: [(String, Double)] = []

  /// Repeats until there are enough repetitions and they took long enough; the first is not counted.
  static func of(
    repetitions: Int = 5, atLeast least: Double = 0, _ body: () throws -> Void
  ) rethrows -> [Double] {
    try body()
    var seconds: [Double] = []
    while seconds.count < repetitions || seconds.reduce(0, +) < least {
      seconds.append(try time(body))
    }
    return seconds
  }

  /// Two bodies that take turns, so that a slow minute of the machine falls on both; the first turn is not
  /// counted.
  static func ofTurns(
    _ repetitions: Int, _ first: () throws -> Void, _ second: () throws -> Void
  ) rethrows -> (first: Self, second: Self) {
    try first()
    try second()
    var (one, two) = (Self(seconds: []), Self(seconds: []))
    for _ in 0..<repetitions {
      one.seconds.append(try time(first))
      two.seconds.append(try time(second))
    }
    return (one, two)
  }

  /// The median over turns of the other's time in units of this one's.
  func ratio(of other: Self) -> Double {
    Self(seconds: zip(other.seconds, seconds).map { $0 / $1 }).median
  }

  static func time(_ body: () throws -> Void) rethrows -> Double {
    let start = ContinuousClock.now
    try body()
    return start.duration(to: .now) / .seconds(1)
  }

  var median: Double {
    let sorted = seconds.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  /// The best time of products that widen bfloat16 over the best of these native ones.
  mutating func addRatio(toWidened widened: [Double]) {
    figures.append(
      ("widened_ratio", (widened.min() ?? .infinity) / (seconds.min() ?? .infinity)))
  }

  func json(_ name: String) -> String {
    var entries = ["\"name\": \"\(name)\""]
    func add(_ key: String, _ value: Double) { entries.append("\"\(key)\": \(Self.short(value))") }
    add("seconds", median)
    add("least", seconds.min() ?? 0)
    add("most", seconds.max() ?? 0)
    add("repetitions", Double(seconds.count))
    if let tokens { add("tokens_per_second", Double(tokens) / median) }
    if let operations {
      let rate = operations / median
      add("gflops", rate / 1e9)
    }
    for (key, value) in figures { add(key, value) }
    add("peak_mib", Double(AvailableMemory.peakResident >> 20))
    return "{" + entries.joined(separator: ", ") + "}"
  }

  /// One digit after the point, right-aligned.
  static func fixed(_ value: Double, _ width: Int) -> String {
    let digits = String(format: "%.1f", value)
    return String(repeating: " ", count: max(0, width - digits.count)) + digits
  }

  /// Four significant digits.
  private static func short(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e9
      ? String(Int(value)) : String(format: "%.4g", value)
  }
}
