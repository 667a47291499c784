import Kernels

/// The right operand of a matrix product on the CPU: packed once per version if it is a parameter,
/// packed into scratch for the call if it is not. With OpenBLAS nothing is packed.
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

  /// The scratch that packing needs for one call; 64-byte aligned panels.
  func scratchBytes(columns: Int, steps: Int, kernels: KernelSet) -> Int {
    isParameter ? 0 : PackedPanels.byteCount(columns: columns, steps: steps, kernels: kernels)
  }

  /// `output[rows, columns] (+)= left * right` over `steps`. `rightOffset` is where the right matrix
  /// starts in its slot, in elements; zero for a parameter.
  func multiply(
    _ frame: CPUFrame, rows: Int, columns: Int, steps: Int, left: LeftOperand,
    rightOffset: Int = 0, into output: UnsafeMutablePointer<Float>, accumulate: Bool = false,
    scratch: UnsafeMutableRawPointer
  ) {
    guard rows > 0, columns > 0 else { return }
    if let library = frame.library, steps > 0 {
      library.multiply(
        rows: rows, columns: columns, steps: steps, left: left.base,
        leftStride: left.stepStride == 1 ? left.rowStride : left.stepStride,
        transposeLeft: left.stepStride != 1, right: slot.floats(frame) + rightOffset,
        rightStride: layout == .columnsBySteps ? steps : columns,
        transposeRight: layout == .columnsBySteps, accumulate: accumulate, into: output,
        outputStride: columns)
      return
    }
    let panels: PackedPanels
    if isParameter, let weight = frame.weights[slot.index] {
      panels = weight._withUnsafeGuaranteedRef {
        $0.panels(
          layout, columns: columns, steps: steps, kernels: frame.kernels, pool: frame.pool)
      }
    } else {
      panels = PackedPanels(
        columns: columns, steps: steps, kernels: frame.kernels, memory: scratch)
      panels.pack(slot.floats(frame) + rightOffset, layout, pool: frame.pool)
    }
    product(
      rows: rows, left: left, right: panels, into: output, accumulate: accumulate,
      pool: frame.pool)
  }
}

extension PackedPanels {
  func pack(_ source: UnsafePointer<Float>, _ layout: RightMatrix.Layout, pool: ThreadPool?) {
    switch layout {
    case .columnsBySteps: pack(transposing: source, pool: pool)
    case .stepsByColumns: pack(copying: source, pool: pool)
    }
  }
}
