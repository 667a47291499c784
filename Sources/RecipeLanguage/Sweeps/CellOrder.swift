/// Orders in which the cells of a grid are visited, as an index for each axis.
enum CellOrder {
  /// The last axis runs fastest.
  static func grid(_ counts: [Int]) -> some Sequence<[Int]> {
    let size = counts.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
    return (0..<max(0, size)).lazy.map { position in
      var rest = position
      var indices = [Int](repeating: 0, count: counts.count)
      for axis in counts.indices.reversed() {
        indices[axis] = rest % counts[axis]
        rest /= counts[axis]
      }
      return indices
    }
  }

  /// Each cell at most once, drawn with a generator of its own (SplitMix64), so that the same seed
  /// means the same cells everywhere.
  static func random(_ counts: [Int], seed: UInt64) -> some Sequence<[Int]> {
    var state = seed &+ 0x9E37_79B9_7F4A_7C15
    return distinct { _ in
      counts.map { count in
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        z ^= z >> 31
        return Int(z.multipliedFullWidth(by: UInt64(count)).high)
      }
    }
  }

  /// Each cell at most once, along a Sobol sequence (Joe and Kuo's directions): any beginning of it
  /// covers the grid evenly. Axes beyond the eighth repeat the first ones in reverse.
  static func sobol(_ counts: [Int]) -> some Sequence<[Int]> {
    let directions = counts.indices.map { axis in
      self.directions(axis < primitives.count + 1 ? axis : axis % (primitives.count + 1))
    }
    return distinct { point in
      let gray = point ^ (point >> 1)
      return counts.indices.map { axis in
        var bits: UInt32 = 0
        for bit in 0..<32 where gray >> bit & 1 == 1 { bits ^= directions[axis][bit] }
        if axis > primitives.count { bits = ~bits }
        return Int((UInt64(bits) * UInt64(counts[axis])) >> 32)
      }
    }
  }

  /// Points without repetition; ends when new ones have become rare.
  private static func distinct(_ point: @escaping (Int) -> [Int]) -> some Sequence<[Int]> {
    var seen: Set<[Int]> = []
    var next = 0
    return AnyIterator {
      var misses = 0
      while misses < SweepPlan.cellLimit {
        let indices = point(next)
        next += 1
        if seen.insert(indices).inserted { return indices }
        misses += 1
      }
      return nil
    }
  }

  /// Degree, coefficients and initial numbers of the axes after the first.
  private static let primitives: [(degree: Int, coefficients: Int, initial: [UInt32])] = [
    (1, 0, [1]), (2, 1, [1, 3]), (3, 1, [1, 3, 1]), (3, 2, [1, 1, 1]), (4, 1, [1, 1, 3, 3]),
    (4, 4, [1, 3, 5, 13]), (5, 2, [1, 1, 5, 5, 17]),
  ]

  private static func directions(_ axis: Int) -> [UInt32] {
    guard axis > 0 else { return (0..<32).map { 1 << (31 - UInt32($0)) } }
    let (degree, coefficients, initial) = primitives[axis - 1]
    var numbers = initial.enumerated().map { $1 << (31 - UInt32($0)) }
    for index in degree..<32 {
      var value = numbers[index - degree] ^ (numbers[index - degree] >> UInt32(degree))
      for k in 1..<max(degree, 1) where coefficients >> (degree - 1 - k) & 1 == 1 {
        value ^= numbers[index - k]
      }
      numbers.append(value)
    }
    return numbers
  }
}
