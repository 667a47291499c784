import Kernels
import TestSupport
import Testing

@testable import TensorEngine

/// Floors that a kernel falls through when its sums leave the registers: a tile then takes three times
/// as long as it should, and nothing else tells. Everything is compared within one run.
@Suite("Speed of matrix products", .serialized)
struct ProductSpeedTests {
  private static let columns = 384
  private static let steps = 384

  @Test("a tile of few rows takes no longer than a full one, in every tier and format")
  func everyTileIsKeptInRegisters() {
    for kernels in Processor.current.kernelSets {
      for format in [PackedPanels.Format.float32, .bfloat16] {
        let seconds = (1...kernels.tileRows).map { Self.seconds($0, format, kernels) }
        let full = seconds[kernels.tileRows - 1]
        for (index, taken) in seconds.enumerated() {
          #expect(taken < 1.6 * full, "\(kernels.name) \(format), \(index + 1) rows")
        }
      }
    }
  }

  @Test(
    "fused multiply-adds over wide registers are several times as fast as the baseline",
    .enabled(if: Processor.current.kernelSets.count > 1, "this processor has the baseline only"))
  func everyTierIsWorthItsModule() throws {
    let sets = Processor.current.kernelSets
    let seconds = sets.map { Self.seconds(96, .float32, $0) }
    let baseline = try #require(seconds.last)
    for (kernels, taken) in zip(sets, seconds).dropLast() {
      #expect(taken < baseline / 2, "\(kernels.name)")
    }
  }

  @Test(
    "tiles of bfloat16 are several times as fast as widening",
    .enabled(
      if: Processor.current.pairKernels.contains { $0.name == "bf16-amx" },
      "this processor has no AMX, or the system does not let tests use it"))
  func tilesAreWorthRoundingRows() throws {
    let tiles = try #require(Processor.current.pairKernels.first { $0.name == "bf16-amx" })
    let kernels = Processor.current.kernels
    let panels = PackedPanels(
      columns: Self.columns, steps: Self.steps, format: .bfloat16, kernels: kernels)
    panels.pack(
      transposing: [BFloat16](repeating: BFloat16(0.5), count: Self.columns * Self.steps), pool: nil
    )
    let rows = 96
    let x = [Float](repeating: 0.5, count: rows * Self.steps)
    var y = [Float](repeating: 0, count: rows * Self.columns)
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: RoundedRows.byteCount(rows: rows, steps: Self.steps), alignment: 64)
    defer { memory.deallocate() }
    let native = x.withUnsafeBufferPointer { x in
      guard let x = x.baseAddress else { return 0.0 }
      let left = LeftOperand(x, rowStride: Self.steps, stepStride: 1)
      return (0..<9).map { _ in
        ProcessorTime.of {
          for _ in 0..<20 {
            let rounded = RoundedRows(
              left, rows: rows, steps: Self.steps, kernels: tiles, memory: memory, pool: nil)
            product(rows: rows, left: rounded, right: panels, into: &y, pool: nil)
          }
        }
      }.min() ?? 0
    }
    #expect(native < Self.seconds(rows, .bfloat16, kernels) / 2)
  }

  /// The least time of several for rows times a matrix that stays in the cache, on one thread.
  private static func seconds(
    _ rows: Int, _ format: PackedPanels.Format, _ kernels: KernelSet
  ) -> Double {
    let right = PackedPanels(columns: columns, steps: steps, format: format, kernels: kernels)
    let weights = [Float](repeating: 0.5, count: columns * steps)
    switch format {
    case .float32: right.pack(transposing: weights, pool: nil)
    case .bfloat16: right.pack(transposing: weights.map { BFloat16($0) }, pool: nil)
    }
    let x = [Float](repeating: 0.5, count: rows * steps)
    var y = [Float](repeating: 0, count: rows * columns)
    return x.withUnsafeBufferPointer { x in
      guard let x = x.baseAddress else { return 0 }
      let left = LeftOperand(x, rowStride: steps, stepStride: 1)
      return (0..<9).map { _ in
        ProcessorTime.of {
          for _ in 0..<20 { product(rows: rows, left: left, right: right, into: &y, pool: nil) }
        }
      }.min() ?? 0
    }
  }
}
