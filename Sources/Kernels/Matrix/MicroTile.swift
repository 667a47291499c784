import CShims

/// Carries a tile's compile-time shape as a value, so that calls need no explicit specialisation.
public struct TileShape<let rows: Int, let vectors: Int>: Sendable {
  @inlinable @inline(__always)
  public init() {}

  /// Floats of a tile of this shape, at the most: what a block takes as `TileOutput.edge`.
  @inlinable @inline(__always)
  public static var count: Int { 16 &* rows &* vectors }
}

/// A left operand read in place: element (row, step) is at
/// `base[row * rowStride + step * stepStride]`.
public struct LeftOperand {
  public var base: UnsafePointer<Float>
  public var rowStride: Int
  public var stepStride: Int

  @inlinable @inline(__always)
  public init(_ base: UnsafePointer<Float>, rowStride: Int, stepStride: Int) {
    self.base = base
    self.rowStride = rowStride
    self.stepStride = stepStride
  }
}

/// What to fetch into the second-level cache while a tile computes: its share of the next block.
public struct Prefetch {
  public var base: UnsafeRawPointer
  /// Bytes to move on per word row, and between the `vectors` requests of one word row.
  public var rowBytes: Int
  public var lineBytes: Int

  @inlinable @inline(__always)
  public init(_ base: UnsafeRawPointer, rowBytes: Int, lineBytes: Int) {
    self.base = base
    self.rowBytes = rowBytes
    self.lineBytes = lineBytes
  }
}

/// Where a block's results go. `columns` may be less than the panel width at the right edge; `edge` is
/// scratch (64-byte aligned, a whole tile) used only there.
public struct TileOutput {
  public var base: UnsafeMutablePointer<Float>
  public var rowStride: Int
  public var columns: Int
  public var accumulate: Bool
  public var edge: UnsafeMutableRawPointer

  @inlinable @inline(__always)
  public init(
    _ base: UnsafeMutablePointer<Float>, rowStride: Int, columns: Int, accumulate: Bool,
    edge: UnsafeMutableRawPointer
  ) {
    self.base = base
    self.rowStride = rowStride
    self.columns = columns
    self.accumulate = accumulate
    self.edge = edge
  }
}

/// The one inner loop: a `rows` x `16 * vectors` tile of sums held in registers, one multiply-add
/// chain per output element, k ascending. Nothing here lets an element's value depend on `rows`, so
/// every row count gives the same bits.
///
/// Never inlined: each shape is its own function, small enough for the optimiser to keep all sums
/// in registers. Inlined into one large caller, some shapes spilled and ran at a third of the speed;
/// with the columns of an edge told apart here, the largest shape cleared, stored and loaded its sums
/// in memory around the loop, which cost an eighth of a short reduction.
///
/// - Parameter output: as wide as the panel; its `columns` and `edge` are not looked at.
@inlinable @inline(never)
public func microTile<Tier: KernelTier, Format: PanelFormat, let rows: Int, let vectors: Int>(
  _: Tier.Type, _: Format.Type, _: TileShape<rows, vectors>,
  steps: Int, left: LeftOperand, panel: UnsafeRawPointer, next: Prefetch, output: TileOutput
) {
  var sums = InlineArray<rows, InlineArray<vectors, Lanes>>(
    repeating: InlineArray(repeating: .zero))
  var a = left.base
  var b = panel
  var fetch = next.base
  var remaining = steps
  while remaining >= Format.stepsPerWord {
    var words = InlineArray<vectors, WordLanes>(repeating: .zero)
    for v in 0..<vectors { words[unchecked: v] = (b + 64 &* v).load(as: WordLanes.self) }
    // Not a loop over steps: a loop this large would not be unrolled, and the sums would spill.
    addStep(Tier.self, Format.self, 0, &sums, words, a, left.rowStride)
    a += left.stepStride
    if Format.stepsPerWord == 2 {
      addStep(Tier.self, Format.self, 1, &sums, words, a, left.rowStride)
      a += left.stepStride
    }
    for v in 0..<vectors { prefetch_line(fetch + v &* next.lineBytes) }
    fetch += next.rowBytes
    b += 64 &* vectors
    remaining &-= Format.stepsPerWord
  }
  if Format.stepsPerWord == 2 && remaining == 1 {
    var words = InlineArray<vectors, WordLanes>(repeating: .zero)
    for v in 0..<vectors { words[unchecked: v] = (b + 64 &* v).load(as: WordLanes.self) }
    addStep(Tier.self, Format.self, 0, &sums, words, a, left.rowStride)
  }
  for r in 0..<rows {
    let p = UnsafeMutableRawPointer(output.base + r &* output.rowStride)
    for v in 0..<vectors {
      let sum = sums[unchecked: r][unchecked: v]
      let total = output.accumulate ? (p + 64 &* v).loadUnaligned(as: Lanes.self) + sum : sum
      (p + 64 &* v).storeBytes(of: total, as: Lanes.self)
    }
  }
}

@inlinable @inline(__always)
func addStep<Tier: KernelTier, Format: PanelFormat, let rows: Int, let vectors: Int>(
  _: Tier.Type, _: Format.Type, _ step: Int,
  _ sums: inout InlineArray<rows, InlineArray<vectors, Lanes>>,
  _ words: InlineArray<vectors, WordLanes>, _ a: UnsafePointer<Float>, _ rowStride: Int
) {
  var columns = InlineArray<vectors, Lanes>(repeating: .zero)
  for v in 0..<vectors {
    columns[unchecked: v] = Format.widen(words[unchecked: v], step: step)
  }
  for r in 0..<rows {
    let x = Lanes(repeating: a[r &* rowStride])
    for v in 0..<vectors {
      Tier.multiplyAdd(&sums[unchecked: r][unchecked: v], x, columns[unchecked: v])
    }
  }
}
