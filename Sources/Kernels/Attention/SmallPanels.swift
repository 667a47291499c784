/// A right operand `[steps, columns]` in caller's scratch, as panels of 64, 32 and 16 columns (of 16
/// on narrow tiers), so that head dimensions are padded to the next multiple of 16 only. The panel
/// whose first column is c starts at `base + steps * c`.
@usableFromInline
struct SmallPanels<Tier: KernelTier, let tileRows: Int, let tileVectors: Int> {
  @usableFromInline let base: UnsafeMutablePointer<Float>
  @usableFromInline let steps: Int
  @usableFromInline let columns: Int
  /// Scratch for a tile, for the last, incomplete columns.
  @usableFromInline let edge: UnsafeMutableRawPointer

  @inlinable @inline(__always)
  init(
    _: Tier.Type, _: TileShape<tileRows, tileVectors>, steps: Int, columns: Int,
    scratch: inout Scratch, edge: UnsafeMutableRawPointer
  ) {
    base = scratch.take(steps &* roundedUp(columns))
    self.steps = steps
    self.columns = columns
    self.edge = edge
  }

  /// Calls `body` with the first column and the width of the panels that cover the first `count`
  /// columns.
  @inlinable @inline(__always)
  func forEachPanel(_ count: Int, _ body: (_ first: Int, _ width: Int) -> Void) {
    var first = 0
    while first < count {
      let rest = columns &- first
      let width = tileVectors >= 4 && rest > 48 ? 64 : tileVectors >= 2 && rest > 16 ? 32 : 16
      body(first, width)
      first &+= width
    }
  }

  /// Source row c becomes column c; missing columns hold any numbers.
  @inlinable @inline(__always)
  func pack(transposing source: KeyRows) {
    forEachPanel(columns) { first, width in
      let panel = UnsafeMutableRawPointer(base + steps &* first)
      transposeToPanel(
        Tier.self, width: width, source: ShiftedRows(source, first),
        columns: min(width, columns &- first), wordRows: steps,
        panel: panel.assumingMemoryBound(to: UInt32.self))
    }
  }

  /// Source row s becomes row s of the operand, for the first `count` steps; missing columns become
  /// 0.
  @inlinable @inline(__always)
  func pack<Source: WordRows>(copying source: Source, steps count: Int) {
    forEachPanel(columns) { first, width in
      let panel = base + steps &* first
      let valid = min(width, columns &- first)
      for step in 0..<count {
        let row = UnsafeRawPointer(source.row(step) + first).assumingMemoryBound(to: Float.self)
        let target = panel + step &* width
        var column = 0
        while column < width {
          let lanes = max(0, min(16, valid &- column))
          Tier.load(row + column, lanes).store(target + column)
          column &+= 16
        }
      }
    }
  }

  /// `output (+)= left * panels`: all columns of the panels that hold the first `columns`, and of
  /// the reduction the first `count` steps, in blocks of `reductionBlock`, each one multiply-add
  /// chain. Columns from `outputColumns` on are dropped.
  @inlinable @inline(never)
  func multiply(
    rows: Int, steps count: Int, columns: Int, left: LeftOperand, into output: MutableRows,
    outputColumns: Int, accumulate: Bool
  ) {
    forEachPanel(columns) { first, width in
      let panel = base + steps &* first
      var step = 0
      repeat {
        let block = min(reductionBlock, count &- step)
        var part = left
        part.base += step &* left.stepStride
        let start = UnsafeRawPointer(panel + step &* width)
        let tile = TileOutput(
          output.base + first, rowStride: output.rowStride,
          columns: min(width, outputColumns &- first), accumulate: accumulate || step > 0,
          edge: edge)
        if tileVectors >= 4 && width == 64 {
          panelBlock(rows, block, part, start, tile, TileShape<tileRows, 4>())
        } else if tileVectors >= 2 && width == 32 {
          panelBlock(rows, block, part, start, tile, TileShape<tileRows, 2>())
        } else {
          panelBlock(rows, block, part, start, tile, TileShape<tileRows, 1>())
        }
        step &+= block
      } while step < count
    }
  }

  @inlinable @inline(__always)
  func panelBlock<let vectors: Int>(
    _ rows: Int, _ steps: Int, _ left: LeftOperand, _ panel: UnsafeRawPointer,
    _ output: TileOutput, _ shape: TileShape<tileRows, vectors>
  ) {
    Kernels.panelBlock(
      Tier.self, Float32Panel.self, shape, rows: rows, steps: steps, left: left, panel: panel,
      next: panel, output: output)
  }
}

/// `source` from row `first` on.
@usableFromInline
struct ShiftedRows: WordRows {
  @usableFromInline let source: KeyRows
  @usableFromInline let first: Int

  @inlinable @inline(__always)
  init(_ source: KeyRows, _ first: Int) {
    self.source = source
    self.first = first
  }

  @inlinable @inline(__always)
  func row(_ index: Int) -> UnsafePointer<UInt32> { source.row(first &+ index) }
}

/// Hands out pieces of one aligned allocation of the caller.
@usableFromInline
struct Scratch {
  @usableFromInline var next: UnsafeMutablePointer<Float>

  @inlinable @inline(__always)
  init(_ base: UnsafeMutableRawPointer) { next = base.assumingMemoryBound(to: Float.self) }

  /// `count` floats, rounded up to whole cache lines.
  @inlinable @inline(__always)
  mutating func take(_ count: Int) -> UnsafeMutablePointer<Float> {
    defer { next += roundedUp(count) }
    return next
  }
}

/// The next multiple of 16.
@inlinable @inline(__always)
func roundedUp(_ count: Int) -> Int { (count &+ 15) & ~15 }
