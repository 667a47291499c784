/// Attention over a segment table. One call handles all query heads of one key/value head; rows
/// that no segment covers are not touched.
public struct AttentionKernels: Sendable {
  public typealias Forward =
    @Sendable (
      _ problem: AttentionProblem, _ segment: AttentionSegment, _ keyValueHead: Int,
      _ firstQuery: Int, _ queryCount: Int, _ out: MutableRows,
      _ logSumExp: UnsafeMutablePointer<Float>, _ scratch: UnsafeMutableRawPointer
    ) -> Void
  public typealias Gradient =
    @Sendable (
      _ problem: AttentionProblem, _ segments: UnsafePointer<AttentionSegment>,
      _ segmentCount: Int, _ keyValueHead: Int, _ output: ConstantRows,
      _ logSumExp: UnsafePointer<Float>, _ dOutput: ConstantRows, _ dQuery: MutableRows,
      _ dKey: MutableRows, _ dValue: MutableRows, _ scratch: UnsafeMutableRawPointer
    ) -> Void

  /// Bytes of 64-byte aligned scratch that `forward` needs for segments of up to `keys` keys.
  public let scratchBytes: @Sendable (_ headDimension: Int, _ keys: Int) -> Int
  /// Queries `firstQuery ..< firstQuery + queryCount` of one segment. `out` is the whole
  /// `[rows, heads * headDimension]`, `logSumExp` the whole `[rows, heads]`.
  public let forward: Forward
  /// Bytes of 64-byte aligned scratch that `gradient` needs for segments of up to `keys` keys.
  public let gradientScratchBytes: @Sendable (_ headDimension: Int, _ keys: Int) -> Int
  /// All segments of one group, in table order. Adds to `dKey` and `dValue`, stores `dQuery`.
  public let gradient: Gradient

  @inlinable @inline(__always)
  init<Tier: KernelTier, let rows: Int, let vectors: Int>(
    _: Tier.Type, _ shape: TileShape<rows, vectors>
  ) {
    scratchBytes = { forwardScratchBytes(Tier.self, shape, $0, $1) }
    forward = { attentionForward(Tier.self, shape, $0, $1, $2, $3, $4, $5, $6, $7) }
    gradientScratchBytes = { Kernels.gradientScratchBytes(Tier.self, shape, $0, $1) }
    gradient = { attentionGradient(Tier.self, shape, $0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10) }
  }
}

@inlinable @inline(__always)
func forwardScratchBytes<Tier: KernelTier, let rows: Int, let vectors: Int>(
  _: Tier.Type, _: TileShape<rows, vectors>, _ dimension: Int, _ keys: Int
) -> Int {
  let panels = dimension * roundedUp(keys) + roundedUp(keys * roundedUp(dimension))
  return 4 * (TileShape<rows, vectors>.count + forwardLines * roundedUp(keys) + roundedUp(panels))
}

@inlinable @inline(__always)
func gradientScratchBytes<Tier: KernelTier, let rows: Int, let vectors: Int>(
  _: Tier.Type, _: TileShape<rows, vectors>, _ dimension: Int, _ keys: Int
) -> Int {
  let lines = 2 * gradientLines * (roundedUp(keys) + roundedUp(dimension))
  let panels = 2 * dimension * roundedUp(keys) + keys * roundedUp(dimension)
  return 4 * (TileShape<rows, vectors>.count + lines + panels)
}
