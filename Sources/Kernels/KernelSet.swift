/// The kernels of one instruction-set tier. Calls through these tables happen once per block of
/// work, so their cost does not matter.
///
/// Kernels are loops over raw memory: they allocate nothing and check nothing, callers do. Every
/// result depends on the inputs of its own row (or element) only, never on how rows were split.
public struct KernelSet: Sendable {
  public let name: String
  /// Multiply and add are rounded once. All fused sets give the same bits for the same inputs.
  public let fused: Bool
  /// Rows of the matrix kernel's tile.
  public let tileRows: Int
  /// Columns of one packed panel.
  public let panelWidth: Int

  public let matrix: MatrixKernels
  public let elementwise: ElementwiseKernels
  public let reductions: ReductionKernels
  public let rows: RowKernels
  public let attention: AttentionKernels
  public let optimizer: OptimizerKernels
  public let probe: ArithmeticProbe

  /// Call it from the tier's own module: the kernels are specialised, with that module's
  /// instruction set, where this is inlined.
  @inlinable @inline(__always)
  public init<Tier: KernelTier, let rows: Int, let vectors: Int>(
    _ name: String, _ tier: Tier.Type, _ shape: TileShape<rows, vectors>, fused: Bool
  ) {
    self.name = name
    self.fused = fused
    tileRows = rows
    panelWidth = 16 * vectors
    matrix = MatrixKernels(tier, shape)
    elementwise = ElementwiseKernels(tier)
    reductions = ReductionKernels(tier)
    self.rows = RowKernels(tier)
    attention = AttentionKernels(tier, shape)
    optimizer = OptimizerKernels(tier)
    probe = ArithmeticProbe(tier, shape)
  }
}
