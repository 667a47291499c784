import Kernels

/// What the steps of a program see while it runs: memory by slot, sizes by extent, scratch, threads.
/// Steps hold slot and extent numbers only, so running a node costs no look-up by name.
struct CPUFrame {
  let buffers: UnsafePointer<UnsafeMutableRawPointer>
  /// The parameter behind a slot, whose packed panels may be cached.
  let weights: UnsafePointer<Unmanaged<CPUBuffer>?>
  let sizes: UnsafePointer<Int>
  /// Memory that the running step may use, 64-byte aligned.
  let scratch: UnsafeMutableRawPointer
  /// Memory of the same kind for each worker.
  let firstWorkerScratch: UnsafeMutableRawPointer
  let workerScratchStride: Int
  let pool: ThreadPool
  let kernels: KernelSet
  let library: OpenBLAS?
  /// Whether the program computes the gradient of the parameter behind a slot, so that it is about
  /// to change.
  let trained: UnsafePointer<Bool>

  func workerScratch(_ worker: Int) -> UnsafeMutablePointer<Float> {
    (firstWorkerScratch + worker * workerScratchStride).assumingMemoryBound(to: Float.self)
  }

  /// The panels of a parameter that is kept as bfloat16.
  func panels(of slot: Slot) -> PackedPanels? {
    weights[slot.index]?._withUnsafeGuaranteedRef { $0.matrix }
  }
}

/// One compiled node.
typealias CPUStep = (CPUFrame) -> Void

/// The memory of one value.
struct Slot: Hashable {
  let index: Int

  @inline(__always)
  func floats(_ frame: CPUFrame) -> UnsafeMutablePointer<Float> {
    frame.buffers[index].assumingMemoryBound(to: Float.self)
  }

  @inline(__always)
  func integers(_ frame: CPUFrame) -> UnsafeMutablePointer<Int32> {
    frame.buffers[index].assumingMemoryBound(to: Int32.self)
  }
}

/// A product of dimensions, resolved once per run.
struct Extent: Hashable {
  let index: Int

  @inline(__always)
  func callAsFunction(_ frame: CPUFrame) -> Int { frame.sizes[index] }
  @inline(__always)
  func callAsFunction(_ sizes: UnsafePointer<Int>) -> Int { sizes[index] }
}

/// A part of a pointwise result: whole rows, or a stretch of a flat tensor as one row.
struct PointwiseBlock {
  var offset: Int
  var firstRow: Int
  var rows: Int
  var columns: Int

  @inline(__always)
  func read(_ slot: Slot, _ frame: CPUFrame) -> ConstantRows {
    ConstantRows(slot.floats(frame) + offset, rowStride: columns)
  }

  @inline(__always)
  func write(_ slot: Slot, _ frame: CPUFrame) -> MutableRows {
    MutableRows(slot.floats(frame) + offset, rowStride: columns)
  }
}

/// An operand of a pointwise operation with the way it is repeated.
struct OperandSlot {
  var slot: Slot
  var form: Broadcast.Form

  /// Whether the operand depends on where rows begin.
  var byRow: Bool {
    switch form {
    case .row, .column: true
    case .full, .scalar: false
    }
  }

  @inline(__always)
  func read(_ frame: CPUFrame, _ block: PointwiseBlock) -> Operand {
    let base = slot.floats(frame)
    switch form {
    case .full: return .matrix(base + block.offset, rowStride: block.columns)
    case .row: return .row(base)
    case .column: return .column(base + block.firstRow)
    case .scalar: return .scalar(base)
    }
  }
}

/// Work sharing over blocks of a fixed size, which never depends on the number of threads.
extension CPUFrame {
  /// Elements per block of memory-bound work: 64 KiB of floats.
  static var blockElements: Int { 16_384 }

  /// Cuts `count` units into blocks of `blockCount` and runs them on the pool.
  @inline(__always)
  func forBlocks(
    _ count: Int, of blockCount: Int, _ body: (_ first: Int, _ count: Int, _ worker: Int) -> Void
  ) {
    let blocks = (count + blockCount - 1) / blockCount
    if blocks <= 1 {
      if count > 0 { body(0, count, 0) }
      return
    }
    pool.run(blocks) { block, worker in
      let first = block * blockCount
      body(first, min(blockCount, count - first), worker)
    }
  }

  /// Row-wise work on `[rows, columns]`.
  @inline(__always)
  func forRowBlocks(_ rows: Int, columns: Int, _ body: (_ first: Int, _ count: Int) -> Void) {
    forBlocks(rows, of: max(1, Self.blockElements / max(1, columns))) { first, count, _ in
      body(first, count)
    }
  }

  /// Column-wise work on `[rows, columns]`: every block sees all rows, in order.
  @inline(__always)
  func forColumnBlocks(_ columns: Int, rows: Int, _ body: (_ first: Int, _ count: Int) -> Void) {
    let small = columns * rows <= Self.blockElements
    forBlocks(columns, of: small ? max(1, columns) : 64) { first, count, _ in body(first, count) }
  }

  /// Copies `[rows, columns]`, unless both are the same memory.
  func copy(_ source: Slot, to target: Slot, _ rows: Int, _ columns: Int) {
    let (source, target) = (source.floats(self), target.floats(self))
    guard source != target else { return }
    forRowBlocks(rows, columns: columns) { first, count in
      (target + first * columns).update(from: source + first * columns, count: count * columns)
    }
  }

  /// Zeroes `[rows, columns]`.
  func zero(_ slot: Slot, _ rows: Int, _ columns: Int) {
    let base = slot.floats(self)
    forRowBlocks(rows, columns: columns) { first, count in
      (base + first * columns).update(repeating: 0, count: count * columns)
    }
  }
}
