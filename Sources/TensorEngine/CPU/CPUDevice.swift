import Foundation
import Kernels

/// The processor: kernels of the best instruction set that it has, on a fixed number of threads.
///
/// Results have the same bits for any number of threads, within the numerics class that the name tells.
/// One run at a time; concurrent callers wait.
public final class CPUDevice: Device, @unchecked Sendable {
  let pool: ThreadPool
  let kernels: KernelSet
  /// What multiplies bfloat16 numbers natively; nil where they are widened.
  let pairKernels: PairKernels?
  let library: OpenBLAS?
  let memory = CPUMemory()
  let lock = Lock()
  let workspace: Workspace
  /// Times of the steps that ran while `measuringSteps` runs; under the lock.
  var stepTimes: [StepTime]?
  /// What `firstNotFinite` looks for; under the lock.
  var search: NotFiniteSearch?

  /// - Parameters:
  ///   - threads: At least 1.
  ///   - matrixProducts: Our packed kernel, or OpenBLAS. With OpenBLAS, bits of a row depend on the
  ///     rows beside it, so sampler and trainer agree only approximately.
  ///   - bfloat16Products: How weights are multiplied that are kept as bfloat16.
  /// - Throws: `EngineError.unavailable` for what this machine does not have.
  public convenience init(
    threads: Int = 2, matrixProducts: MatrixProducts = .packed,
    bfloat16Products: BFloat16Products = .widened
  ) throws {
    let processor = Processor.current
    try self.init(
      threads: threads, matrixProducts: matrixProducts, kernels: processor.kernels,
      pairKernels: bfloat16Products == .native ? processor.requirePairKernels() : nil)
  }

  /// - Parameters:
  ///   - kernels: One of the sets that run on this machine.
  ///   - pairKernels: The same, for panels as wide as theirs.
  init(
    threads: Int, matrixProducts: MatrixProducts = .packed, kernels: KernelSet,
    pairKernels: PairKernels? = nil
  ) throws {
    self.pairKernels = pairKernels
    pool = ThreadPool(threads: max(1, threads))
    workspace = Workspace(memory)
    self.kernels = kernels
    switch matrixProducts {
    case .packed: library = nil
    case .openBLAS:
      do { library = try OpenBLAS.load() } catch {
        throw EngineError.unavailable(message: "\(error)")
      }
    }
  }

  public var threads: Int { pool.threads }

  /// What the device holds of the system's memory.
  public var memoryUse: MemoryUse { memory.held }

  public var name: String {
    let products =
      (library.map { ", OpenBLAS \($0.coreName)" } ?? "")
      + (pairKernels.map { ", \($0.name)" } ?? "")
    return "cpu \(kernels.name), \(threads) thread\(threads == 1 ? "" : "s")\(products)"
  }

  public func allocate(
    _ element: ElementType, shape: [Int], zeroed: Bool
  ) throws -> any DeviceBuffer {
    guard element == .bfloat16 else {
      return try CPUBuffer(element, count: elementCount(shape), zeroed: zeroed, from: memory)
    }
    guard shape.count == 2 else {
      throw EngineError.unavailable(message: "only matrices are kept as bfloat16, not \(shape)")
    }
    return try CPUBuffer(
      columns: shape[0], steps: shape[1], zeroed: zeroed, kernels: kernels, from: memory)
  }

  public func upload(_ tensor: HostTensor, to buffer: any DeviceBuffer) throws {
    let buffer = try own(buffer)
    guard buffer.element == tensor.element, buffer.count == tensor.count else {
      throw EngineError.sizeConflict(
        name: "upload", message: "\(tensor.count) elements for a buffer of \(buffer.count)")
    }
    lock.withLock {
      tensor.withBytes { bytes in
        guard let source = bytes.baseAddress else { return }
        if let matrix = buffer.matrix {
          matrix.pack(transposing: source.assumingMemoryBound(to: BFloat16.self), pool: pool)
        } else {
          memcpy(buffer.memory, source, bytes.count)
        }
      }
      buffer.contentsChanged()
    }
  }

  public func fill(_ buffer: any DeviceBuffer, from read: ElementReader) throws {
    let buffer = try own(buffer)
    defer { lock.withLock { buffer.contentsChanged() } }
    guard let matrix = buffer.matrix else {
      try read(
        0..<buffer.count,
        UnsafeMutableRawBufferPointer(start: buffer.memory, count: 4 * buffer.count))
      return
    }
    let rows = matrix.columnsPerBlock(ofBytes: Self.fillBytes)
    let block = UnsafeMutableBufferPointer<BFloat16>.allocate(capacity: rows * matrix.steps)
    defer { block.deallocate() }
    for first in stride(from: 0, to: matrix.columns, by: rows) {
      let count = min(rows, matrix.columns - first)
      try read(
        first * matrix.steps..<(first + count) * matrix.steps,
        UnsafeMutableRawBufferPointer(block.extracting(0..<count * matrix.steps)))
      guard let source = block.baseAddress else { return }
      lock.withLock { matrix.pack(transposing: source, from: first, count: count, pool: pool) }
    }
  }

  /// Bytes that are read before they are packed.
  private static let fillBytes = 1 << 22

  public func download(_ buffer: any DeviceBuffer, shape: [Int]) throws -> HostTensor {
    let buffer = try own(buffer)
    return lock.withLock {
      switch buffer.element {
      case .float32:
        HostTensor(
          [Float](UnsafeBufferPointer(start: buffer.floats, count: buffer.count)), shape: shape)
      case .int32:
        HostTensor(
          [Int32](
            UnsafeBufferPointer(
              start: buffer.memory.assumingMemoryBound(to: Int32.self), count: buffer.count)),
          shape: shape)
      case .bfloat16: HostTensor(buffer.matrix?.unpacked() ?? [], shape: shape)
      }
    }
  }

  public func compile(_ graph: Graph) throws -> any DeviceProgram {
    CPUProgram(graph, device: self)
  }

  public func add(_ addend: any DeviceBuffer, to sum: any DeviceBuffer) throws {
    let (addend, sum) = (try own(addend), try own(sum))
    guard addend.element == .float32, sum.element == .float32, addend.count == sum.count else {
      throw EngineError.sizeConflict(
        name: "add", message: "\(addend.count) elements to a buffer of \(sum.count)")
    }
    let kernel = kernels.elementwise.binary
    lock.withLock {
      let block = CPUFrame.blockElements
      pool.run((sum.count + block - 1) / block) { index, _ in
        let start = index * block
        let count = min(block, sum.count - start)
        kernel(
          .add, 1, count, .matrix(sum.floats + start, rowStride: count),
          .matrix(addend.floats + start, rowStride: count),
          MutableRows(sum.floats + start, rowStride: count))
      }
      sum.contentsChanged()
    }
  }

  public func sumOfSquares(_ buffer: any DeviceBuffer) throws -> Double {
    let buffer = try own(buffer)
    let kernel = kernels.reductions.sumOfSquares
    let block = 1 << 16
    let blocks = (buffer.count + block - 1) / block
    return lock.withLock {
      withUnsafeTemporaryAllocation(of: Double.self, capacity: max(1, blocks)) { partial in
        pool.run(blocks) { index, _ in
          let first = index * block
          partial[index] = kernel(min(block, buffer.count - first), buffer.floats + first)
        }
        return partial.prefix(blocks).reduce(0, +)
      }
    }
  }

  public func adamW(_ update: AdamWUpdate, _ tensors: AdamWTensors) throws {
    let (parameter, gradient) = (try own(tensors.parameter), try own(tensors.gradient))
    let (first, second) = (try own(tensors.firstMoment), try own(tensors.secondMoment))
    let kernel = kernels.optimizer.adamW
    let step = AdamWStep(
      learningRate: Float(update.learningRate), beta1: Float(update.beta1),
      beta2: Float(update.beta2), epsilon: Float(update.epsilon),
      weightDecay: Float(update.weightDecay),
      firstCorrection: Float(1 - pow(update.beta1, Double(update.step))),
      secondCorrection: Float(1 - pow(update.beta2, Double(update.step))),
      gradientScale: Float(update.gradientScale))
    lock.withLock {
      let block = CPUFrame.blockElements
      pool.run((parameter.count + block - 1) / block) { index, _ in
        let start = index * block
        kernel(
          min(block, parameter.count - start), step, parameter.floats + start,
          gradient.floats + start, first.floats + start, second.floats + start)
      }
      parameter.contentsChanged()
    }
  }

  public func forEach(_ items: Int, _ body: (_ item: Int, _ worker: Int) -> Void) {
    pool.run(items, body)
  }

  public func logProbabilities(
    of tokens: [Int], logits: UnsafeBufferPointer<Float>, temperature: Double
  ) -> [Float] {
    guard let base = logits.baseAddress else { return tokens.map { _ in -.infinity } }
    let scale = logitScale(Float(temperature))
    let row = ConstantRows(base, rowStride: logits.count)
    var logSumExp: Float = 0
    kernels.rows.logSumExp(1, logits.count, row, scale, &logSumExp, nil)
    return tokens.map { token in
      precondition(logits.indices.contains(token), "logProbabilities: outside of the vocabulary")
      var (result, index): (Float, Int32) = (0, Int32(token))
      kernels.rows.logProbability(1, row, scale, &index, &logSumExp, &result)
      return result
    }
  }

  /// The time of every step that runs inside `body`, in order.
  public func measuringSteps(_ body: () throws -> Void) rethrows -> [StepTime] {
    lock.withLock { stepTimes = [] }
    defer { lock.withLock { stepTimes = nil } }
    try body()
    return lock.withLock { stepTimes ?? [] }
  }

  public func firstNotFinite(_ body: () throws -> Void) rethrows -> EngineError? {
    lock.withLock { search = NotFiniteSearch() }
    defer { lock.withLock { search = nil } }
    try body()
    return lock.withLock { search?.found }
  }

  func own(_ buffer: any DeviceBuffer) throws -> CPUBuffer {
    guard let buffer = buffer as? CPUBuffer else {
      throw EngineError.unavailable(message: "a buffer of another device was given to \(name)")
    }
    return buffer
  }
}

/// How long one node of a graph took.
public struct StepTime: Sendable, Hashable {
  public var operation: String
  /// Its attributes; empty if there are none.
  public var detail: String
  public var scope: String
  /// Floating-point operations, where they are counted; of attention as if every pair were seen.
  public var flops: Double
  public var duration: Duration
}

/// A search for the first operation whose result is not finite.
struct NotFiniteSearch {
  var found: EngineError?
}

/// Memory that a run uses and leaves behind: intermediates and scratch, shared by all programs of a
/// device because they run one at a time. Used only under the device's lock.
final class Workspace: @unchecked Sendable {
  private let source: CPUMemory
  private var block: CPUMemory.Block?

  init(_ source: CPUMemory) { self.source = source }

  deinit { giveBack() }

  /// At least `needed` bytes, 64-byte aligned.
  func reserve(_ needed: Int) throws -> UnsafeMutableRawPointer {
    if let block, block.bytes >= needed { return block.address }
    giveBack()
    let fresh = try source.takeWorkspace(bytes: needed)
    block = fresh
    return fresh.address
  }

  private func giveBack() {
    if let block { source.giveWorkspace(block) }
    block = nil
  }
}
