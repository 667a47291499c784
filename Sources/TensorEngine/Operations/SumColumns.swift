/// The sum of every row: `[T, N] -> [T, 1]`.
struct SumColumns: Operation {
  var name: String { "sumColumns" }

  func infer(_ inputs: [TensorType]) throws(ShapeProblem) -> [TensorType] {
    let shape = try inputs[0].dimensions(2, "the operand")
    return [TensorType([shape[0], 1])]
  }

  func differentiate(_ d: Derivative) throws -> [Value?] {
    let type = d.graph.type(of: d.inputs[0])
    return [try d.graph.multiply(d.graph.fill(1, type.shape), d.cotangent)]
  }

  func evaluate(_ inputs: [DoubleTensor], _ shapes: [[Int]]) -> [DoubleTensor] {
    let x = inputs[0]
    return [DoubleTensor((0..<x.rows).map { x.row($0).reduce(0, +) }, shape: shapes[0])]
  }

  func lower(_ lowering: CPULowering) -> CPUStep {
    let kernel = lowering.kernels.reductions.rowSums
    let (x, output) = (lowering.input(0), lowering.output(0))
    let (rows, columns) = (lowering.inputRows(0), lowering.inputColumns(0))
    return { frame in
      let stride = columns(frame)
      frame.forRowBlocks(rows(frame), columns: stride) { first, count in
        kernel(
          count, stride, .init(x.floats(frame) + first * stride, rowStride: stride),
          output.floats(frame) + first)
      }
    }
  }
}

extension GraphBuilder {
  /// The sum of each row: `[T, N] -> [T, 1]`.
  public func sumColumns(_ x: Value) throws -> Value { try apply(SumColumns(), x) }
}
