import Kernels

/// What an operation asks while it is compiled for the CPU: where its operands live, how large
/// they are, which scratch it gets.
final class CPULowering {
  let graph: Graph
  let kernels: KernelSet
  /// What multiplies bfloat16 numbers natively, if that was asked for.
  let pairKernels: PairKernels?
  /// First slot of each node.
  private let firstSlot: [Int]
  let slotCount: Int
  /// The dimensions behind each extent number.
  private(set) var extents: [[Dimension]] = []
  private var extentNumbers: [[Dimension]: Int] = [:]
  /// Scratch need of each step, shared and per worker, from the sizes table.
  private(set) var scratch: [(UnsafePointer<Int>) -> Int] = []
  private(set) var workerScratch: [(UnsafePointer<Int>) -> Int] = []
  private(set) var node = 0

  init(graph: Graph, kernels: KernelSet, pairKernels: PairKernels?) {
    self.graph = graph
    self.kernels = kernels
    self.pairKernels = pairKernels
    var first: [Int] = []
    var count = 0
    for node in graph.nodes {
      first.append(count)
      count += node.types.count
    }
    firstSlot = first
    slotCount = count
  }

  /// Compiles every operation, in order.
  func steps() -> [(node: Int, step: CPUStep)] {
    var steps: [(node: Int, step: CPUStep)] = []
    for index in graph.nodes.indices {
      guard let operation = graph.nodes[index].operation else { continue }
      node = index
      let step = operation.lower(self)
      if !operation.isAlias { steps.append((index, step)) }
    }
    return steps
  }

  // MARK: - Operands of the current node

  func slot(_ value: Value) -> Slot { Slot(index: firstSlot[value.node] + value.output) }
  func input(_ index: Int) -> Slot { slot(graph.nodes[node].inputs[index]) }
  func output(_ index: Int) -> Slot { slot(Value(node: node, output: index)) }
  func inputType(_ index: Int) -> TensorType { graph.type(graph.nodes[node].inputs[index]) }
  func outputType(_ index: Int) -> TensorType { graph.nodes[node].types[index] }

  /// Whether an input is a parameter, whose packed panels are worth keeping.
  func isParameter(_ index: Int) -> Bool {
    if case .parameter = graph.nodes[graph.nodes[node].inputs[index].node].leaf { return true }
    return false
  }

  func operand(_ index: Int) -> OperandSlot {
    OperandSlot(
      slot: input(index), form: Broadcast.form(inputType(index), in: outputType(0)))
  }

  // MARK: - Sizes

  func extent(_ dimensions: [Dimension]) -> Extent {
    if let known = extentNumbers[dimensions] { return Extent(index: known) }
    extents.append(dimensions)
    extentNumbers[dimensions] = extents.count - 1
    return Extent(index: extents.count - 1)
  }

  /// The product of all extents but the last.
  func inputRows(_ index: Int) -> Extent { extent(inputType(index).leading) }
  func inputColumns(_ index: Int) -> Extent { extent([inputType(index).columns]) }
  func inputCount(_ index: Int) -> Extent { extent(inputType(index).shape) }
  func outputRows(_ index: Int) -> Extent { extent(outputType(index).leading) }
  func outputColumns(_ index: Int) -> Extent { extent([outputType(index).columns]) }
  func outputCount(_ index: Int) -> Extent { extent(outputType(index).shape) }

  // MARK: - Scratch

  func needScratch(_ bytes: @escaping (UnsafePointer<Int>) -> Int) { scratch.append(bytes) }
  func needWorkerScratch(_ bytes: @escaping (UnsafePointer<Int>) -> Int) {
    workerScratch.append(bytes)
  }

  // MARK: - Pointwise steps

  /// A step over output 0 in blocks: as one flat row, or by rows where an operand needs them.
  func pointwise(
    flat: Bool, _ body: @escaping (CPUFrame, PointwiseBlock) -> Void
  ) -> CPUStep {
    if flat {
      let count = outputCount(0)
      return { frame in
        frame.forBlocks(count(frame), of: CPUFrame.blockElements) { first, count, _ in
          body(frame, PointwiseBlock(offset: first, firstRow: 0, rows: 1, columns: count))
        }
      }
    }
    let (rows, columns) = (outputRows(0), outputColumns(0))
    return { frame in
      let width = columns(frame)
      frame.forRowBlocks(rows(frame), columns: width) { first, count in
        body(
          frame,
          PointwiseBlock(offset: first * width, firstRow: first, rows: count, columns: width))
      }
    }
  }
}
