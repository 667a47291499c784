import Kernels

/// `op(a) * op(b)`, where `op` may transpose: `[T, K] * [K, N] -> [T, N]`.
struct MatMul: Operation {
  var transposeA: Bool
  var transposeB: Bool

  var name: String { "matmul" }
  var isMemoryBound: Bool { false }
  var detail: String {
    [transposeA ? "transposeA" : nil, transposeB ? "transposeB" : nil].compactMap(\.self)
      .joined(separator: ", ")
  }

  func infer(_ inputs: [TensorType]) throws(ShapeProblem) -> [TensorType] {
    let a = try inputs[0].dimensions(2, "a")
    let b = try inputs[1].weightDimensions("b")
    guard a[transposeA ? 0 : 1] == b[transposeB ? 1 : 0] else {
      throw ShapeProblem("the summed extents of \(inputs[0]) and \(inputs[1]) differ")
    }
    return [TensorType([a[transposeA ? 1 : 0], b[transposeB ? 0 : 1]])]
  }

  func differentiate(_ d: Derivative) throws -> [Value?] {
    let g = d.graph
    let (a, b, dy) = (d.inputs[0], d.inputs[1], d.cotangent)
    var da: Value?
    var db: Value?
    if d.wanted[0] {
      da =
        try transposeA
        ? g.matmul(b, dy, transposeA: transposeB, transposeB: true)
        : g.matmul(dy, b, transposeB: !transposeB)
    }
    if d.wanted[1] {
      db =
        try transposeB
        ? g.matmul(dy, a, transposeA: true, transposeB: transposeA)
        : g.matmul(a, dy, transposeA: !transposeA)
    }
    return [da, db]
  }

  func evaluate(_ inputs: [DoubleTensor], _ shapes: [[Int]]) -> [DoubleTensor] {
    let (a, b) = (inputs[0], inputs[1])
    let steps = transposeA ? a.rows : a.columns
    var y = DoubleTensor(shape: shapes[0])
    for row in 0..<y.rows {
      for column in 0..<y.columns {
        var sum = 0.0
        for k in 0..<steps {
          sum += (transposeA ? a[k, row] : a[row, k]) * (transposeB ? b[column, k] : b[k, column])
        }
        y[row, column] = sum
      }
    }
    return [y]
  }

  func flops(_ inputs: [[Int]], _ outputs: [[Int]]) -> Double {
    2 * Double(elementCount(outputs[0])) * Double(inputs[0][transposeA ? 0 : 1])
  }

  func packedWeight(_ inputs: [[Int]]) -> (input: Int, rows: Int)? {
    transposeB ? (1, inputs[0][transposeA ? 1 : 0]) : nil
  }

  func lower(_ lowering: CPULowering) -> CPUStep {
    let right = RightMatrix(
      lowering, input: 1, layout: transposeB ? .columnsBySteps : .stepsByColumns)
    let (a, y) = (lowering.input(0), lowering.output(0))
    let (rows, columns) = (lowering.outputRows(0), lowering.outputColumns(0))
    let steps = lowering.extent([lowering.inputType(0).shape[transposeA ? 0 : 1]])
    let transposed = transposeA
    let kernels = lowering.kernels
    lowering.needScratch { sizes in
      right.scratchBytes(
        rows: rows(sizes), columns: columns(sizes), steps: steps(sizes), kernels: kernels)
    }
    return { frame in
      let (t, n, k) = (rows(frame), columns(frame), steps(frame))
      right.multiply(
        frame, rows: t, columns: n, steps: k,
        left: LeftOperand(
          a.floats(frame), rowStride: transposed ? 1 : k, stepStride: transposed ? t : 1),
        into: y.floats(frame), scratch: frame.scratch)
    }
  }
}

extension GraphBuilder {
  /// The matrix product of `a` and `b`, either of them transposed first if asked.
  public func matmul(
    _ a: Value, _ b: Value, transposeA: Bool = false, transposeB: Bool = false
  ) throws -> Value {
    try apply(MatMul(transposeA: transposeA, transposeB: transposeB), a, b)
  }
}
