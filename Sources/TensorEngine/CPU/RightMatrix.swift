import Kernels

/// The right operand of a matrix product on the CPU. With OpenBLAS nothing is packed.
///
/// A bfloat16 parameter has no other form than panels: a product with its transpose reads them as they
/// are, one with the matrix itself widens parts of it into scratch. OpenBLAS cannot read them, so
/// these products are always our kernels'. Where the device computes with bfloat16 numbers natively, the
/// former has its left operand rounded into scratch.
///
/// A parameter that few rows are multiplied with, as in decoding, is packed once per version and kept.
/// For many rows packing costs next to nothing: then, and for what is no parameter, one part after the
/// other is packed into scratch, so that no second copy of the weights stays in memory. The sums are
/// the same: a part has all steps of its columns, or a whole number of reduction blocks of them.
struct RightMatrix {
  /// How the matrix is stored.
  enum Layout: Hashable {
    /// `[columns, steps]`, such as a weight `[N, K]` in `x * W^T`.
    case columnsBySteps
    /// `[steps, columns]`, such as a weight `[N, K]` in `dY * W`.
    case stepsByColumns
  }

  let slot: Slot
  let layout: Layout
  let isParameter: Bool
  let isBFloat16: Bool
  /// What multiplies panels of bfloat16 with rows that are rounded too; nil where they are widened.
  private let pairKernels: PairKernels?

  /// Input `input` of the operation that is being compiled.
  init(_ lowering: CPULowering, input: Int, layout: Layout) {
    slot = lowering.input(input)
    isParameter = lowering.isParameter(input)
    isBFloat16 = lowering.inputType(input).element == .bfloat16
    self.layout = layout
    pairKernels = isBFloat16 && layout == .columnsBySteps ? lowering.pairKernels : nil
  }

  /// Whether the panels of a float32 parameter stay with it after a product with so many rows: for
  /// many rows packing is cheap, and what is trained changes soon.
  static func keepsPanels(rows: Int, isTrained: Bool) -> Bool {
    0 < rows && rows < 512 && !isTrained
  }
  /// Bytes of panels that stay in the cache between packing and use, roughly.
  private static let partBytes = 1 << 23
  /// Fewer panels than this would have the left operand read too often.
  private static let fewPanels = 16

  /// The scratch that packing or rounding needs for one call, 64-byte aligned.
  func scratchBytes(rows: Int, columns: Int, steps: Int, kernels: KernelSet) -> Int {
    if isBFloat16, layout == .columnsBySteps {
      return pairKernels == nil ? 0 : RoundedRows.byteCount(rows: rows, steps: steps)
    }
    let part = part(columns: columns, steps: steps, kernels: kernels)
    return PackedPanels.byteCount(columns: part.columns, steps: part.steps, kernels: kernels)
  }

  /// Columns and steps that are packed at once. Either all steps of some columns, so that each output
  /// is written once; or where the steps are too many for that, some steps of all columns.
  private func part(columns: Int, steps: Int, kernels: KernelSet) -> (columns: Int, steps: Int) {
    let panel = PackedPanels.byteCount(columns: 1, steps: max(1, steps), kernels: kernels)
    let panels = Self.partBytes / panel
    if panels >= Self.fewPanels { return (min(columns, panels * kernels.panelWidth), steps) }
    let block = PackedPanels.byteCount(columns: columns, steps: reductionBlock, kernels: kernels)
    return (columns, min(steps, max(1, Self.partBytes / max(1, block)) * reductionBlock))
  }

  /// `output[rows, columns] (+)= left * right` over `steps`. `rightOffset` is where the right matrix
  /// starts in its slot, in elements; zero for a parameter.
  func multiply(
    _ frame: CPUFrame, rows: Int, columns: Int, steps: Int, left: LeftOperand,
    rightOffset: Int = 0, into output: UnsafeMutablePointer<Float>, accumulate: Bool = false,
    scratch: UnsafeMutableRawPointer
  ) {
    guard rows > 0, columns > 0 else { return }
    if let library = frame.library, steps > 0, !isBFloat16 {
      library.multiply(
        rows: rows, columns: columns, steps: steps, left: left.base,
        leftStride: left.stepStride == 1 ? left.rowStride : left.stepStride,
        transposeLeft: left.stepStride != 1, right: slot.floats(frame) + rightOffset,
        rightStride: layout == .columnsBySteps ? steps : columns,
        transposeRight: layout == .columnsBySteps, accumulate: accumulate, into: output,
        outputStride: columns)
      return
    }
    if let panels = keptPanels(frame, rows: rows, columns: columns, steps: steps) {
      if let pairKernels {
        let rounded = RoundedRows(
          left, rows: rows, steps: steps, kernels: pairKernels, memory: scratch, pool: frame.pool)
        product(
          rows: rows, left: rounded, right: panels, into: output, accumulate: accumulate,
          pool: frame.pool)
      } else {
        product(
          rows: rows, left: left, right: panels, into: output, accumulate: accumulate,
          pool: frame.pool)
      }
      return
    }
    let part = part(columns: columns, steps: steps, kernels: frame.kernels)
    for column in stride(from: 0, to: columns, by: part.columns) {
      // Without steps the product is zero, and has to be written too.
      for step in stride(from: 0, to: max(1, steps), by: max(1, part.steps)) {
        let panels = PackedPanels(
          columns: min(part.columns, columns - column), steps: min(part.steps, steps - step),
          kernels: frame.kernels, memory: scratch)
        if let matrix = isBFloat16 ? frame.panels(of: slot) : nil {
          panels.pack(
            transposeOf: matrix, firstStep: step, firstColumn: column, pool: frame.pool)
        } else {
          panels.pack(
            slot.floats(frame) + rightOffset, layout, firstColumn: column, of: columns,
            firstStep: step, of: steps, pool: frame.pool)
        }
        product(
          rows: rows,
          left: LeftOperand(
            left.base + step * left.stepStride, rowStride: left.rowStride,
            stepStride: left.stepStride),
          right: panels, into: output + column, outputStride: columns,
          accumulate: accumulate || step > 0, pool: frame.pool)
      }
    }
  }

  /// Panels that are kept from an earlier product, or are worth keeping from this one on.
  private func keptPanels(
    _ frame: CPUFrame, rows: Int, columns: Int, steps: Int
  ) -> PackedPanels? {
    guard isParameter, layout == .columnsBySteps, let weight = frame.weights[slot.index] else {
      return nil
    }
    return weight._withUnsafeGuaranteedRef { weight in
      if let panels = weight.panels { return panels }
      guard Self.keepsPanels(rows: rows, isTrained: frame.trained[slot.index]) else { return nil }
      return weight.pack(
        columns: columns, steps: steps, kernels: frame.kernels, pool: frame.pool)
    }
  }
}

extension PackedPanels {
  /// Packs the panels' columns and steps of a matrix that has more of both.
  fileprivate func pack(
    _ source: UnsafePointer<Float>, _ layout: RightMatrix.Layout, firstColumn: Int,
    of allColumns: Int, firstStep: Int, of allSteps: Int, pool: ThreadPool?
  ) {
    switch layout {
    case .columnsBySteps:
      pack(
        transposing: source + firstColumn * allSteps + firstStep, rowStride: allSteps, pool: pool)
    case .stepsByColumns:
      pack(
        copying: source + firstStep * allColumns + firstColumn, rowStride: allColumns, pool: pool)
    }
  }
}
