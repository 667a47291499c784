/// An instruction-set tier with products of bfloat16 numbers. Its lanes hold a word each, two bfloat16
/// steps, and `multiplyAdd(_:_:_:)` adds both products to a float32 sum.
public protocol PairTier: KernelTier {
  /// 32 floats as words of two neighbours, the first in the low half; rounded to nearest, ties to even.
  static func round(_ first: Lanes, _ second: Lanes) -> WordLanes
}

/// The kernels of products of bfloat16 numbers by a processor's own instructions, with sums in float32.
/// They read the panels that others widen, and a left operand that is rounded to words of two steps.
///
/// Instructions differ in the order of their sums, so each set is a numerics class of its own, known by
/// its name. All of them take denormal numbers, of operands and of sums, for zero.
public struct PairKernels: Sendable {
  /// One row to `(steps + 31) / 32` whole tiles of 16 words, filled up with zeros.
  public typealias Round =
    @Sendable (
      _ steps: Int, _ row: LeftOperand, _ words: UnsafeMutablePointer<UInt32>
    ) -> Void

  /// The numerics class, such as `bf16-dot`.
  public let name: String
  /// Columns of the panels that they read.
  public let panelWidth: Int
  /// Scratch that a block takes as `TileOutput.edge`.
  public let edgeBytes: Int
  public let round: Round
  /// As the other panel blocks, with words in place of steps. The left operand's elements are words too,
  /// all of a row side by side and filled up as `round` leaves them.
  public let block: MatrixKernels.PanelBlock

  /// Kernels with a block of their own.
  @inlinable @inline(__always)
  public init<Tier: PairTier>(
    _ name: String, _ tier: Tier.Type, panelWidth: Int, edgeBytes: Int,
    block: @escaping MatrixKernels.PanelBlock
  ) {
    self.name = name
    self.panelWidth = panelWidth
    self.edgeBytes = edgeBytes
    round = { steps, row, words in roundToPairs(tier, steps: steps, row: row, words: words) }
    self.block = block
  }

  /// Kernels whose block is the one of all tiers: a word is multiplied and added as others do a float.
  @inlinable @inline(__always)
  public init<Tier: PairTier, let rows: Int, let vectors: Int>(
    _ name: String, _ tier: Tier.Type, _ shape: TileShape<rows, vectors>
  ) {
    self.init(name, tier, panelWidth: 16 * vectors, edgeBytes: 4 * TileShape<rows, vectors>.count) {
      rows, words, left, panel, next, output in
      panelBlock(
        tier, Float32Panel.self, shape, rows: rows, steps: words, left: left, panel: panel,
        next: next, output: output)
    }
  }
}

@inlinable @inline(__always)
func roundToPairs<Tier: PairTier>(
  _: Tier.Type, steps: Int, row: LeftOperand, words: UnsafeMutablePointer<UInt32>
) {
  @inline(__always)
  func lanes(_ first: Int) -> Lanes {
    let count = min(16, max(0, steps &- first))
    if row.stepStride == 1 { return .load(row.base + first, count) }
    var lanes = Lanes.zero
    for lane in 0..<count { lanes[lane] = row.base[(first &+ lane) &* row.stepStride] }
    return lanes
  }
  var step = 0
  while step < steps {
    UnsafeMutableRawPointer(words + step / 2)
      .storeBytes(of: Tier.round(lanes(step), lanes(step &+ 16)), as: WordLanes.self)
    step &+= 32
  }
}
