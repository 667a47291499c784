import Glibc
import Kernels

/// Memory of a tensor on the CPU, 64-byte aligned, with the packed form of its current contents where
/// one is kept. A bfloat16 matrix is packed when it is written, and has no other form.
///
/// Mutable state is used only under its device's lock.
final class CPUBuffer: DeviceBuffer, @unchecked Sendable {
  let element: ElementType
  let count: Int
  let memory: UnsafeMutableRawPointer
  /// What the memory holds of a bfloat16 matrix `[columns, steps]`: panels of `x * W^T`.
  let matrix: PackedPanels?
  private let bytes: Int
  private let recycler: CPUMemory
  /// The memory of panels, and whether they hold the current contents.
  private var packed: (panels: PackedPanels, isCurrent: Bool)?

  init(_ element: ElementType, count: Int, zeroed: Bool, from recycler: CPUMemory) throws {
    self.element = element
    self.count = count
    self.recycler = recycler
    bytes = max(1, count) * 4
    memory = try recycler.take(bytes: bytes)
    matrix = nil
    if zeroed { memset(memory, 0, bytes) }
  }

  /// A bfloat16 matrix `[columns, steps]` of zeros.
  init(columns: Int, steps: Int, kernels: KernelSet, from recycler: CPUMemory) throws {
    element = .bfloat16
    count = columns * steps
    self.recycler = recycler
    bytes = max(
      64,
      PackedPanels.byteCount(columns: columns, steps: steps, format: .bfloat16, kernels: kernels))
    memory = try recycler.take(bytes: bytes)
    memset(memory, 0, bytes)
    matrix = PackedPanels(
      columns: columns, steps: steps, format: .bfloat16, kernels: kernels, memory: memory)
  }

  deinit { recycler.give(memory, bytes: bytes) }

  var floats: UnsafeMutablePointer<Float> { memory.assumingMemoryBound(to: Float.self) }

  /// To be called after every change of the contents.
  func contentsChanged() { packed?.isCurrent = false }

  /// The contents as packed panels of `x * W^T`, if they are kept.
  var panels: PackedPanels? { matrix ?? packed.flatMap { $0.isCurrent ? $0.panels : nil } }

  /// Packs the contents, a weight `[columns, steps]`, and keeps the panels until they change.
  func pack(columns: Int, steps: Int, kernels: KernelSet, pool: ThreadPool) -> PackedPanels {
    let panels =
      packed?.panels ?? PackedPanels(columns: columns, steps: steps, kernels: kernels)
    panels.pack(transposing: floats, pool: pool)
    packed = (panels, true)
    return panels
  }

  /// Gives the memory of large panels back: what is about to change is not worth keeping twice.
  func releasePanels() {
    if count >= Self.largeCount { packed = nil }
  }

  /// Elements from which on taking memory again costs less than holding it.
  private static let largeCount = 1 << 20
}

/// Aligned memory, kept for reuse by size: results of a step come back for the next one.
final class CPUMemory: @unchecked Sendable {
  private let lock = Lock()
  private var free: [Int: [UnsafeMutableRawPointer]] = [:]
  private var freeBytes = 0
  /// More free memory than this goes back to the system.
  private let keepBytes = 1 << 28

  init() {}

  deinit {
    for pointers in free.values { pointers.forEach { Glibc.free($0) } }
  }

  func take(bytes: Int) throws -> UnsafeMutableRawPointer {
    if let known = lock.withLock({ free[bytes]?.popLast() }) {
      lock.withLock { freeBytes -= bytes }
      return known
    }
    return try Self.allocate(bytes: bytes, purpose: "a tensor")
  }

  func give(_ memory: UnsafeMutableRawPointer, bytes: Int) {
    lock.withLock {
      guard freeBytes + bytes <= keepBytes else {
        Glibc.free(memory)
        return
      }
      free[bytes, default: []].append(memory)
      freeBytes += bytes
    }
  }

  static func allocate(bytes: Int, purpose: String) throws -> UnsafeMutableRawPointer {
    var memory: UnsafeMutableRawPointer?
    // Large blocks on huge-page borders: fewer page faults and TLB misses in the arena.
    let alignment = bytes >= 1 << 22 ? 1 << 21 : 64
    guard posix_memalign(&memory, alignment, max(bytes, 64)) == 0, let memory else {
      throw EngineError.memory(bytes: bytes, purpose: purpose)
    }
    if alignment > 64 { madvise(memory, bytes, MADV_HUGEPAGE) }
    return memory
  }
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
