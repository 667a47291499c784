// Loops and loads are static functions of the tier, so that every closure of a kernel mentions its
// tier. A closure that does not is compiled to the same symbol in every tier's module, and the
// linker keeps any one of them: perhaps AVX-512 code for a processor without it.

extension KernelTier {
  /// The first `count` floats at `source`; the lanes after them are +0.
  @inlinable @inline(__always)
  static func load(_ source: UnsafePointer<Float>, _ count: Int = 16) -> Lanes {
    Lanes.load(source, count)
  }

  /// `count` columns of a row, from `column` on.
  @inlinable @inline(__always)
  static func load(_ matrix: ConstantRows, _ row: Int, _ column: Int, _ count: Int) -> Lanes {
    Lanes.load(matrix.row(row) + column, count)
  }

  /// `count` columns of a row of a broadcast operand, from `column` on.
  @inlinable @inline(__always)
  static func load(_ operand: Operand, _ row: Int, _ column: Int, _ count: Int) -> Lanes {
    let start = operand.base + row &* operand.rowStride
    return operand.repeats
      ? Lanes(repeating: start.pointee) : Lanes.load(start + column, count)
  }

  /// Writes `value(row, column, count)` to every element of a `[rows, columns]` output, 16 columns
  /// at a time; `count` is less than 16 only for the last columns of a row.
  @inlinable @inline(__always)
  static func writeRows(
    _ rows: Int, _ columns: Int, _ out: MutableRows,
    _ value: (_ row: Int, _ column: Int, _ count: Int) -> Lanes
  ) {
    for row in 0..<rows {
      let target = out.row(row)
      var column = 0
      while column &+ 16 <= columns {
        value(row, column, 16).store(target + column)
        column &+= 16
      }
      if column < columns {
        let count = columns &- column
        value(row, column, count).store(target + column, count)
      }
    }
  }
}
