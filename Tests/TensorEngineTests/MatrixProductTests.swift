import Foundation
import Kernels
import TestSupport
import Testing

@testable import TensorEngine

@Suite("Matrix products")
struct MatrixProductTests {
  static let shapes = [(1, 1), (49, 385), (101, 777), (256, 160), (130, 1153)]

  @Test(
    "a row has the same bits among any rows, threads, tier, and panel format", arguments: shapes)
  func exactness(_ columns: Int, _ steps: Int) {
    let pools = [1, 2, 3].map { ThreadPool(threads: $0) }
    let total = 400
    var numbers = Numbers(seed: UInt64(columns * 10_007 + steps))
    let x = numbers.tensor([total * steps]).floats
    let halves = numbers.tensor([columns * steps]).floats.map { BFloat16($0) }
    let weights = halves.map { Float($0) }
    var expected: [Bool: [Float]] = [:]
    for kernels in Processor.current.kernelSets {
      for format in [PackedPanels.Format.float32, .bfloat16] {
        let right = PackedPanels(columns: columns, steps: steps, format: format, kernels: kernels)
        switch format {
        case .float32: right.pack(transposing: weights, pool: pools[1])
        case .bfloat16: right.pack(transposing: halves, pool: pools[1])
        }
        let full = forward(x[...], total, right, pools[1])
        if let expected = expected[kernels.fused] {
          #expect(sameBits(full[...], expected[...]), "\(kernels.name) \(format)")
        }
        expected[kernels.fused] = full
        for pool in pools { #expect(sameBits(forward(x[...], total, right, pool)[...], full[...])) }
        for rows in Array(1...20) + [64, 97] {
          let first = rows * 37 % (total - rows)
          let part = forward(
            x[first * steps..<(first + rows) * steps], rows, right, pools[rows % 3])
          #expect(
            sameBits(part[...], full[first * columns..<(first + rows) * columns]),
            "\(kernels.name) \(format) rows \(rows)")
        }
      }
      let error = worst(expected[kernels.fused] ?? [], rows: total, columns: columns) {
        row, column in
        (0..<steps).reduce(0.0) {
          $0 + Double(x[row * steps + $1]) * Double(weights[column * steps + $1])
        }
      }
      #expect(error < 2e-5, "\(kernels.name): \(error)")
    }
  }

  @Test("gradient products equal plain loops and do not depend on threads")
  func gradients() {
    let (m, n, k) = (531, 101, 259)
    let pools = [1, 2, 3].map { ThreadPool(threads: $0) }
    var numbers = Numbers(seed: 7)
    let x = numbers.tensor([m * k]).floats
    let w = numbers.tensor([n * k]).floats
    let dy = numbers.tensor([m * n]).floats
    for kernels in Processor.current.kernelSets {
      let wPanels = PackedPanels(columns: k, steps: n, kernels: kernels)
      wPanels.pack(copying: w, pool: pools[1])
      let xPanels = PackedPanels(columns: k, steps: m, kernels: kernels)
      xPanels.pack(copying: x, pool: pools[1])
      let results = pools.map { pool in
        var dx = [Float](repeating: .nan, count: m * k)
        var dw = [Float](repeating: .nan, count: n * k)
        dy.withUnsafeBufferPointer { dy in
          guard let dy = dy.baseAddress else { return }
          product(
            rows: m, left: LeftOperand(dy, rowStride: n, stepStride: 1), right: wPanels, into: &dx,
            pool: pool)
          product(
            rows: n, left: LeftOperand(dy, rowStride: 1, stepStride: n), right: xPanels, into: &dw,
            pool: pool)
        }
        return (dx: dx, dw: dw)
      }
      for other in results.dropFirst() {
        #expect(sameBits(other.dx[...], results[0].dx[...]), "\(kernels.name) dX")
        #expect(sameBits(other.dw[...], results[0].dw[...]), "\(kernels.name) dW")
      }
      let dxError = worst(results[0].dx, rows: m, columns: k) { row, column in
        (0..<n).reduce(0.0) { $0 + Double(dy[row * n + $1]) * Double(w[$1 * k + column]) }
      }
      let dwError = worst(results[0].dw, rows: n, columns: k) { row, column in
        (0..<m).reduce(0.0) { $0 + Double(dy[$1 * n + row]) * Double(x[$1 * k + column]) }
      }
      #expect(dxError < 2e-5 && dwError < 2e-5, "\(kernels.name): \(dxError) \(dwError)")
    }
  }

  @Test("adds to the output, keeps to its stride, and packs into borrowed memory")
  func strides() {
    let kernels = Processor.current.kernels
    let x: [Float] = [1, 2, 3, 4, 5, 6]  // 2 x 3
    let w: [Float] = [1, 0, 2, 9, 0, 1, 0, 9]  // 2 x 3 with row stride 4
    let bytes = PackedPanels.byteCount(columns: 2, steps: 3, kernels: kernels)
    let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    defer { memory.deallocate() }
    let right = PackedPanels(columns: 2, steps: 3, kernels: kernels, memory: memory)
    right.pack(transposing: w, rowStride: 4, pool: nil)
    var y: [Float] = [10, 20, -1, 30, 40, -1]
    x.withUnsafeBufferPointer {
      guard let x = $0.baseAddress else { return }
      product(
        rows: 2, left: LeftOperand(x, rowStride: 3, stepStride: 1), right: right, into: &y,
        outputStride: 3, accumulate: true, pool: nil)
    }
    #expect(y == [17, 22, -1, 46, 45, -1])
  }

  @Test("agree with OpenBLAS where it is installed", .enabled(if: (try? OpenBLAS.load()) != nil))
  func secondOpinion() throws {
    let blas = try OpenBLAS.load()
    #expect(!blas.coreName.isEmpty)
    let (m, n, k) = (70, 90, 500)
    var numbers = Numbers(seed: 3)
    let x = numbers.tensor([m * k]).floats
    let w = numbers.tensor([n * k]).floats
    let right = PackedPanels(columns: n, steps: k, kernels: Processor.current.kernels)
    right.pack(transposing: w, pool: nil)
    let ours = forward(x[...], m, right, ThreadPool(threads: 1))
    var theirs = [Float](repeating: .nan, count: m * n)
    blas.multiply(
      rows: m, columns: n, steps: k, left: x, leftStride: k, transposeLeft: false, right: w,
      rightStride: k, transposeRight: true, accumulate: false, into: &theirs, outputStride: n)
    #expect(zip(ours, theirs).allSatisfy { ($0 - $1).magnitude < 1e-4 })
  }

  @Test("keep a modest share of the machine's arithmetic speed at every row count")
  func speed() {
    // One register spill in a tile costs a factor of three; other load on the machine much less.
    let kernels = Processor.current.kernels
    let (n, k) = (256, 384)
    var numbers = Numbers(seed: 5)
    let x = numbers.tensor([48 * k]).floats
    let right = PackedPanels(columns: n, steps: k, kernels: kernels)
    right.pack(transposing: numbers.tensor([n * k]).floats, pool: nil)
    var y = [Float](repeating: 0, count: 48 * n)
    let iterations = 100_000
    let peak =
      Double(iterations * kernels.probe.operationsPerIteration)
      / fastest { _ = kernels.probe.run(iterations, 1e-3) }
    for rows in 4...8 {
      let seconds = fastest {
        x.withUnsafeBufferPointer {
          guard let x = $0.baseAddress else { return }
          for _ in 0..<10 {
            product(
              rows: rows, left: LeftOperand(x, rowStride: k, stepStride: 1), right: right, into: &y,
              pool: nil)
          }
        }
      }
      let speed = 10 * 2 * Double(rows * n * k) / seconds
      #expect(speed > 0.35 * peak, "\(rows) rows: \(speed / peak) of the arithmetic probe")
    }
  }

  /// The least processor time of several runs.
  private func fastest(_ body: () -> Void) -> Double {
    (0..<12).map { _ in ProcessorTime.of(body) }.min() ?? .infinity
  }

  private func forward(
    _ x: ArraySlice<Float>, _ rows: Int, _ right: PackedPanels, _ pool: ThreadPool
  ) -> [Float] {
    var y = [Float](repeating: .nan, count: rows * right.columns)
    x.withUnsafeBufferPointer {
      guard let x = $0.baseAddress else { return }
      product(
        rows: rows, left: LeftOperand(x, rowStride: right.steps, stepStride: 1), right: right,
        into: &y, pool: pool)
    }
    return y
  }

  /// The largest error of some elements, relative to 1 + their size.
  private func worst(
    _ y: [Float], rows: Int, columns: Int, _ exact: (_ row: Int, _ column: Int) -> Double
  ) -> Double {
    guard y.count == rows * columns else { return .infinity }
    var worst = 0.0
    for row in stride(from: 0, to: rows, by: 17) {
      for column in stride(from: 0, to: columns, by: 5) {
        let expected = exact(row, column)
        let error = (Double(y[row * columns + column]) - expected).magnitude
        worst = max(worst, error.isNaN ? .infinity : error / (1 + expected.magnitude))
      }
    }
    return worst
  }
}

@Suite("Thread pool")
struct ThreadPoolTests {
  @Test(
    "runs every item once, with worker numbers that are never in use twice", arguments: [1, 2, 5])
  func everyItemOnce(_ threads: Int) {
    let pool = ThreadPool(threads: threads)
    for count in [0, 1, 2, 1000] {
      let runs = UnsafeMutablePointer<Int>.allocate(capacity: max(1, count))
      runs.initialize(repeating: 0, count: max(1, count))
      let perWorker = UnsafeMutablePointer<Int>.allocate(capacity: threads)
      perWorker.initialize(repeating: 0, count: threads)
      pool.run(count) { item, worker in
        runs[item] += 1
        perWorker[worker] += 1
      }
      #expect((0..<count).allSatisfy { runs[$0] == 1 })
      #expect((0..<threads).reduce(0) { $0 + perWorker[$1] } == count)
      runs.deallocate()
      perWorker.deallocate()
    }
  }

  @Test("runs a call from inside a body on that body's worker")
  func nestedRun() {
    let pool = ThreadPool(threads: 3)
    let agreed = UnsafeMutablePointer<Bool>.allocate(capacity: 20)
    agreed.initialize(repeating: false, count: 20)
    defer { agreed.deallocate() }
    pool.run(20) { item, worker in
      pool.run(4) { _, inner in agreed[item] = inner == worker }
    }
    #expect((0..<20).allSatisfy { agreed[$0] })
  }
}

@Suite("Processor")
struct ProcessorTests {
  @Test("chooses kernels by the flags of the report")
  func choice() {
    let v3 = "avx avx2 fma bmi1 bmi2 f16c movbe abm"
    let v4 = v3 + " avx512f avx512bw avx512cd avx512dq avx512vl"
    #expect(Processor(report: "flags\t\t: sse2 \(v4)").kernels.name == "x86-64-v4")
    #expect(Processor(report: "model : 1\nflags : \(v3) avx512f\n").kernels.name == "x86-64-v3")
    #expect(Processor(report: "flags : sse2 avx").kernels.name == "baseline")
    #expect(Processor(report: "").kernelSets.map(\.name) == ["baseline"])
  }

  @Test("warns of the baseline alone")
  func warning() {
    let v3 = Processor(report: "flags : avx avx2 fma bmi1 bmi2 f16c movbe abm")
    #expect(v3.warning == nil)
    #expect(Processor(report: "flags : sse2 avx").warning?.contains("no AVX2 and FMA") == true)
  }
}

private func sameBits(_ a: ArraySlice<Float>, _ b: ArraySlice<Float>) -> Bool {
  a.count == b.count && zip(a, b).allSatisfy { $0.bitPattern == $1.bitPattern }
}
