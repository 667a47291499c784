/// Attention of one query row's head, reading keys and values in place: with a single line the time
/// to pack panels would exceed the time to use them. Every score and every output element is the
/// same chain of multiply-adds as in the panels, so the bits are the same.
@usableFromInline
struct AttentionLine<Tier: KernelTier> {
  @usableFromInline let keys: KeyRows
  @usableFromInline let values: KeyRows
  /// How many keys of the list the line sees.
  @usableFromInline let count: Int
  @usableFromInline let dimension: Int

  /// Whether this tier and head dimension have this path.
  @inlinable @inline(__always)
  static func handles(_ dimension: Int) -> Bool {
    Tier.transposesInRegisters && dimension % 16 == 0 && dimension <= reductionBlock
  }

  @inlinable @inline(__always)
  init(_: Tier.Type, keys: KeyRows, values: KeyRows, count: Int, dimension: Int) {
    self.keys = keys
    self.values = values
    self.count = count
    self.dimension = dimension
  }

  /// Dot products of the query with 16 keys at a time, transposed in registers. Lanes after the
  /// last key repeat it. `scores` has room for the next multiple of 16.
  @inlinable @inline(__always)
  func score(_ query: UnsafePointer<Float>, into scores: UnsafeMutablePointer<Float>) {
    var first = 0
    while first < count {
      var sum = Lanes.zero
      var column = 0
      while column < dimension {
        var t = InlineArray<16, WordLanes>(repeating: .zero)
        for r in 0..<16 {
          t[unchecked: r] = UnsafeRawPointer(keys.row(min(first &+ r, count &- 1)) + column)
            .loadUnaligned(as: WordLanes.self)
        }
        for _ in 0..<4 { t = perfectShuffle(t) }
        for r in 0..<16 {
          Tier.multiplyAdd(
            &sum, Lanes(repeating: query[column &+ r]),
            unsafeBitCast(t[unchecked: r], to: Lanes.self))
        }
        column &+= 16
      }
      sum.store(scores + first)
      first &+= 16
    }
  }

  /// The sum of the value rows, weighted, in list order and in blocks of `reductionBlock`.
  @inlinable @inline(__always)
  func weigh(
    _ weights: UnsafePointer<Float>, times factor: Float,
    into output: UnsafeMutablePointer<Float>
  ) {
    var column = 0
    while column < dimension {
      let second = min(column &+ 16, dimension &- 16)
      var first = 0
      var total = (Lanes.zero, Lanes.zero)
      while first < count {
        let end = min(first &+ reductionBlock, count)
        var sum = (Lanes.zero, Lanes.zero)
        for key in first..<end {
          let row = values.floats(key)
          let weight = Lanes(repeating: weights[key])
          Tier.multiplyAdd(&sum.0, weight, Lanes.load(row + column))
          Tier.multiplyAdd(&sum.1, weight, Lanes.load(row + second))
        }
        total = first == 0 ? sum : (total.0 + sum.0, total.1 + sum.1)
        first = end
      }
      (total.0 * factor).store(output + column)
      (total.1 * factor).store(output + second)
      column &+= 32
    }
  }
}
