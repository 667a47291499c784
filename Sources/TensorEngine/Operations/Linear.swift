import Kernels

/// `y = x * W^T (+ bias)`: `[T, K], [N, K], [N]? -> [T, N]`.
struct Linear: Operation {
  var name: String { "linear" }
  var isMemoryBound: Bool { false }

  func infer(_ inputs: [TensorType]) throws(ShapeProblem) -> [TensorType] {
    let x = try inputs[0].dimensions(2, "x")
    let weight = try inputs[1].weightDimensions("the weight")
    guard x[1] == weight[1] else {
      throw ShapeProblem("x \(inputs[0]) and weight \(inputs[1]) differ in their last extent")
    }
    if inputs.count == 3, inputs[2] != TensorType([weight[0]]) {
      throw ShapeProblem("the bias must be [\(weight[0])], but is \(inputs[2])")
    }
    return [TensorType([x[0], weight[0]])]
  }

  func differentiate(_ d: Derivative) throws -> [Value?] {
    let g = d.graph
    let dy = d.cotangent
    var result: [Value?] = [
      try d.wanted[0] ? g.matmul(dy, d.inputs[1]) : nil,
      try d.wanted[1] ? g.matmul(dy, d.inputs[0], transposeA: true) : nil,
    ]
    if d.inputs.count == 3 { result.append(try d.wanted[2] ? g.sumRows(dy) : nil) }
    return result
  }

  func evaluate(_ inputs: [DoubleTensor], _ shapes: [[Int]]) -> [DoubleTensor] {
    let (x, weight) = (inputs[0], inputs[1])
    var y = DoubleTensor(shape: shapes[0])
    for row in 0..<y.rows {
      for column in 0..<y.columns {
        var sum = inputs.count == 3 ? inputs[2].values[column] : 0
        for k in 0..<x.columns { sum += x[row, k] * weight[column, k] }
        y[row, column] = sum
      }
    }
    return [y]
  }

  func flops(_ inputs: [[Int]], _ outputs: [[Int]]) -> Double {
    2 * Double(elementCount(outputs[0])) * Double(inputs[0][1])
  }

  func packedWeight(_ inputs: [[Int]]) -> (input: Int, rows: Int)? { (1, inputs[0][0]) }

  func lower(_ lowering: CPULowering) -> CPUStep {
    let weight = RightMatrix(lowering, input: 1, layout: .columnsBySteps)
    let bias = lowering.graph.nodes[lowering.node].inputs.count == 3 ? lowering.input(2) : nil
    let (x, y) = (lowering.input(0), lowering.output(0))
    let (rows, steps) = (lowering.inputRows(0), lowering.inputColumns(0))
    let columns = lowering.outputColumns(0)
    let kernels = lowering.kernels
    let add = kernels.elementwise.binary
    lowering.needScratch { sizes in
      weight.scratchBytes(
        rows: rows(sizes), columns: columns(sizes), steps: steps(sizes), kernels: kernels)
    }
    return { frame in
      let (t, n, k) = (rows(frame), columns(frame), steps(frame))
      weight.multiply(
        frame, rows: t, columns: n, steps: k,
        left: LeftOperand(x.floats(frame), rowStride: k, stepStride: 1), into: y.floats(frame),
        scratch: frame.scratch)
      guard let bias else { return }
      frame.forRowBlocks(t, columns: n) { first, count in
        let base = y.floats(frame) + first * n
        add(
          .add, count, n, .matrix(base, rowStride: n), .row(bias.floats(frame)),
          MutableRows(base, rowStride: n))
      }
    }
  }
}

extension GraphBuilder {
  /// `x * W^T + bias`: `x [T, K]`, `weight [N, K]` (bfloat16 too), `bias [N]`, result `[T, N]`.
  public func linear(_ x: Value, weight: Value, bias: Value? = nil) throws -> Value {
    try apply(Linear(), [x, weight] + (bias.map { [$0] } ?? []))[0]
  }
}
