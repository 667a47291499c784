import CShims
import Kernels

/// What fits into the tile registers. Functions of it take what they need one by one: the code that Swift
/// makes for a structure would be shared, by the linker, with modules for other instruction sets.
enum Tiles {
  /// Words, and rows, of one tile.
  static var rows: Int { 16 }
  /// Rows, and columns, of four tiles of sums.
  static var side: Int { 32 }
  /// The panel's width in bytes: 64 columns.
  static var panelStride: Int { 256 }
  /// Bytes of four tiles' sums in scratch, as rows of 32 columns, and of the last words of 32 columns.
  static var sumBytes: Int { 4096 }
  static var wordBytes: Int { 2048 }
  static var edgeBytes: Int { sumBytes + wordBytes }
}

/// Rows x one panel x one k block in tiles, 32 rows x 32 columns of sums at a time, 16 words at a time.
///
/// The sums go on from what the output holds, so that an element is `((t0 + t1) + t2) + ...` over all
/// steps, with t_i the sum of 32 products: nothing of it depends on the rows beside it or on the k block.
func tileBlock(
  rows: Int, words: Int, left: LeftOperand, panel: UnsafeRawPointer, next: UnsafeRawPointer,
  output: TileOutput
) {
  let passes = (rows &+ 31) / 32 &* ((output.columns &+ 31) / 32)
  // Every pass fetches as much of the next block, a few lines with each of its own tiles.
  let lines = (64 &+ passes &- 1) / passes
  var fetch = next
  var shaped = 0
  for firstRow in stride(from: 0, to: rows, by: Tiles.side) {
    let count = min(Tiles.side, rows &- firstRow)
    if count != shaped {
      shape_tiles(min(Tiles.rows, count), count > Tiles.rows ? count &- Tiles.rows : Tiles.rows)
      shaped = count
    }
    for firstColumn in stride(from: 0, to: output.columns, by: Tiles.side) {
      let target = output.base + (firstRow &* output.rowStride &+ firstColumn)
      let columns = min(Tiles.side, output.columns &- firstColumn)
      // Tiles of sums are whole: at the right edge they go to scratch.
      let isWhole = columns == Tiles.side
      let scratch = output.edge.assumingMemoryBound(to: Float.self)
      let sums = isWhole ? target : scratch
      let stride = isWhole ? output.rowStride : Tiles.side
      if output.accumulate {
        if !isWhole { copy(count, columns, target, output.rowStride, to: scratch, Tiles.side) }
        load_sums(sums, 4 &* stride, count > Tiles.rows)
      } else {
        zero_sums()
      }
      addProducts(
        words: words, left: left.base + firstRow &* left.rowStride, rowBytes: 4 &* left.rowStride,
        panel: panel + 4 &* firstColumn, hasLowerRows: count > Tiles.rows,
        lastWords: output.edge + Tiles.sumBytes, next: &fetch, lines: lines)
      store_sums(sums, 4 &* stride, count > Tiles.rows)
      if !isWhole { copy(count, columns, scratch, Tiles.side, to: target, output.rowStride) }
    }
  }
  release_tiles()
}

/// Adds the products of 16 rows, or 32, and 32 columns to the sums in the tiles.
@inline(__always)
private func addProducts(
  words: Int, left: UnsafeRawPointer, rowBytes: Int, panel: UnsafeRawPointer, hasLowerRows: Bool,
  lastWords: UnsafeMutableRawPointer, next: inout UnsafeRawPointer, lines: Int
) {
  var a = left
  var b = panel
  var remaining = words
  while remaining >= Tiles.rows {
    add_tile_products(a, rowBytes, b, Tiles.panelStride, hasLowerRows)
    for line in 0..<lines { prefetch_line(next + 64 &* line) }
    next += 64 &* lines
    a += 4 &* Tiles.rows
    b += Tiles.rows &* Tiles.panelStride
    remaining &-= Tiles.rows
  }
  guard remaining > 0 else { return }
  // The panel has no words for the rest of the tile; the left rows have zeros there.
  for row in 0..<Tiles.rows {
    let words = lastWords + 128 &* row
    if row < remaining {
      words.copyMemory(from: b + row &* Tiles.panelStride, byteCount: 128)
    } else {
      words.initializeMemory(as: UInt8.self, repeating: 0, count: 128)
    }
  }
  add_tile_products(a, rowBytes, lastWords, 128, hasLowerRows)
}

private func copy(
  _ rows: Int, _ columns: Int, _ source: UnsafePointer<Float>, _ sourceStride: Int,
  to target: UnsafeMutablePointer<Float>, _ targetStride: Int
) {
  for row in 0..<rows {
    (target + row &* targetStride).update(from: source + row &* sourceStride, count: columns)
  }
}
