import Kernels

/// How matrix products read weights that are kept as bfloat16.
public enum BFloat16Products: String, Sendable, Hashable, Codable, CaseIterable {
  /// Widened in registers: results are, bit for bit, those of the rounded weights in float32.
  case widened
  /// By the processor's own products of bfloat16 numbers, with sums in float32. What is multiplied with
  /// the weights is rounded to bfloat16 too; gradients take this rounding for the identity, and their own
  /// products stay as they are. Which numbers come out depends on the kind of processor, whose numerics
  /// class is the name of its `PairKernels`; within a class results are as exact as all others.
  case native
}

extension Processor {
  /// The best kernels for products of bfloat16 numbers.
  ///
  /// - Throws: `EngineError.unavailable` where there are none.
  public func requirePairKernels() throws(EngineError) -> PairKernels {
    guard let kernels = pairKernels.first else {
      throw .unavailable(
        message: "this processor has no products of bfloat16 numbers (AMX, or AVX-512 BF16)")
    }
    return kernels
  }
}

/// A left operand rounded to bfloat16 (to nearest, ties to even): rows of words of two steps each, filled
/// up with zeros to whole cache lines.
public struct RoundedRows {
  let kernels: PairKernels
  let operand: LeftOperand

  /// Words between rows: an odd number of cache lines, because rows at distances of powers of two would
  /// share a few sets of the cache.
  private static func rowStride(_ steps: Int) -> Int { ((steps + 31) / 32 | 1) * 16 }

  public static func byteCount(rows: Int, steps: Int) -> Int { 4 * rows * rowStride(steps) }

  /// - Parameter memory: at least `byteCount` bytes, 64-byte aligned, that outlive the rows.
  public init(
    _ left: LeftOperand, rows: Int, steps: Int, kernels: PairKernels,
    memory: UnsafeMutableRawPointer, pool: ThreadPool?
  ) {
    self.kernels = kernels
    let stride = Self.rowStride(steps)
    let words = memory.assumingMemoryBound(to: UInt32.self)
    operand = LeftOperand(
      UnsafeRawPointer(memory).assumingMemoryBound(to: Float.self), rowStride: stride,
      stepStride: 1)
    func round(_ rows: Range<Int>) {
      for row in rows {
        kernels.round(
          steps,
          LeftOperand(
            left.base + row * left.rowStride, rowStride: left.rowStride,
            stepStride: left.stepStride), words + row * stride)
      }
    }
    let block = max(1, CPUFrame.blockElements / max(1, steps))
    if let pool, rows > block {
      pool.run((rows + block - 1) / block) { index, _ in
        round(index * block..<min(rows, (index + 1) * block))
      }
    } else {
      round(0..<rows)
    }
  }
}
