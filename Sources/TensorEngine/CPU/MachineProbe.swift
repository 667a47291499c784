import Kernels

/// Loops that do nothing but multiply and add, or nothing but read: what the machine can do at most,
/// which the rest is a share of.
public final class MachineProbe {
  private typealias Line = SIMD8<UInt64>
  private static let iterations = 400_000
  /// Lines that one item of work reads.
  private static let block = 1 << 14

  private let pool: ThreadPool
  private let probe = Processor.current.kernels.probe
  private let lines: UnsafeMutableBufferPointer<Line>
  // What is computed has to be used somewhere.
  private let totals: UnsafeMutablePointer<Float>
  private let sums: UnsafeMutablePointer<Line>

  /// - Parameter readBytes: what one `read` reads; to be more than the caches hold.
  public init(threads: Int, readBytes: Int) {
    pool = ThreadPool(threads: max(1, threads))
    let count =
      max(1, readBytes / MemoryLayout<Line>.stride / Self.block) * Self.block
    lines = .allocate(capacity: count)
    lines.initialize(repeating: Line(repeating: 1))
    totals = .allocate(capacity: pool.threads)
    totals.initialize(repeating: 0, count: pool.threads)
    sums = .allocate(capacity: count / Self.block)
    sums.initialize(repeating: .zero, count: count / Self.block)
  }

  deinit {
    lines.deallocate()
    totals.deallocate()
    sums.deallocate()
  }

  /// Floating-point operations of one `multiplyAdd`; a multiply-add counts two.
  public var operations: Double {
    Double(probe.operationsPerIteration * Self.iterations * pool.threads)
  }

  /// Bytes of one `read`.
  public var bytes: Double { Double(lines.count * MemoryLayout<Line>.stride) }

  /// Multiplies and adds in registers, on every thread.
  public func multiplyAdd() {
    pool.run(pool.threads) { item, _ in totals[item] = probe.run(Self.iterations, 1e-9) }
  }

  /// Reads everything once.
  public func read() {
    guard let first = lines.baseAddress else { return }
    pool.run(lines.count / Self.block) { item, _ in
      var parts = (Line.zero, Line.zero, Line.zero, Line.zero)
      let start = first + item * Self.block
      for index in stride(from: 0, to: Self.block, by: 4) {
        parts.0 ^= start[index]
        parts.1 ^= start[index + 1]
        parts.2 ^= start[index + 2]
        parts.3 ^= start[index + 3]
      }
      sums[item] = parts.0 ^ parts.1 ^ parts.2 ^ parts.3
    }
  }
}

/// How fast the machine is at most, measured in some milliseconds.
public struct MachineRates: Sendable, Hashable {
  /// Floating-point operations per second in registers.
  public var operationsPerSecond: Double
  /// Bytes per second from memory.
  public var bytesPerSecond: Double

  public init(operationsPerSecond: Double, bytesPerSecond: Double) {
    self.operationsPerSecond = operationsPerSecond
    self.bytesPerSecond = bytesPerSecond
  }

  /// The best of a few attempts each.
  public static func measured(threads: Int) -> MachineRates {
    let probe = MachineProbe(threads: threads, readBytes: 1 << 27)
    func best(_ body: () -> Void) -> Double {
      var least = Double.infinity
      for _ in 0..<4 {
        let start = ContinuousClock.now
        body()
        least = min(least, start.duration(to: .now) / .seconds(1))
      }
      return max(least, 1e-9)
    }
    return MachineRates(
      operationsPerSecond: probe.operations / best(probe.multiplyAdd),
      bytesPerSecond: probe.bytes / best(probe.read))
  }
}
