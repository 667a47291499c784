/// The sum over all rows, row by row in order: `[.., N] -> [N]`.
struct SumRows: Operation {
  var name: String { "sumRows" }

  func infer(_ inputs: [TensorType]) throws(ShapeProblem) -> [TensorType] {
    guard inputs[0].element == .float32, inputs[0].rank >= 2 else {
      throw ShapeProblem("the operand must be a float tensor with rows, but is \(inputs[0])")
    }
    return [TensorType([inputs[0].columns])]
  }

  func differentiate(_ d: Derivative) throws -> [Value?] {
    let type = d.graph.type(of: d.inputs[0])
    return [try d.graph.multiply(d.graph.fill(1, type.shape), d.cotangent)]
  }

  func evaluate(_ inputs: [DoubleTensor], _ shapes: [[Int]]) -> [DoubleTensor] {
    var result = DoubleTensor(shape: shapes[0])
    for row in 0..<inputs[0].rows {
      for column in 0..<inputs[0].columns { result.values[column] += inputs[0][row, column] }
    }
    return [result]
  }

  func lower(_ lowering: CPULowering) -> CPUStep {
    let kernel = lowering.kernels.reductions.columnSums
    let (x, output) = (lowering.input(0), lowering.output(0))
    let (rows, columns) = (lowering.inputRows(0), lowering.inputColumns(0))
    return { frame in
      let stride = columns(frame)
      frame.forColumnBlocks(stride, rows: rows(frame)) { first, count in
        kernel(
          rows(frame), count, .init(x.floats(frame) + first, rowStride: stride),
          output.floats(frame) + first)
      }
    }
  }
}

extension GraphBuilder {
  /// The sum over rows: `[T, N] -> [N]`.
  public func sumRows(_ x: Value) throws -> Value { try apply(SumRows(), x) }
}
