import Glibc

/// Aligned memory, kept for reuse: results of a step come back for the next one. Pages that come fresh
/// from the system are cleared first, which takes longer than most operations that fill them.
///
/// What is free is given up before more is taken from the system, so that the most memory ever held is
/// the most that was in use at a time: a plan can predict it. Large blocks are mapped, and go back to
/// the system when they are given up.
final class CPUMemory: @unchecked Sendable {
  /// Memory that somebody uses.
  struct Block {
    let address: UnsafeMutableRawPointer
    /// At least as many as were asked for.
    let bytes: Int
  }

  private let lock = Lock()
  private var free: [Int: [UnsafeMutableRawPointer]] = [:]
  /// Free bytes in large blocks, and in small ones.
  private var freeBytes = (large: 0, small: 0)
  private var use = MemoryUse()
  /// For less than this nothing is given up, and of less only `keptSmallBytes` are kept.
  private static let largeBytes = 1 << 20
  private static let keptSmallBytes = 1 << 26

  init() {}

  deinit {
    for (bytes, addresses) in free {
      for address in addresses { Self.deallocate(address, bytes: bytes) }
    }
  }

  /// What is held of the system, free blocks included.
  var held: MemoryUse { lock.withLock { use } }

  func take(bytes: Int) throws -> Block {
    try lock.withLock {
      if let known = takeFree(smallestOf: bytes, to: bytes + bytes / 8) { return known }
      if bytes >= Self.largeBytes { giveUp(bytes) }
      return try takeFresh(bytes: bytes, purpose: "a tensor")
    }
  }

  /// Intermediates and scratch.
  func takeWorkspace(bytes: Int) throws -> Block {
    try lock.withLock {
      giveUp(bytes)
      return try takeFresh(bytes: bytes, purpose: "the intermediates of a graph")
    }
  }

  /// Never reused: the next workspace is a larger one.
  func giveWorkspace(_ block: Block) {
    lock.withLock { release(block) }
  }

  func give(_ block: Block) {
    lock.withLock {
      let isLarge = block.bytes >= Self.largeBytes
      guard isLarge || freeBytes.small + block.bytes <= Self.keptSmallBytes else {
        release(block)
        return
      }
      free[block.bytes, default: []].append(block.address)
      count(block.bytes)
    }
  }

  private func takeFresh(bytes: Int, purpose: String) throws -> Block {
    let fresh = try Self.allocate(bytes: bytes, purpose: purpose)
    use.add(bytes)
    return Block(address: fresh, bytes: bytes)
  }

  /// The free block that is nearest to `least` bytes; none of more than `most`.
  private func takeFree(smallestOf least: Int, to most: Int) -> Block? {
    var size = least
    if free[size] == nil {
      guard let near = free.keys.filter({ least <= $0 && $0 <= most }).min() else { return nil }
      size = near
    }
    guard let address = free[size]?.popLast() else { return nil }
    if free[size]?.isEmpty == true { free[size] = nil }
    count(-size)
    return Block(address: address, bytes: size)
  }

  private func count(_ bytes: Int) {
    if abs(bytes) >= Self.largeBytes { freeBytes.large += bytes } else { freeBytes.small += bytes }
  }

  /// Returns free blocks to the system until they are this many bytes: one that is large enough, or the
  /// largest ones.
  private func giveUp(_ bytes: Int) {
    var wanted = bytes
    while wanted > 0, freeBytes.large > 0 {
      let largest = free.keys.max() ?? 0
      guard let block = takeFree(smallestOf: min(wanted, largest), to: largest) else { return }
      release(block)
      wanted -= block.bytes
    }
  }

  private func release(_ block: Block) {
    Self.deallocate(block.address, bytes: block.bytes)
    use.remove(block.bytes)
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
