import Foundation

/// Cosines and sines of rotary embedding, one row per token and one column per pair of a head's
/// dimensions.
///
/// Angles are computed in Double. A pair is dimension i and dimension i + headDim / 2.
/// Source: RoFormer, arXiv:2104.09864, section 3.2.2.
struct RotaryTable {
  /// `[rows, columns]`, row-major.
  private(set) var cosines: [Float] = []
  private(set) var sines: [Float] = []
  private let frequencies: [Double]
  /// Which of a row's positions turns each column.
  private let axes: [Int]

  /// The decoder's table: contiguous sections of the columns follow time, row and column (Qwen2-VL,
  /// section 2.1).
  static func text(_ configuration: QwenConfiguration) -> RotaryTable {
    let pairs = configuration.text.headDimension / 2
    let sections = configuration.text.mropeSection ?? [pairs]
    let axes = sections.enumerated().flatMap { Array(repeating: $0.offset, count: $0.element) }
    return RotaryTable(
      frequencies: frequencies(pairs, theta: configuration.text.ropeTheta), axes: axes)
  }

  /// The vision tower's table: half of the columns follow the patch's row, half its column (base
  /// 10,000).
  static func vision(headDimension: Int) -> RotaryTable {
    let half = frequencies(headDimension / 4, theta: 10_000)
    return RotaryTable(
      frequencies: half + half,
      axes: Array(repeating: 0, count: half.count) + Array(repeating: 1, count: half.count))
  }

  private init(frequencies: [Double], axes: [Int]) {
    self.frequencies = frequencies
    self.axes = axes
  }

  /// theta^(-i / count) for i in 0..<count.
  private static func frequencies(_ count: Int, theta: Double) -> [Double] {
    (0..<count).map { Foundation.pow(theta, -Double($0) / Double(count)) }
  }

  var columns: Int { frequencies.count }
  var rows: Int { columns == 0 ? 0 : cosines.count / columns }

  /// Adds the row of one token; `positions` by axis.
  mutating func append(_ positions: SIMD3<Int>) {
    for column in frequencies.indices {
      let angle = Double(positions[axes[column]]) * frequencies[column]
      cosines.append(Float(Foundation.cos(angle)))
      sines.append(Float(Foundation.sin(angle)))
    }
  }
}
