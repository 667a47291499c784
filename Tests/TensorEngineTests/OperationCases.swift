import Testing

@testable import TensorEngine

/// One operation on given inputs. Drives the kernel test and the derivative test.
struct OperationCase: Sendable, CustomTestStringConvertible {
  typealias Build = @Sendable (GraphBuilder, [Value]) throws -> [Value]

  var name: String
  /// Float tensors come first in `build`'s values, then index tensors.
  var floats: [HostTensor]
  var indices: [HostTensor] = []
  /// How many of the float inputs are differentiable; the first ones.
  var differentiable: Int
  /// Large cases cross block borders and are not differentiated numerically.
  var isLarge = false
  var build: Build

  var testDescription: String { name }

  init(
    _ name: String, _ shapes: [[Int]], range: ClosedRange<Float> = -2...2,
    indices: [HostTensor] = [], differentiable: Int? = nil, large: Bool = false,
    _ build: @escaping Build
  ) {
    self.name = name
    var numbers = Numbers(seed: UInt64(name.utf8.reduce(7) { $0 &* 31 &+ Int($1) } & 0xFFFF_FFFF))
    floats = shapes.map { numbers.tensor($0, range) }
    self.indices = indices
    self.differentiable = differentiable ?? shapes.count
    isLarge = large
    self.build = build
  }
}

extension OperationCase {
  /// Every operation of the engine, at small sizes for derivatives and at sizes that cross blocks.
  static let all: [OperationCase] = pointwise + reductions + matrices + rows + attention + heads

  private static let pointwise: [OperationCase] = [
    OperationCase("add", [[3, 5], [3, 5]]) { g, v in [try g.add(v[0], v[1])] },
    OperationCase("add a row", [[3, 5], [5]]) { g, v in [try g.add(v[0], v[1])] },
    OperationCase("add to a row", [[1, 5], [3, 5]]) { g, v in [try g.add(v[0], v[1])] },
    OperationCase("add a value to itself", [[7]]) { g, v in [try g.add(v[0], v[0])] },
    OperationCase("subtract a column", [[4, 3], [4, 1]]) { g, v in [try g.subtract(v[0], v[1])] },
    OperationCase("subtract from a scalar", [[], [6]]) { g, v in [try g.subtract(v[0], v[1])] },
    OperationCase("multiply", [[2, 9], [2, 9]]) { g, v in [try g.multiply(v[0], v[1])] },
    OperationCase("multiply by a column", [[5, 4], [5, 1]]) { g, v in
      [try g.multiply(v[0], v[1])]
    },
    OperationCase("multiply by a scalar", [[5, 4], []]) { g, v in [try g.multiply(v[0], v[1])] },
    OperationCase("multiply rows, large", [[300, 171], [171]], large: true) { g, v in
      [try g.multiply(v[0], v[1])]
    },
    OperationCase("multiply columns, large", [[700, 65], [700, 1]], large: true) { g, v in
      [try g.multiply(v[0], v[1])]
    },
    OperationCase("divide", [[3, 4], [3, 4]], range: 0.5...2) { g, v in
      [try g.divide(v[0], v[1])]
    },
    OperationCase("divide by a row", [[3, 4], [4]], range: 0.5...2) { g, v in
      [try g.divide(v[0], v[1])]
    },
    OperationCase("minimum", [[4, 6], [4, 6]]) { g, v in [try g.minimum(v[0], v[1])] },
    OperationCase("maximum with a scalar", [[4, 6], []]) { g, v in [try g.maximum(v[0], v[1])] },
    OperationCase("select", [[17], [17], [17]], differentiable: 3) { g, v in
      [try g.select(.less, v[0], v[1], v[2])]
    },
    OperationCase("negate", [[19]]) { g, v in [try g.negate(v[0])] },
    OperationCase("exp", [[3, 7]]) { g, v in [try g.exp(v[0])] },
    OperationCase("log", [[3, 7]], range: 0.2...3) { g, v in [try g.log(v[0])] },
    OperationCase("square", [[3, 7]]) { g, v in [try g.square(v[0])] },
    OperationCase("squareRoot", [[3, 7]], range: 0.2...3) { g, v in [try g.squareRoot(v[0])] },
    OperationCase("reciprocal", [[3, 7]], range: 0.2...3) { g, v in [try g.reciprocal(v[0])] },
    OperationCase("silu", [[3, 7]], range: -5...5) { g, v in [try g.silu(v[0])] },
    OperationCase("silu, large", [[33, 1001]], range: -9...9, large: true) { g, v in
      [try g.silu(v[0])]
    },
    OperationCase("gelu", [[3, 7]], range: -4...4) { g, v in [try g.gelu(v[0])] },
    OperationCase("gelu, large", [[40_001]], range: -6...6, large: true) { g, v in
      [try g.gelu(v[0])]
    },
    OperationCase("scale", [[21]]) { g, v in [try g.scale(v[0], -1.75)] },
    OperationCase("offset", [[21]]) { g, v in [try g.offset(v[0], 0.375)] },
    OperationCase("clamp", [[4, 9]]) { g, v in [try g.clamp(v[0], low: -0.8, high: 1.1)] },
    OperationCase("swiglu", [[3, 8], [3, 8]], range: -4...4) { g, v in
      [try g.swiglu(gate: v[0], up: v[1])]
    },
    OperationCase("swiglu, large", [[97, 384], [97, 384]], range: -8...8, large: true) { g, v in
      [try g.swiglu(gate: v[0], up: v[1])]
    },
    OperationCase("fill", [[3]]) { g, v in [try g.add(g.fill(2.5, [3]), v[0])] },
    OperationCase("stopGradient", [[4]]) { g, v in
      [try g.multiply(g.stopGradient(g.offset(v[0], 0)), g.fill(2, [4]))]
    },
  ]

  private static let reductions: [OperationCase] = [
    OperationCase("sum", [[3, 5]]) { g, v in [try g.sum(v[0])] },
    OperationCase("sum, large", [[123, 457]], large: true) { g, v in [try g.sum(v[0])] },
    OperationCase("sumRows", [[6, 5]]) { g, v in [try g.sumRows(v[0])] },
    OperationCase("sumRows, large", [[401, 150]], large: true) { g, v in [try g.sumRows(v[0])] },
    OperationCase("sumColumns", [[6, 5]]) { g, v in [try g.sumColumns(v[0])] },
    OperationCase("sumColumns, large", [[401, 150]], large: true) { g, v in
      [try g.sumColumns(v[0])]
    },
    OperationCase("reshape", [[4, 6]]) { g, v in [try g.square(g.reshape(v[0], [8, 3]))] },
    OperationCase("sliceColumns", [[4, 9]]) { g, v in [try g.sliceColumns(v[0], 2..<6)] },
    OperationCase("sliceColumns, last", [[4, 9]]) { g, v in [try g.sliceColumns(v[0], 8..<9)] },
    OperationCase("sliceColumns, large", [[300, 190]], large: true) { g, v in
      [try g.sliceColumns(v[0], 0..<64)]
    },
  ]

  private static let matrices: [OperationCase] = [
    OperationCase("linear", [[5, 7], [3, 7]]) { g, v in [try g.linear(v[0], weight: v[1])] },
    OperationCase("linear with bias", [[5, 7], [3, 7], [3]]) { g, v in
      [try g.linear(v[0], weight: v[1], bias: v[2])]
    },
    OperationCase("linear, large", [[211, 401], [133, 401], [133]], range: -1...1, large: true) {
      g, v in [try g.linear(v[0], weight: v[1], bias: v[2])]
    },
    OperationCase("matmul", [[4, 6], [6, 5]]) { g, v in [try g.matmul(v[0], v[1])] },
    OperationCase("matmul, a transposed", [[6, 4], [6, 5]]) { g, v in
      [try g.matmul(v[0], v[1], transposeA: true)]
    },
    OperationCase("matmul, b transposed", [[4, 6], [5, 6]]) { g, v in
      [try g.matmul(v[0], v[1], transposeB: true)]
    },
    OperationCase("matmul, both transposed", [[6, 4], [5, 6]]) { g, v in
      [try g.matmul(v[0], v[1], transposeA: true, transposeB: true)]
    },
    OperationCase("matmul, large", [[130, 97], [130, 203]], range: -1...1, large: true) { g, v in
      [try g.matmul(v[0], v[1], transposeA: true)]
    },
  ]

  private static let rows: [OperationCase] = [
    OperationCase("rmsNorm", [[4, 6], [6]]) { g, v in
      [try g.rmsNorm(v[0], weight: v[1], epsilon: 1e-6)]
    },
    OperationCase("rmsNorm, large", [[203, 161], [161]], large: true) { g, v in
      [try g.rmsNorm(v[0], weight: v[1], epsilon: 1e-5)]
    },
    OperationCase("rotary", [[3, 12], [3, 2], [3, 2]], differentiable: 1) { g, v in
      [try g.rotary(v[0], cosine: v[1], sine: v[2], heads: 3)]
    },
    OperationCase(
      "rotary, large", [[301, 160], [301, 16], [301, 16]], differentiable: 1, large: true
    ) { g, v in [try g.rotary(v[0], cosine: v[1], sine: v[2], heads: 5)] },
    OperationCase(
      "gatherRows with repeats", [[5, 4]],
      indices: [HostTensor([3, 0, 3, 4, 3] as [Int32], shape: [5])]
    ) { g, v in [try g.gatherRows(table: v[0], indices: v[1])] },
    OperationCase(
      "gatherRows, large", [[90, 160]], indices: [numbers { $0.indices(700, below: 90) }],
      large: true
    ) { g, v in [try g.gatherRows(table: v[0], indices: v[1])] },
    OperationCase(
      "scatterAddRows", [[4, 3]], indices: [HostTensor([1, 4, 1, 0] as [Int32], shape: [4])]
    ) { g, v in [try g.scatterAddRows(v[0], indices: v[1], count: 6)] },
    OperationCase(
      "a table of rows that is a weight too, such as tied embeddings", [[6, 4], [5, 4]],
      indices: [HostTensor([1, 4, 1, 0, 1] as [Int32], shape: [5])]
    ) { g, v in
      [try g.linear(g.multiply(g.gatherRows(table: v[0], indices: v[2]), v[1]), weight: v[0])]
    },
    OperationCase(
      "means over parts of a column", [[7, 1], [3, 1]], range: 1...2,
      indices: [HostTensor([0, 0, 1, 0, 2, 2, 1] as [Int32], shape: [7])]
    ) { g, v in
      let sums = try g.scatterAddRows(v[0], indices: v[2], count: 3)
      return [try g.gatherRows(table: g.divide(sums, v[1]), indices: v[2])]
    },
    OperationCase(
      "sums over parts of a column, large", [[40_000, 1]],
      indices: [numbers { $0.indices(40_000, below: 64) }], large: true
    ) { g, v in
      let sums = try g.scatterAddRows(v[0], indices: v[1], count: 64)
      return [try g.gatherRows(table: sums, indices: v[1])]
    },
    OperationCase(
      "overwriteRows", [[6, 3], [2, 3]], indices: [HostTensor([4, 1] as [Int32], shape: [2])]
    ) { g, v in [try g.overwriteRows(base: v[0], rows: v[1], indices: v[2])] },
    OperationCase(
      "overwriteRows, large", [[400, 96], [150, 96]],
      indices: [numbers { $0.places(150, below: 400) }], large: true
    ) { g, v in [try g.overwriteRows(base: v[0], rows: v[1], indices: v[2])] },
  ]

  private static func numbers(_ make: (inout Numbers) -> HostTensor) -> HostTensor {
    var numbers = Numbers(seed: 99)
    return make(&numbers)
  }
}
