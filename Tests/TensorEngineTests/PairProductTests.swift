import Kernels
import Testing

@testable import TensorEngine

/// Products of bfloat16 numbers by the processor's own instructions.
@Suite(
  "Native products of bfloat16",
  .enabled(
    if: !Processor.current.pairKernels.isEmpty, "this processor has neither AMX nor AVX-512 BF16"))
struct PairProductTests {
  private static let classes = Processor.current.pairKernels
  /// Columns and steps, with tails of tiles, panels, words and k blocks.
  static let shapes = [(1, 1), (49, 385), (101, 777), (256, 160), (130, 1153), (16, 31)]

  @Test("have the bits that the instructions' manuals say", arguments: shapes)
  func manual(_ columns: Int, _ steps: Int) {
    let data = ProductData(rows: 37, columns: columns, steps: steps)
    for kernels in Self.classes {
      let found = data.native(kernels)
      for row in stride(from: 0, to: data.rows, by: 3) {
        for column in stride(from: 0, to: columns, by: 7) {
          let expected = Manual.element(data.products(row, column), class: kernels.name)
          #expect(
            found[row * columns + column].bitPattern == expected.bitPattern,
            "\(kernels.name), row \(row), column \(column)")
        }
      }
    }
  }

  @Test(
    "are the exact sums but for accumulation, and those of float32 rows but for rounding them",
    arguments: shapes)
  func bounds(_ columns: Int, _ steps: Int) {
    let data = ProductData(rows: 37, columns: columns, steps: steps)
    let widened = data.widened()
    for kernels in Self.classes {
      let found = data.native(kernels)
      for row in stride(from: 0, to: data.rows, by: 4) {
        for column in stride(from: 0, to: columns, by: 5) {
          let products = data.products(row, column).map { Double($0.0) * Double($0.1) }
          let size = products.reduce(0) { $0 + $1.magnitude }
          let accumulation = Double(steps + 1) * 0x1p-24 * size
          let element = Double(found[row * columns + column])
          #expect((element - products.reduce(0, +)).magnitude <= accumulation)
          // Rounding to bfloat16 changes a number by 2^-8 of it at most.
          let other = Double(widened[row * columns + column])
          #expect((element - other).magnitude <= 0x1p-8 * 1.01 * size + 2 * accumulation)
        }
      }
    }
  }

  @Test(
    "of a row have the same bits among any rows and on any number of threads", arguments: shapes)
  func exactness(_ columns: Int, _ steps: Int) {
    let data = ProductData(rows: 400, columns: columns, steps: steps)
    let pools = [1, 2, 3].map { ThreadPool(threads: $0) }
    for kernels in Self.classes {
      let all = data.native(kernels).map(\.bitPattern)
      for pool in pools { #expect(data.native(kernels, pool: pool).map(\.bitPattern) == all) }
      for rows in Array(1...34) + [64, 97, 130] {
        let first = rows * 37 % (data.rows - rows)
        let part = data.native(kernels, rows: first..<first + rows, pool: pools[rows % 3])
        #expect(
          part.map(\.bitPattern) == Array(all[first * columns..<(first + rows) * columns]),
          "\(kernels.name), \(rows) rows")
      }
    }
  }

  @Test("read their left operand at any strides, add to the output, and keep to its stride")
  func strides() {
    let data = ProductData(rows: 19, columns: 70, steps: 401)
    let (columns, outputStride) = (data.columns, 73)
    for kernels in Self.classes {
      let plain = data.native(kernels)
      var transposed = [Float](repeating: .nan, count: data.x.count)
      for row in 0..<data.rows {
        for step in 0..<data.steps {
          transposed[step * data.rows + row] = data.x[row * data.steps + step]
        }
      }
      var y = [Float](repeating: 0, count: data.rows * outputStride)
      for row in 0..<data.rows {
        for gap in columns..<outputStride { y[row * outputStride + gap] = -1 }
      }
      data.native(
        kernels, left: transposed, rowStride: 1, stepStride: data.rows, into: &y,
        outputStride: outputStride, accumulate: true)
      for row in 0..<data.rows {
        let line = y[row * outputStride..<(row + 1) * outputStride]
        #expect(Array(line.prefix(columns)) == Array(plain[row * columns..<(row + 1) * columns]))
        #expect(line.suffix(outputStride - columns).allSatisfy { $0 == -1 })
      }
    }
  }

  /// One row times one column, in the place of a word's low half, of its high half, and of the last
  /// step, which has no partner.
  private func product(_ x: Float, _ w: Float, _ kernels: PairKernels) -> [Float] {
    [0, 1, 4].map { step in
      var data = ProductData(rows: 1, columns: 1, steps: 5)
      data.x = data.x.indices.map { $0 == step ? x : 0 }
      data.w = data.w.indices.map { $0 == step ? BFloat16(w) : BFloat16(0) }
      return data.native(kernels)[0]
    }
  }

  @Test("take denormal numbers for zero: of either operand, and what would be one")
  func denormals() {
    let least = Float.leastNormalMagnitude
    for kernels in Self.classes {
      #expect(product(least / 16, 0x1p100, kernels) == [0, 0, 0])
      #expect(product(0x1p100, least / 16, kernels) == [0, 0, 0])
      #expect(product(0x1p-70, 0x1p-70, kernels) == [0, 0, 0])
      #expect(product(least, 1, kernels) == [least, least, least])
      // In float32 they are numbers like others.
      var data = ProductData(rows: 1, columns: 1, steps: 1)
      (data.x, data.w) = ([least / 16], [BFloat16(0x1p100)])
      #expect(data.widened() == [least / 16 * 0x1p100])
    }
  }

  @Test("carry infinities and NaN to their own row and column only")
  func notFinite() {
    for kernels in Self.classes {
      #expect(product(.infinity, 2, kernels) == [.infinity, .infinity, .infinity])
      #expect(product(2, -.infinity, kernels).allSatisfy { $0 == -.infinity })
      // What bfloat16 cannot hold becomes infinite.
      #expect(product(.greatestFiniteMagnitude, 1, kernels).allSatisfy { $0 == .infinity })
      #expect(product(0x1p100, 0x1p100, kernels).allSatisfy { $0 == .infinity })
      #expect(product(.infinity, 0, kernels).allSatisfy { $0.isNaN })
      #expect(product(.nan, 1, kernels).allSatisfy { $0.isNaN })
      let clean = ProductData(rows: 40, columns: 70, steps: 45)
      var data = clean
      data.x[17 * 45 + 44] = .nan
      data.w[33 * 45 + 44] = BFloat16(.infinity)
      let (expected, found) = (clean.native(kernels), data.native(kernels))
      for row in 0..<40 {
        for column in 0..<70 {
          let element = found[row * 70 + column]
          if row == 17 {
            #expect(element.isNaN)
          } else if column == 33 {
            #expect(element.isInfinite)
          } else {
            #expect(element == expected[row * 70 + column])
          }
        }
      }
    }
  }

  /// Every output of the small transformer, by name.
  private func outputs(
    _ model: TinyTransformer, on device: CPUDevice
  ) throws -> [String: [Float]] {
    let graph = try model.graph()
    let results = try Executable(graph, on: device).run(
      model.batch(prompts: [40, 5], responses: 2, length: 9), parameters: model.store(on: device))
    return Dictionary(
      uniqueKeysWithValues: try graph.outputNames.map { ($0, try results.host($0).floats) })
  }

  @Test(
    "compute a transformer, its gradients too, close to what float32 rows give",
    arguments: [16, 10])
  func transformer(headWidth: Int) throws {
    var model = TinyTransformer(headWidth: headWidth, inner: 71)
    model.matrices = .bfloat16
    model.trainsMatrices = false
    let widened = try outputs(model, on: CPUDevice(threads: 2))
    for pairs in Self.classes {
      func device(_ threads: Int) throws -> CPUDevice {
        try CPUDevice(threads: threads, kernels: Processor.current.kernels, pairKernels: pairs)
      }
      let name = try device(1).name
      #expect(name.hasSuffix("1 thread, \(pairs.name)"))
      let found = try outputs(model, on: device(1))
      for (name, values) in found {
        let error = relativeError(values, widened[name] ?? [])
        #expect(error > 0 && error < 0.02, "\(pairs.name) \(name): \(error)")
      }
      for threads in 2...3 {
        let again = try outputs(model, on: device(threads))
        #expect(
          again.mapValues { $0.map(\.bitPattern) } == found.mapValues { $0.map(\.bitPattern) })
      }
    }
  }

  @Test("leave float32 weights as they are")
  func float32Weights() throws {
    let model = TinyTransformer()
    let (plain, native) = try (
      outputs(model, on: CPUDevice(threads: 2)),
      outputs(model, on: CPUDevice(threads: 2, bfloat16Products: .native))
    )
    #expect(plain == native)
  }
}

@Suite("Processors with native products of bfloat16")
struct PairProcessorTests {
  private static let v4 =
    "flags : avx avx2 fma bmi1 bmi2 f16c movbe abm avx512f avx512bw avx512cd avx512dq avx512vl"

  @Test("are known by their flags")
  func choice() {
    #expect(Processor(report: Self.v4).pairKernels.isEmpty)
    #expect(Processor(report: "flags : avx512_bf16").pairKernels.isEmpty)
    #expect(Processor(report: Self.v4 + " avx512_bf16").pairKernels.map(\.name) == ["bf16-dot"])
    let names = Processor(report: Self.v4 + " avx512_bf16 amx_tile amx_bf16").pairKernels.map(
      \.name)
    // Tiles need the leave of the system that the tests run on.
    #expect(names == ["bf16-dot"] || names == ["bf16-amx", "bf16-dot"])
    for kernels in Processor(report: Self.v4 + " avx512_bf16").pairKernels {
      #expect(kernels.panelWidth == Processor(report: Self.v4).kernels.panelWidth)
    }
  }

  @Test("are asked for in vain where there is none")
  func absence() throws {
    let error = #expect(throws: EngineError.self) {
      try Processor(report: Self.v4).requirePairKernels()
    }
    #expect(
      error?.description
        == "this processor has no products of bfloat16 numbers (AMX, or AVX-512 BF16)")
    let device = try CPUDevice(threads: 1)
    #expect(device.pairKernels == nil)
  }
}

/// Rows in float32 and columns in bfloat16.
private struct ProductData {
  let rows, columns, steps: Int
  var x: [Float]
  var w: [BFloat16]

  init(rows: Int, columns: Int, steps: Int) {
    (self.rows, self.columns, self.steps) = (rows, columns, steps)
    var numbers = Numbers(seed: UInt64(columns * 10_007 + steps))
    x = numbers.tensor([rows * steps]).floats
    w = numbers.tensor([columns * steps]).floats.map { BFloat16($0) }
  }

  /// The factors of an element, both rounded to bfloat16, in the order of steps.
  func products(_ row: Int, _ column: Int) -> [(Float, Float)] {
    (0..<steps).map {
      (Float(BFloat16(x[row * steps + $0])), Float(w[column * steps + $0]))
    }
  }

  private var panels: PackedPanels {
    let panels = PackedPanels(
      columns: columns, steps: steps, format: .bfloat16, kernels: Processor.current.kernels)
    panels.pack(transposing: w, pool: nil)
    return panels
  }

  func widened() -> [Float] {
    var y = [Float](repeating: .nan, count: rows * columns)
    x.withUnsafeBufferPointer {
      guard let x = $0.baseAddress else { return }
      product(
        rows: rows, left: LeftOperand(x, rowStride: steps, stepStride: 1), right: panels, into: &y,
        pool: nil)
    }
    return y
  }

  func native(
    _ kernels: PairKernels, rows: Range<Int>? = nil, pool: ThreadPool? = nil
  ) -> [Float] {
    let rows = rows ?? 0..<self.rows
    var y = [Float](repeating: .nan, count: rows.count * columns)
    native(
      kernels, left: Array(x[rows.lowerBound * steps..<rows.upperBound * steps]),
      rowStride: steps, stepStride: 1, into: &y, outputStride: columns, accumulate: false,
      pool: pool)
    return y
  }

  func native(
    _ kernels: PairKernels, left: [Float], rowStride: Int, stepStride: Int, into y: inout [Float],
    outputStride: Int, accumulate: Bool, pool: ThreadPool? = nil
  ) {
    let rows = y.count / outputStride
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: RoundedRows.byteCount(rows: rows, steps: steps), alignment: 64)
    defer { memory.deallocate() }
    left.withUnsafeBufferPointer {
      guard let base = $0.baseAddress else { return }
      let rounded = RoundedRows(
        LeftOperand(base, rowStride: rowStride, stepStride: stepStride), rows: rows, steps: steps,
        kernels: kernels, memory: memory, pool: pool)
      product(
        rows: rows, left: rounded, right: panels, into: &y, outputStride: outputStride,
        accumulate: accumulate, pool: pool)
    }
  }
}

/// What the Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2, says of the
/// instructions, for numbers that are not denormal.
private enum Manual {
  static func element(_ products: [(Float, Float)], class name: String) -> Float {
    name == "bf16-amx" ? tiles(products) : dots(products)
  }

  /// TDPBF16PS: even steps in one chain of multiply-adds and odd ones in another, 16 each; their sum is
  /// added to the element.
  private static func tiles(_ products: [(Float, Float)]) -> Float {
    var sum: Float = 0
    for first in stride(from: 0, to: products.count, by: 32) {
      var chains: [Float] = [0, 0]
      for step in first..<min(first + 32, products.count) {
        chains[step % 2].addProduct(products[step].0, products[step].1)
      }
      sum += chains[0] + chains[1]
    }
    return sum
  }

  /// VDPBF16PS: one chain, a pair's odd step before its even one; the chains of k blocks are added.
  private static func dots(_ products: [(Float, Float)]) -> Float {
    var sum: Float = 0
    for first in stride(from: 0, to: products.count, by: reductionBlock) {
      var chain: Float = 0
      let end = min(first + reductionBlock, products.count)
      for even in stride(from: first, to: end, by: 2) {
        if even + 1 < end { chain.addProduct(products[even + 1].0, products[even + 1].1) }
        chain.addProduct(products[even].0, products[even].1)
      }
      sum = first == 0 ? chain : sum + chain
    }
    return sum
  }
}
