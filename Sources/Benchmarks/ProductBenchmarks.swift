import Foundation
import Kernels
import TensorEngine

/// Matrix products: ours with the right operand packed once, beside OpenBLAS where it is installed; and
/// native ones of bfloat16, by the names of their numerics classes, beside those that widen it.
enum ProductBenchmarks {
  private struct Shape {
    var rows, columns, steps: Int
    var name: String { "gemm/\(rows)x\(columns)x\(steps)" }
  }

  static let all: [Benchmark] =
    [
      Shape(rows: 1024, columns: 1024, steps: 1024), Shape(rows: 512, columns: 4864, steps: 896),
      Shape(rows: 512, columns: 896, steps: 4864), Shape(rows: 2048, columns: 704, steps: 256),
      Shape(rows: 16, columns: 704, steps: 256),
    ].map { shape in
      Benchmark(name: shape.name) { try measure(shape, threads: $0.threads) }
    }
    + [false, true].map { isHalf in
      Benchmark(name: "gemv/151936x896" + (isHalf ? "/bf16" : "")) {
        readingFromMemory(isHalf: isHalf, threads: $0.threads)
      }
    }
    + Processor.current.pairKernels.flatMap { pairs in
      [
        Shape(rows: 512, columns: 4864, steps: 896), Shape(rows: 512, columns: 896, steps: 4864),
        Shape(rows: 8, columns: 4864, steps: 896), Shape(rows: 1, columns: 151_936, steps: 896),
      ].map { shape in
        Benchmark(name: "\(shape.name)/\(pairs.name)") {
          native(shape, pairs, threads: $0.threads)
        }
      }
    }

  private static func matrix(_ count: Int) -> UnsafeMutablePointer<Float> {
    let values = UnsafeMutablePointer<Float>.allocate(capacity: count)
    for index in 0..<count {
      values[index] = Float((index &* 2_654_435_761) & 0xFFFF) / 65_536 - 0.5
    }
    return values
  }

  private static func measure(_ shape: Shape, threads: Int) throws -> Measurement {
    let pool = ThreadPool(threads: threads)
    let (m, n, k) = (shape.rows, shape.columns, shape.steps)
    let (x, w, y) = (matrix(m * k), matrix(n * k), matrix(m * n))
    defer { for pointer in [x, w, y] { pointer.deallocate() } }
    let panels = PackedPanels(columns: n, steps: k, kernels: Processor.current.kernels)
    panels.pack(transposing: w, pool: pool)
    // Small products are repeated, so that the clock has something to measure.
    let operations = 2 * Double(m) * Double(n) * Double(k)
    let times = max(1, Int(2e9 / operations))
    func ours(_ pool: ThreadPool) -> [Double] {
      Measurement.of(repetitions: 9) {
        for _ in 0..<times {
          product(
            rows: m, left: LeftOperand(x, rowStride: k, stepStride: 1), right: panels, into: y,
            pool: pool)
        }
      }.map { $0 / Double(times) }
    }
    var result = Measurement(seconds: ours(pool), operations: operations)
    let peak = MachineBenchmarks.peakRate(threads: threads)
    result.figures.append(("share_of_peak", operations / result.median / peak))
    // The library runs on one thread, so both are compared on one.
    if let library = try? OpenBLAS.load() {
      let one = Measurement(seconds: threads == 1 ? result.seconds : ours(ThreadPool(threads: 1)))
      let theirs = Measurement.of(repetitions: 9) {
        for _ in 0..<times {
          library.multiply(
            rows: m, columns: n, steps: k, left: x, leftStride: k, transposeLeft: false,
            right: w, rightStride: k, transposeRight: true, accumulate: false, into: y,
            outputStride: n)
        }
      }.map { $0 / Double(times) }
      result.figures.append(("openblas_ratio", MachineBenchmarks.median(theirs) / one.median))
    }
    return result
  }

  /// Rounding the rows is part of a native product.
  private static func native(
    _ shape: Shape, _ pairs: PairKernels, threads: Int
  ) -> Measurement {
    let pool = ThreadPool(threads: threads)
    let (m, n, k) = (shape.rows, shape.columns, shape.steps)
    let (x, y) = (matrix(m * k), matrix(m * n))
    let panels = halfPanels(columns: n, steps: k, pool)
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: RoundedRows.byteCount(rows: m, steps: k), alignment: 64)
    defer {
      for pointer in [x, y] { pointer.deallocate() }
      memory.deallocate()
    }
    let left = LeftOperand(x, rowStride: k, stepStride: 1)
    let operations = 2 * Double(m) * Double(n) * Double(k)
    let times = max(1, Int(2e9 / operations))
    let seconds = Measurement.of(repetitions: 9) {
      for _ in 0..<times {
        let rounded = RoundedRows(
          left, rows: m, steps: k, kernels: pairs, memory: memory, pool: pool)
        product(rows: m, left: rounded, right: panels, into: y, pool: pool)
      }
    }.map { $0 / Double(times) }
    let widened = Measurement.of(repetitions: 9) {
      for _ in 0..<times { product(rows: m, left: left, right: panels, into: y, pool: pool) }
    }.map { $0 / Double(times) }
    var result = Measurement(seconds: seconds, operations: operations)
    result.addRatio(toWidened: widened)
    return result
  }

  /// A matrix of ones.
  private static func halfPanels(columns: Int, steps: Int, _ pool: ThreadPool) -> PackedPanels {
    let panels = PackedPanels(
      columns: columns, steps: steps, format: .bfloat16, kernels: Processor.current.kernels)
    let w = UnsafeMutablePointer<BFloat16>.allocate(capacity: columns * steps)
    w.initialize(repeating: BFloat16(1), count: columns * steps)
    panels.pack(transposing: w, pool: pool)
    w.deallocate()
    return panels
  }

  /// One row times a matrix that no cache holds, as decoding does.
  private static func readingFromMemory(isHalf: Bool, threads: Int) -> Measurement {
    let pool = ThreadPool(threads: threads)
    let (n, k) = (151_936, 896)
    let panels: PackedPanels
    if isHalf {
      panels = halfPanels(columns: n, steps: k, pool)
    } else {
      panels = PackedPanels(columns: n, steps: k, kernels: Processor.current.kernels)
      let w = UnsafeMutablePointer<Float>.allocate(capacity: n * k)
      w.initialize(repeating: 1, count: n * k)
      panels.pack(transposing: w, pool: pool)
      w.deallocate()
    }
    let (x, y) = (matrix(k), matrix(n))
    defer { for pointer in [x, y] { pointer.deallocate() } }
    let seconds = Measurement.of(repetitions: 9) {
      product(
        rows: 1, left: LeftOperand(x, rowStride: k, stepStride: 1), right: panels, into: y,
        pool: pool)
    }
    var result = Measurement(seconds: seconds)
    let bytes = Double(n * k * (isHalf ? 2 : 4))
    let read = MachineBenchmarks.readRate(threads: threads)
    let rate = read.bytes / (read.seconds.min() ?? .infinity)
    result.figures = [
      ("gigabytes_per_second", bytes / result.median / 1e9),
      ("share_of_read_rate", bytes / result.median / rate),
    ]
    return result
  }
}
