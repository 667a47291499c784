import Glibc

/// Aligned memory, kept for reuse by size: results of a step come back for the next one.
///
/// What is free is given up before more is taken from the system, so that the most memory ever held is
/// the most that was in use at a time: a plan can predict it. Large blocks are mapped, and go back to
/// the system when they are given up.
final class CPUMemory: @unchecked Sendable {
  private struct Block {
    var address: UnsafeMutableRawPointer
    /// Counts blocks as they come back.
    var serial: Int
  }

  private let lock = Lock()
  /// By size, the oldest first.
  private var free: [Int: [Block]] = [:]
  private var freeBytes = 0
  private var serial = 0
  private var use = MemoryUse()
  /// More free memory than this goes back to the system.
  static let keepBytes = 1 << 28
  /// For less than this nothing is given up.
  private static let smallBytes = 1 << 20

  init() {}

  deinit {
    for (bytes, blocks) in free {
      for block in blocks { Self.deallocate(block.address, bytes: bytes) }
    }
  }

  /// What is held of the system, free blocks included.
  var held: MemoryUse { lock.withLock { use } }

  func take(bytes: Int) throws -> UnsafeMutableRawPointer {
    try lock.withLock {
      if let known = free[bytes]?.popLast() {
        freeBytes -= bytes
        return known.address
      }
      if bytes >= Self.smallBytes { giveUp(bytes) }
      let fresh = try Self.allocate(bytes: bytes, purpose: "a tensor")
      use.add(bytes)
      return fresh
    }
  }

  func give(_ memory: UnsafeMutableRawPointer, bytes: Int) {
    lock.withLock {
      guard freeBytes + bytes <= Self.keepBytes else {
        release(memory, bytes: bytes)
        return
      }
      serial += 1
      free[bytes, default: []].append(Block(address: memory, serial: serial))
      freeBytes += bytes
    }
  }

  /// Memory that never comes back for reuse by size.
  func takeWorkspace(bytes: Int) throws -> UnsafeMutableRawPointer {
    try lock.withLock {
      giveUp(bytes)
      let fresh = try Self.allocate(bytes: bytes, purpose: "the intermediates of a graph")
      use.add(bytes)
      return fresh
    }
  }

  func giveWorkspace(_ memory: UnsafeMutableRawPointer, bytes: Int) {
    lock.withLock { release(memory, bytes: bytes) }
  }

  /// Returns free blocks to the system, those that came back first, until they are this many bytes.
  private func giveUp(_ bytes: Int) {
    var given = 0
    while given < bytes, freeBytes > 0 {
      let oldest = free.filter { !$0.value.isEmpty }
        .min { ($0.value.first?.serial ?? 0) < ($1.value.first?.serial ?? 0) }
      guard let size = oldest?.key, let block = free[size]?.removeFirst() else { return }
      freeBytes -= size
      release(block.address, bytes: size)
      given += size
    }
  }

  private func release(_ memory: UnsafeMutableRawPointer, bytes: Int) {
    Self.deallocate(memory, bytes: bytes)
    use.remove(bytes)
  }

  // MARK: - The system

  /// Large blocks lie on huge-page borders: fewer page faults and TLB misses.
  static let hugePage = 1 << 21
  private static let mappedBytes = 1 << 22

  private static func allocate(bytes: Int, purpose: String) throws -> UnsafeMutableRawPointer {
    let memory = bytes >= mappedBytes ? map(rounded(bytes)) : aligned(max(bytes, 64))
    guard let memory else { throw EngineError.memory(bytes: bytes, purpose: purpose) }
    return memory
  }

  private static func deallocate(_ memory: UnsafeMutableRawPointer, bytes: Int) {
    if bytes >= mappedBytes { munmap(memory, rounded(bytes)) } else { Glibc.free(memory) }
  }

  private static func aligned(_ bytes: Int) -> UnsafeMutableRawPointer? {
    var memory: UnsafeMutableRawPointer?
    return posix_memalign(&memory, 64, bytes) == 0 ? memory : nil
  }

  private static func rounded(_ bytes: Int) -> Int { (bytes + 4095) & ~4095 }

  /// Maps more than asked for, and gives back what lies before and after the aligned block.
  private static func map(_ bytes: Int) -> UnsafeMutableRawPointer? {
    let (all, overflow) = bytes.addingReportingOverflow(hugePage)
    guard !overflow,
      let start = mmap(nil, all, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
      start != UnsafeMutableRawPointer(bitPattern: -1)
    else { return nil }
    let block = start.alignedUp(toMultipleOf: hugePage)
    let before = block - start
    if before > 0 { munmap(start, before) }
    munmap(block + bytes, all - before - bytes)
    madvise(block, bytes, MADV_HUGEPAGE)
    return block
  }
}

/// Bytes of tensors, panels and intermediates that a device holds of the system.
public struct MemoryUse: Sendable, Hashable {
  public internal(set) var bytes = 0
  /// The most there ever were.
  public internal(set) var peakBytes = 0

  mutating func add(_ count: Int) {
    bytes += count
    peakBytes = max(peakBytes, bytes)
  }

  mutating func remove(_ count: Int) { bytes -= count }
}
