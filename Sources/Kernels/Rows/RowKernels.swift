/// Kernels whose every row depends on the same row of the inputs.
public struct RowKernels: Sendable {
  public typealias RMSNorm =
    @Sendable (
      _ rows: Int, _ columns: Int, _ x: ConstantRows, _ weight: UnsafePointer<Float>,
      _ epsilon: Float, _ out: MutableRows, _ inverse: UnsafeMutablePointer<Float>
    ) -> Void
  public typealias RMSNormGradient =
    @Sendable (
      _ rows: Int, _ columns: Int, _ x: ConstantRows, _ weight: UnsafePointer<Float>,
      _ inverse: UnsafePointer<Float>, _ dy: ConstantRows, _ dx: MutableRows
    ) -> Void
  public typealias RMSNormWeightGradient =
    @Sendable (
      _ rows: Int, _ columns: Int, _ x: ConstantRows, _ inverse: UnsafePointer<Float>,
      _ dy: ConstantRows, _ dWeight: UnsafeMutablePointer<Float>
    ) -> Void
  public typealias Rotary =
    @Sendable (
      _ rows: Int, _ heads: Int, _ headDimension: Int, _ x: ConstantRows, _ cosine: ConstantRows,
      _ sine: ConstantRows, _ inverse: Bool, _ out: MutableRows
    ) -> Void
  public typealias LogSumExp =
    @Sendable (
      _ rows: Int, _ columns: Int, _ logits: ConstantRows, _ scale: Float,
      _ logSumExp: UnsafeMutablePointer<Float>, _ entropy: UnsafeMutablePointer<Float>?
    ) -> Void
  public typealias LogProbability =
    @Sendable (
      _ rows: Int, _ logits: ConstantRows, _ scale: Float, _ targets: UnsafePointer<Int32>,
      _ logSumExp: UnsafePointer<Float>, _ out: UnsafeMutablePointer<Float>
    ) -> Void
  public typealias SoftmaxGradient =
    @Sendable (
      _ rows: Int, _ columns: Int, _ logits: ConstantRows, _ scale: Float,
      _ logSumExp: UnsafePointer<Float>, _ targets: UnsafePointer<Int32>,
      _ dy: UnsafePointer<Float>, _ out: MutableRows
    ) -> Void

  /// Root-mean-square normalization; saves the reciprocal roots.
  public let rmsNorm: RMSNorm
  public let rmsNormGradient: RMSNormGradient
  /// Columns may be split over calls, rows may not.
  public let rmsNormWeightGradient: RMSNormWeightGradient
  /// Rotary positions, rotate-half layout. `inverse` turns back, which is also the gradient.
  public let rotary: Rotary
  /// `log sum exp(scale logits)` and the entropy in nats; `scale` is 1 / temperature.
  public let logSumExp: LogSumExp
  /// `scale logits[target] - logSumExp` per row.
  public let logProbability: LogProbability
  /// The gradient of `logProbability` with respect to the logits, times `dy`. In place over the
  /// logits is allowed.
  public let softmaxGradient: SoftmaxGradient

  @inlinable @inline(__always)
  init<Tier: KernelTier>(_: Tier.Type) {
    rmsNorm = { rmsNormRows(Tier.self, $0, $1, $2, $3, $4, $5, $6) }
    rmsNormGradient = { rmsNormGradientRows(Tier.self, $0, $1, $2, $3, $4, $5, $6) }
    rmsNormWeightGradient = { rmsNormWeightGradientColumns(Tier.self, $0, $1, $2, $3, $4, $5) }
    rotary = { rotaryRows(Tier.self, $0, $1, $2, $3, $4, $5, $6, $7) }
    logSumExp = { logSumExpRows(Tier.self, $0, $1, $2, $3, $4, $5) }
    logProbability = { logProbabilityRows(Tier.self, $0, $1, $2, $3, $4, $5) }
    softmaxGradient = { softmaxGradientRows(Tier.self, $0, $1, $2, $3, $4, $5, $6, $7) }
  }
}
