import Kernels

/// Who computes matrix products.
public enum MatrixProducts: String, Sendable, Hashable, Codable, CaseIterable {
  /// The kernels of this project: one order of summation for every shape, so results are exact
  /// under any number of threads, rows and packing.
  case packed
  /// OpenBLAS on one thread; a second opinion, without the exactness.
  case openBLAS = "openblas"
}

/// `output[rows, right.columns] = left right`, added to what is there if `accumulate`.
///
/// Every element is `((p0 + p1) + p2) + ...`, with p_i the multiply-add chain over k block i of
/// `reductionBlock` steps. Row blocks, panel groups and threads only choose who computes an element
/// and when, never its bits.
///
/// - Parameters:
///   - left: read in place; transposed operands are a matter of its strides.
///   - outputStride: elements between output rows; `right.columns` if nil.
///   - pool: nil computes on the calling thread.
public func product(
  rows: Int, left: LeftOperand, right: PackedPanels, into output: UnsafeMutablePointer<Float>,
  outputStride: Int? = nil, accumulate: Bool = false, pool: ThreadPool?
) {
  let matrix = right.kernels.matrix
  let kernel = ProductKernel(
    block: right.format == .float32 ? matrix.float32 : matrix.bfloat16,
    edgeBytes: 4 * right.kernels.tileRows * right.kernels.panelWidth)
  kernel.multiply(
    rows: rows, left: left, right: right, into: output, outputStride: outputStride,
    accumulate: accumulate, pool: pool)
}

/// `output[rows, right.columns] = left right` by a processor's own products of bfloat16 numbers. An
/// element's bits depend on its row and column and on the kernels' numerics class alone.
///
/// - Parameter right: in bfloat16, and in panels as wide as the kernels read them.
public func product(
  rows: Int, left: RoundedRows, right: PackedPanels, into output: UnsafeMutablePointer<Float>,
  outputStride: Int? = nil, accumulate: Bool = false, pool: ThreadPool?
) {
  precondition(
    right.format == .bfloat16 && right.kernels.panelWidth == left.kernels.panelWidth)
  let kernel = ProductKernel(
    block: left.kernels.block, edgeBytes: left.kernels.edgeBytes, stepsPerElement: 2)
  kernel.multiply(
    rows: rows, left: left.operand, right: right, into: output, outputStride: outputStride,
    accumulate: accumulate, pool: pool)
}

/// What computes the blocks of a product.
private struct ProductKernel {
  var block: MatrixKernels.PanelBlock
  /// Scratch of a block.
  var edgeBytes: Int
  /// Steps in an element of the left operand.
  var stepsPerElement = 1

  func multiply(
    rows: Int, left: LeftOperand, right: PackedPanels, into output: UnsafeMutablePointer<Float>,
    outputStride: Int?, accumulate: Bool, pool: ThreadPool?
  ) {
    guard rows > 0, right.columns > 0 else { return }
    let tiling = Tiling(
      rows: rows, panels: right.panelCount, tileRows: right.kernels.tileRows,
      threads: pool?.threads ?? 1)
    let task = ProductTask(
      kernel: self, rows: rows, left: left, right: right, output: output,
      outputStride: outputStride ?? right.columns, accumulate: accumulate, tiling: tiling)
    if let pool, pool.threads > 1, rows * right.columns * right.steps >= 200_000 {
      pool.run(tiling.items) { item, _ in task.run(item) }
    } else {
      for item in 0..<tiling.items { task.run(item) }
    }
  }
}

/// One product, cut into items.
private struct ProductTask {
  let kernel: ProductKernel
  let rows: Int
  let left: LeftOperand
  let right: PackedPanels
  let output: UnsafeMutablePointer<Float>
  let outputStride: Int
  let accumulate: Bool
  let tiling: Tiling

  /// A block of rows times a group of panels, k block by k block.
  func run(_ item: Int) {
    let firstRow = item / tiling.groups * tiling.rowBlock
    let rowCount = min(tiling.rowBlock, rows - firstRow)
    let panels = panels(of: item)
    // A transposed operand's steps are far apart, in a page each and in few sets of the cache: what
    // several panels read is brought together first.
    let gathers = left.rowStride == 1 && left.stepStride > rowCount && panels.count > 1
    let bytes =
      kernel.edgeBytes + (gathers ? 4 * rowCount * min(reductionBlock, right.steps) : 0)
    withUnsafeTemporaryAllocation(byteCount: bytes, alignment: 64) { memory in
      guard let edge = memory.baseAddress else { return }
      run(
        rows: firstRow..<firstRow + rowCount, panels, edge: edge,
        gathered: gathers ? (edge + kernel.edgeBytes).assumingMemoryBound(to: Float.self) : nil)
    }
  }

  /// - Parameters:
  ///   - edge: scratch of the blocks.
  ///   - gathered: memory for a k block of the left rows, if they are to be brought together.
  private func run(
    rows: Range<Int>, _ panels: Range<Int>, edge: UnsafeMutableRawPointer,
    gathered: UnsafeMutablePointer<Float>?
  ) {
    let width = right.kernels.panelWidth
    let perElement = kernel.stepsPerElement
    var k = 0
    repeat {
      let steps = min(reductionBlock, right.steps - k)
      var part = LeftOperand(
        left.base + rows.lowerBound * left.rowStride + k / perElement * left.stepStride,
        rowStride: left.rowStride, stepStride: left.stepStride)
      if let gathered {
        for step in 0..<steps {
          (gathered + step * rows.count).update(
            from: part.base + step * left.stepStride, count: rows.count)
        }
        part = LeftOperand(gathered, rowStride: 1, stepStride: rows.count)
      }
      for panel in panels {
        let tile = TileOutput(
          output + rows.lowerBound * outputStride + panel * width, rowStride: outputStride,
          columns: min(width, right.columns - panel * width),
          accumulate: accumulate || k > 0, edge: edge)
        kernel.block(
          rows.count, (steps + perElement - 1) / perElement, part,
          right.panel(panel, firstStep: k), following(panel, k, steps, panels), tile)
      }
      k += steps
    } while k < right.steps
  }

  private func panels(of item: Int) -> Range<Int> {
    let first = item % tiling.groups * tiling.groupPanels
    return first..<min(first + tiling.groupPanels, right.panelCount)
  }

  /// The block computed after (panel, k), to be fetched ahead: the next panel of the group, then
  /// the next k block, then the next item.
  private func following(_ panel: Int, _ k: Int, _ steps: Int, _ panels: Range<Int>)
    -> UnsafeRawPointer
  {
    if panel + 1 < panels.upperBound {
      return UnsafeRawPointer(right.panel(panel + 1, firstStep: k))
    }
    if k + steps < right.steps {
      return UnsafeRawPointer(right.panel(panels.lowerBound, firstStep: k + steps))
    }
    return UnsafeRawPointer(right.panel(panels.upperBound, firstStep: 0))
  }
}

/// How the output is cut into items. Speed only; never bits.
private struct Tiling {
  var rowBlock: Int
  var groupPanels: Int
  var groups: Int
  var items: Int

  init(rows: Int, panels: Int, tileRows: Int, threads: Int) {
    rowBlock = min(rows, 96)
    let rowBlocks = (rows + rowBlock - 1) / rowBlock
    // Narrow products take one panel at a time, to stream it whole; wide ones reuse the row block
    // from the second-level cache over a few panels, if enough items remain.
    groupPanels =
      rows <= 2 * tileRows ? 1 : max(1, min(8, panels * rowBlocks / (8 * threads)))
    groups = (panels + groupPanels - 1) / groupPanels
    items = groups * rowBlocks
  }
}
