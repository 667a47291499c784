import CShims

/// Attention of a few heads of one query row that share a key/value head, reading keys and values in
/// place: with so few lines the time to pack panels would exceed the time to use them. Every score and
/// every output element is the same chain of multiply-adds as in the panels, so the bits are the same.
@usableFromInline
struct AttentionLines<Tier: KernelTier, let lines: Int> {
  @usableFromInline let keys: KeyRows
  @usableFromInline let values: KeyRows
  /// How many keys of the list the row sees.
  @usableFromInline let count: Int
  @usableFromInline let dimension: Int

  @inlinable @inline(__always)
  init(_: Tier.Type, keys: KeyRows, values: KeyRows, count: Int, dimension: Int) {
    self.keys = keys
    self.values = values
    self.count = count
    self.dimension = dimension
  }

  /// Dot products of the queries with 16 keys at a time, transposed in registers. Lanes after the
  /// last key repeat it. A row of `scores` has room for the next multiple of 16.
  @inlinable @inline(never)
  func score(_ queries: ConstantRows, into scores: MutableRows) {
    var first = 0
    var next = rows(from: 0)
    while first < count {
      let rows = next
      next = self.rows(from: first &+ 16)
      var sums = InlineArray<lines, Lanes>(repeating: .zero)
      var column = 0
      while column < dimension {
        var t = InlineArray<16, WordLanes>(repeating: .zero)
        for r in 0..<16 {
          t[unchecked: r] = UnsafeRawPointer(rows[unchecked: r] + column)
            .loadUnaligned(as: WordLanes.self)
        }
        // Rows of different sequences lie where the processor does not expect them.
        for r in 0..<16 { prefetch_line(next[unchecked: r] + column) }
        t = transposed(t)
        for r in 0..<16 {
          let key = unsafeBitCast(t[unchecked: r], to: Lanes.self)
          for line in 0..<lines {
            Tier.multiplyAdd(
              &sums[unchecked: line], Lanes(repeating: queries.row(line)[column &+ r]), key)
          }
        }
        column &+= 16
      }
      for line in 0..<lines { sums[unchecked: line].store(scores.row(line) + first) }
      first &+= 16
    }
  }

  /// 16 key rows; the last one again for those after it.
  @inlinable @inline(__always)
  func rows(from first: Int) -> InlineArray<16, UnsafePointer<UInt32>> {
    var rows = InlineArray<16, UnsafePointer<UInt32>>(repeating: keys.row(0))
    for r in 0..<16 { rows[unchecked: r] = keys.row(min(first &+ r, count &- 1)) }
    return rows
  }

  /// The sums of the value rows, weighted, in list order and in blocks of `reductionBlock`.
  @inlinable @inline(never)
  func weigh(
    _ weights: MutableRows, times factors: InlineArray<lines, Float>, into output: MutableRows
  ) {
    var column = 0
    while column < dimension {
      let second = min(column &+ 16, dimension &- 16)
      var first = 0
      var totals = InlineArray<lines, (Lanes, Lanes)>(repeating: (.zero, .zero))
      while first < count {
        let end = min(first &+ reductionBlock, count)
        var sums = InlineArray<lines, (Lanes, Lanes)>(repeating: (.zero, .zero))
        for key in first..<end {
          let row = values.floats(key)
          let (a, b) = (Lanes.load(row + column), Lanes.load(row + second))
          let later = values.floats(min(key &+ 16, count &- 1))
          prefetch_line(later + column)
          prefetch_line(later + second)
          for line in 0..<lines {
            let weight = Lanes(repeating: weights.row(line)[key])
            Tier.multiplyAdd(&sums[unchecked: line].0, weight, a)
            Tier.multiplyAdd(&sums[unchecked: line].1, weight, b)
          }
        }
        for line in 0..<lines {
          let (sum, total) = (sums[unchecked: line], totals[unchecked: line])
          totals[unchecked: line] = first == 0 ? sum : (total.0 + sum.0, total.1 + sum.1)
        }
        first = end
      }
      for line in 0..<lines {
        let total = totals[unchecked: line]
        let factor = factors[unchecked: line]
        (total.0 * factor).store(output.row(line) + column)
        (total.1 * factor).store(output.row(line) + second)
      }
      column &+= 32
    }
  }
}

/// How many lines are computed together, as a type.
@usableFromInline
struct LineCount<let lines: Int> {
  @inlinable @inline(__always)
  init() {}
}

/// Whether a tier reads keys and values of this head dimension in place.
@inlinable @inline(__always)
func readsInPlace<Tier: KernelTier>(_: Tier.Type, _ dimension: Int) -> Bool {
  Tier.transposesInRegisters && dimension % 16 == 0 && dimension <= reductionBlock
}
