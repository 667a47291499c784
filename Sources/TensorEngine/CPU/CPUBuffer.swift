import Glibc
import Kernels

/// Memory of a tensor on the CPU, 64-byte aligned, with the packed form of its current contents where
/// one is kept. A bfloat16 matrix is packed when it is written, and has no other form.
///
/// Mutable state is used only under its device's lock.
final class CPUBuffer: DeviceBuffer, @unchecked Sendable {
  let element: ElementType
  let count: Int
  /// What the memory holds of a bfloat16 matrix `[columns, steps]`: panels of `x * W^T`.
  let matrix: PackedPanels?
  private let block: CPUMemory.Block
  private let recycler: CPUMemory
  /// Panels in memory of their own, and whether they hold the current contents.
  private var packed: Packed?

  private struct Packed {
    var panels: PackedPanels
    var block: CPUMemory.Block
    var isCurrent: Bool
  }

  init(_ element: ElementType, count: Int, zeroed: Bool, from recycler: CPUMemory) throws {
    self.element = element
    self.count = count
    self.recycler = recycler
    let bytes = max(1, count) * 4
    block = try recycler.take(bytes: bytes)
    matrix = nil
    if zeroed { memset(memory, 0, bytes) }
  }

  /// A bfloat16 matrix `[columns, steps]`.
  init(
    columns: Int, steps: Int, zeroed: Bool, kernels: KernelSet, from recycler: CPUMemory
  ) throws {
    element = .bfloat16
    count = columns * steps
    self.recycler = recycler
    let bytes = max(
      64,
      PackedPanels.byteCount(columns: columns, steps: steps, format: .bfloat16, kernels: kernels))
    block = try recycler.take(bytes: bytes)
    if zeroed { memset(block.address, 0, bytes) }
    matrix = PackedPanels(
      columns: columns, steps: steps, format: .bfloat16, kernels: kernels, memory: block.address)
  }

  deinit {
    recycler.give(block)
    if let packed { recycler.give(packed.block) }
  }

  var memory: UnsafeMutableRawPointer { block.address }
  var floats: UnsafeMutablePointer<Float> { memory.assumingMemoryBound(to: Float.self) }

  /// To be called after every change of the contents.
  func contentsChanged() { packed?.isCurrent = false }

  /// The contents as packed panels of `x * W^T`, if they are kept.
  var panels: PackedPanels? { matrix ?? packed.flatMap { $0.isCurrent ? $0.panels : nil } }

  /// Packs the contents, a weight `[columns, steps]`, and keeps the panels until they change.
  ///
  /// - Returns: Nil where there is no memory for them.
  func pack(columns: Int, steps: Int, kernels: KernelSet, pool: ThreadPool) -> PackedPanels? {
    guard let packed = try? packed ?? room(columns: columns, steps: steps, kernels) else {
      return nil
    }
    packed.panels.pack(transposing: floats, pool: pool)
    self.packed = packed
    self.packed?.isCurrent = true
    return packed.panels
  }

  private func room(columns: Int, steps: Int, _ kernels: KernelSet) throws -> Packed {
    let bytes = PackedPanels.byteCount(columns: columns, steps: steps, kernels: kernels)
    let block = try recycler.take(bytes: bytes)
    let panels = PackedPanels(
      columns: columns, steps: steps, kernels: kernels, memory: block.address)
    return Packed(panels: panels, block: block, isCurrent: false)
  }

  /// Gives the memory of large panels back: what is about to change is not worth keeping twice.
  func releasePanels() {
    guard count >= Self.largeCount, let packed else { return }
    recycler.give(packed.block)
    self.packed = nil
  }

  /// Elements from which on taking memory again costs less than holding it.
  static let largeCount = 1 << 20
}

/// A mutual-exclusion lock.
final class Lock: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

  init() { pthread_mutex_init(mutex, nil) }

  deinit {
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  func withLock<Result>(_ body: () throws -> Result) rethrows -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body()
  }
}
