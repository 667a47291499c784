/// The kernels of packed matrix products.
public struct MatrixKernels: Sendable {
  /// Rows x one panel x one k block.
  public typealias PanelBlock =
    @Sendable (
      _ rows: Int, _ steps: Int, _ left: LeftOperand, _ panel: UnsafeRawPointer,
      _ next: UnsafeRawPointer, _ output: TileOutput
    ) -> Void
  /// Source rows of 32-bit words become the columns of one panel.
  public typealias Transpose =
    @Sendable (
      _ source: UnsafePointer<UInt32>, _ rowStride: Int, _ columns: Int, _ wordRows: Int,
      _ panel: UnsafeMutablePointer<UInt32>
    ) -> Void

  public let float32: PanelBlock
  public let bfloat16: PanelBlock
  public let transpose: Transpose

  @inlinable @inline(__always)
  init<Tier: KernelTier, let rows: Int, let vectors: Int>(
    _: Tier.Type, _ shape: TileShape<rows, vectors>
  ) {
    float32 = { rows, steps, left, panel, next, output in
      panelBlock(
        Tier.self, Float32Panel.self, shape, rows: rows, steps: steps, left: left, panel: panel,
        next: next, output: output)
    }
    bfloat16 = { rows, steps, left, panel, next, output in
      panelBlock(
        Tier.self, BFloat16Panel.self, shape, rows: rows, steps: steps, left: left, panel: panel,
        next: next, output: output)
    }
    transpose = { source, rowStride, columns, wordRows, panel in
      transposeToPanel(
        Tier.self, width: 16 * vectors, source: StridedWordRows(source, stride: rowStride),
        columns: columns, wordRows: wordRows, panel: panel)
    }
  }
}

/// A register-only multiply-add loop: the most arithmetic the tier can do on this machine. Speed is
/// reported and tested relative to it.
public struct ArithmeticProbe: Sendable {
  /// Floating-point operations of one iteration.
  public let operationsPerIteration: Int
  public let run: @Sendable (_ iterations: Int, _ x: Float) -> Float

  @inlinable @inline(__always)
  init<Tier: KernelTier, let rows: Int, let vectors: Int>(
    _: Tier.Type, _: TileShape<rows, vectors>
  ) {
    operationsPerIteration = rows * vectors * 16 * 2
    run = { iterations, x in
      var sums = InlineArray<rows, InlineArray<vectors, Lanes>>(
        repeating: InlineArray(repeating: .zero))
      let a = Lanes(repeating: x)
      for _ in 0..<iterations {
        for r in 0..<rows {
          for v in 0..<vectors { Tier.multiplyAdd(&sums[unchecked: r][unchecked: v], a, a) }
        }
      }
      var total = Lanes.zero
      for r in 0..<rows { for v in 0..<vectors { total += sums[unchecked: r][unchecked: v] } }
      return total.total
    }
  }
}
