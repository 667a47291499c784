/// Steps of a reduction that are summed in one multiply-add chain before the partial sum is added
/// to the output: `((p0 + p1) + p2) + ...`. Part of the numeric contract: changing it changes bits.
@inlinable
public var reductionBlock: Int { 384 }

/// Rows x one panel x one k block, in tiles of at most `fullRows` rows (8 at most). The last rows
/// are shared between two tiles rather than left to a thin one. While it computes, the block also
/// fetches `next`, an equal share per tile, so that arithmetic and memory overlap.
@inlinable @inline(__always)
func panelBlock<Tier: KernelTier, Format: PanelFormat, let fullRows: Int, let vectors: Int>(
  _ tier: Tier.Type, _ format: Format.Type, _: TileShape<fullRows, vectors>,
  rows: Int, steps: Int, left: LeftOperand, panel: UnsafeRawPointer, next: UnsafeRawPointer,
  output: TileOutput
) {
  var left = left
  var output = output
  let tiles = (rows &+ fullRows &- 1) / fullRows
  let lineBytes = 64 / max(1, tiles)
  var share = Prefetch(next, rowBytes: vectors &* lineBytes, lineBytes: lineBytes)
  let shareBytes = share.rowBytes &* (steps / Format.stepsPerWord)
  // Tiles are whole: at the right edge they go to scratch, and their columns from there.
  let isWhole = output.columns == 16 &* vectors
  let edge = output.edge.assumingMemoryBound(to: Float.self)
  let scratch = TileOutput(
    edge, rowStride: 16 &* vectors, columns: 16 &* vectors, accumulate: false, edge: output.edge)

  @inline(__always)
  func tile<let n: Int>(_ shape: TileShape<n, vectors>) {
    if n <= fullRows {
      microTile(
        tier, format, shape, steps: steps, left: left, panel: panel, next: share,
        output: isWhole ? output : scratch)
    }
  }
  var remaining = rows
  while remaining > 0 {
    let taken =
      remaining >= 2 &* fullRows
      ? fullRows : remaining > fullRows ? (remaining &+ 1) / 2 : remaining
    switch taken {
    case 1: tile(TileShape<1, vectors>())
    case 2: tile(TileShape<2, vectors>())
    case 3: tile(TileShape<3, vectors>())
    case 4: tile(TileShape<4, vectors>())
    case 5: tile(TileShape<5, vectors>())
    case 6: tile(TileShape<6, vectors>())
    case 7: tile(TileShape<7, vectors>())
    default: tile(TileShape<8, vectors>())
    }
    if !isWhole {
      for r in 0..<taken {
        let p = output.base + r &* output.rowStride
        let sums = edge + r &* scratch.rowStride
        for c in 0..<output.columns { p[c] = output.accumulate ? p[c] + sums[c] : sums[c] }
      }
    }
    left.base += taken &* left.rowStride
    output.base += taken &* output.rowStride
    share.base += shareBytes
    remaining &-= taken
  }
}
