@testable import TensorEngine

/// Reproducible pseudo-random numbers for test data (SplitMix64).
struct Numbers {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Uniform in the range, in Float steps.
  mutating func uniform(_ range: ClosedRange<Float>) -> Float {
    let unit = Float(next() >> 40) / Float(1 << 24)
    return range.lowerBound + unit * (range.upperBound - range.lowerBound)
  }

  mutating func tensor(_ shape: [Int], _ range: ClosedRange<Float> = -1...1) -> HostTensor {
    HostTensor((0..<elementCount(shape)).map { _ in uniform(range) }, shape: shape)
  }

  mutating func indices(_ count: Int, below bound: Int) -> HostTensor {
    HostTensor((0..<count).map { _ in Int32(next() % UInt64(bound)) }, shape: [count])
  }

  /// Distinct indices.
  mutating func places(_ count: Int, below bound: Int) -> HostTensor {
    var all = (0..<Int32(bound)).map { $0 }
    for i in all.indices { all.swapAt(i, i + Int(next() % UInt64(all.count - i))) }
    return HostTensor(Array(all.prefix(count)), shape: [count])
  }
}

/// A segment table.
func segmentTable(_ rows: [[Int32]]) -> HostTensor {
  HostTensor(rows.flatMap(\.self), shape: [rows.count, 7])
}

extension [Dimension] {
  /// A shape whose extents are all known.
  static func known(_ sizes: [Int]) -> [Dimension] { sizes.map(Dimension.fixed) }
}
