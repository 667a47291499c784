extension KernelTier {
  /// The sum of `steps` over one row in a fixed order: four chains of lanes over groups of 64
  /// columns, what is left over in the first chain, then a tree.
  ///
  /// - Parameter step: adds the terms of `count` columns from `column` on to the given lanes; terms
  ///   of lanes from `count` on must be 0.
  @inlinable @inline(__always)
  static func rowSum(
    _ columns: Int, _ step: (_ sum: inout Lanes, _ column: Int, _ count: Int) -> Void
  ) -> Float {
    var a = Lanes.zero
    var b = Lanes.zero
    var c = Lanes.zero
    var d = Lanes.zero
    var column = 0
    while column &+ 64 <= columns {
      step(&a, column, 16)
      step(&b, column &+ 16, 16)
      step(&c, column &+ 32, 16)
      step(&d, column &+ 48, 16)
      column &+= 64
    }
    while column &+ 16 <= columns {
      step(&a, column, 16)
      column &+= 16
    }
    if column < columns { step(&a, column, columns &- column) }
    return ((a + b) + (c + d)).total
  }

  /// Per column, the sum of `step` over rows in ascending order: chains over blocks of 64 rows,
  /// added block by block.
  @inlinable @inline(__always)
  static func columnSum(
    _ rows: Int, _ columns: Int, _ out: UnsafeMutablePointer<Float>,
    _ step: (_ sum: inout Lanes, _ row: Int, _ column: Int, _ count: Int) -> Void
  ) {
    writeRows(1, columns, MutableRows(out, rowStride: 0)) { _, column, count in
      var total = Lanes.zero
      var first = 0
      while first < rows {
        let end = min(rows, first &+ 64)
        total += chain(first..<end) { step(&$0, $1, column, count) }
        first = end
      }
      return total
    }
  }

  /// One chain of additions over some rows.
  @inlinable @inline(__always)
  static func chain(_ rows: Range<Int>, _ step: (_ sum: inout Lanes, _ row: Int) -> Void) -> Lanes {
    var sum = Lanes.zero
    for row in rows { step(&sum, row) }
    return sum
  }
}

/// Sums in a fixed order.
public struct ReductionKernels: Sendable {
  public typealias RowDots =
    @Sendable (
      _ rows: Int, _ columns: Int, _ a: ConstantRows, _ b: ConstantRows,
      _ out: UnsafeMutablePointer<Float>
    ) -> Void
  public typealias RowSums =
    @Sendable (
      _ rows: Int, _ columns: Int, _ x: ConstantRows, _ out: UnsafeMutablePointer<Float>
    ) -> Void

  /// The sum of a vector: blocks of 4096 elements, whose sums are added in Double.
  public let sum: @Sendable (_ count: Int, _ x: UnsafePointer<Float>) -> Float
  /// The sum of squares of a vector; products and sums in Double.
  public let sumOfSquares: @Sendable (_ count: Int, _ x: UnsafePointer<Float>) -> Double
  /// Per row, the sum of its elements.
  public let rowSums: RowSums
  /// Per row, the sum of the products of two matrices' elements.
  public let rowDots: RowDots
  /// Per column, the sum of its elements. Columns may be split over calls, rows may not.
  public let columnSums: RowSums
  /// Per column, the sum of the products of two matrices' elements. Splits like `columnSums`.
  public let columnDots: RowDots

  @inlinable @inline(__always)
  init<Tier: KernelTier>(_: Tier.Type) {
    sum = { count, x in
      var total = 0.0
      var first = 0
      while first < count {
        let block = x + first
        let length = min(4096, count &- first)
        total += Double(Tier.rowSum(length) { $0 += Tier.load(block + $1, $2) })
        first &+= length
      }
      return Float(total)
    }
    sumOfSquares = { count, x in
      var low = SIMD8<Double>.zero
      var high = SIMD8<Double>.zero
      var index = 0
      while index < count {
        let length = min(16, count &- index)
        let lanes = Tier.load(x + index, length)
        let a = SIMD8<Double>(lanes.lowHalf)
        let b = SIMD8<Double>(lanes.highHalf)
        low = low + a * a
        high = high + b * b
        index &+= 16
      }
      let eight = low + high
      let four = eight.lowHalf + eight.highHalf
      let two = four.lowHalf + four.highHalf
      return two.x + two.y
    }
    rowSums = { rows, columns, x, out in
      for row in 0..<rows {
        out[row] = Tier.rowSum(columns) { $0 += Tier.load(x, row, $1, $2) }
      }
    }
    rowDots = { rows, columns, a, b, out in
      for row in 0..<rows {
        out[row] = Tier.rowSum(columns) {
          Tier.multiplyAdd(&$0, Tier.load(a, row, $1, $2), Tier.load(b, row, $1, $2))
        }
      }
    }
    columnSums = { rows, columns, x, out in
      Tier.columnSum(rows, columns, out) { $0 += Tier.load(x, $1, $2, $3) }
    }
    columnDots = { rows, columns, a, b, out in
      Tier.columnSum(rows, columns, out) {
        Tier.multiplyAdd(&$0, Tier.load(a, $1, $2, $3), Tier.load(b, $1, $2, $3))
      }
    }
  }
}
