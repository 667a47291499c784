import Kernels

/// The right operand of a matrix product on the CPU. With OpenBLAS nothing is packed.
///
/// A bfloat16 parameter has no other form than panels: a product with its transpose reads them as they
/// are, one with the matrix itself widens stripes of it into scratch. OpenBLAS cannot read them, so
/// these products are always our kernel's.
///
/// A parameter that few rows are multiplied with, as in decoding, is packed once per version and kept.
/// For many rows packing costs next to nothing: then, and for what is no parameter, stripes of the
/// reduction are packed into scratch one after the other, so that no second copy of the weights stays
/// in memory. The sums are the same: a stripe is a whole number of reduction blocks.
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

  /// Input `input` of the operation that is being compiled.
  init(_ lowering: CPULowering, input: Int, layout: Layout) {
    slot = lowering.input(input)
    isParameter = lowering.isParameter(input)
    isBFloat16 = lowering.inputType(input).element == .bfloat16
    self.layout = layout
  }

  /// From this many rows on packing for one product is cheap.
  static let manyRows = 512
  /// Bytes of panels that stay in the cache between packing and use, roughly.
  private static let stripeBytes = 1 << 23

  /// The scratch that packing needs for one call; 64-byte aligned panels.
  func scratchBytes(columns: Int, steps: Int, kernels: KernelSet) -> Int {
    if isBFloat16, layout == .columnsBySteps { return 0 }
    return PackedPanels.byteCount(
      columns: columns, steps: min(steps, Self.stripe(columns: columns, kernels: kernels)),
      kernels: kernels)
  }

  /// Steps that are packed at once.
  private static func stripe(columns: Int, kernels: KernelSet) -> Int {
    let block = PackedPanels.byteCount(columns: columns, steps: reductionBlock, kernels: kernels)
    return max(1, stripeBytes / max(1, block)) * reductionBlock
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
      product(
        rows: rows, left: left, right: panels, into: output, accumulate: accumulate,
        pool: frame.pool)
      return
    }
    let stripe = Self.stripe(columns: columns, kernels: frame.kernels)
    var first = 0
    repeat {
      let count = min(stripe, steps - first)
      let panels = PackedPanels(
        columns: columns, steps: count, kernels: frame.kernels, memory: scratch)
      if let matrix = isBFloat16 ? frame.panels(of: slot) : nil {
        panels.pack(transposeOf: matrix, firstStep: first, pool: frame.pool)
      } else {
        panels.pack(
          slot.floats(frame) + rightOffset, layout, firstStep: first, of: steps, pool: frame.pool)
      }
      product(
        rows: rows,
        left: LeftOperand(
          left.base + first * left.stepStride, rowStride: left.rowStride,
          stepStride: left.stepStride),
        right: panels, into: output, accumulate: accumulate || first > 0, pool: frame.pool)
      first += count
    } while first < steps
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
      guard rows < Self.manyRows, !frame.trained[slot.index] else { return nil }
      return weight.pack(
        columns: columns, steps: steps, kernels: frame.kernels, pool: frame.pool)
    }
  }
}

extension PackedPanels {
  /// Packs the panels' steps of a matrix that has `allSteps`.
  fileprivate func pack(
    _ source: UnsafePointer<Float>, _ layout: RightMatrix.Layout, firstStep: Int, of allSteps: Int,
    pool: ThreadPool?
  ) {
    switch layout {
    case .columnsBySteps: pack(transposing: source + firstStep, rowStride: allSteps, pool: pool)
    case .stepsByColumns: pack(copying: source + firstStep * columns, pool: pool)
    }
  }
}
