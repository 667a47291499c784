/// Some columns of a matrix: `[T, N] -> [T, n]`.
struct SliceColumns: Operation {
  var range: Range<Int>

  var name: String { "sliceColumns" }
  var detail: String { "\(range)" }

  func infer(_ inputs: [TensorType]) throws(ShapeProblem) -> [TensorType] {
    let shape = try inputs[0].dimensions(2, "the operand")
    guard case .fixed(let columns) = shape[1], range.lowerBound >= 0, range.upperBound <= columns
    else { throw ShapeProblem("columns \(range) are not all in \(inputs[0])") }
    return [TensorType([shape[0], .fixed(range.count)])]
  }

  func differentiate(_ d: Derivative) throws -> [Value?] {
    let columns = d.graph.shape(of: d.inputs[0])[1]
    return [
      try d.graph.apply(PadColumns(first: range.lowerBound, columns: columns), d.cotangent)
    ]
  }

  func evaluate(_ inputs: [DoubleTensor], _ shapes: [[Int]]) -> [DoubleTensor] {
    var result = DoubleTensor(shape: shapes[0])
    for row in 0..<result.rows {
      for (i, column) in range.enumerated() { result[row, i] = inputs[0][row, column] }
    }
    return [result]
  }

  func lower(_ lowering: CPULowering) -> CPUStep {
    let kernel = lowering.kernels.elementwise.copy
    let (x, output) = (lowering.input(0), lowering.output(0))
    let (rows, stride) = (lowering.inputRows(0), lowering.inputColumns(0))
    let range = range
    return { frame in
      let from = stride(frame)
      frame.forRowBlocks(rows(frame), columns: range.count) { first, count in
        kernel(
          count, range.count,
          .init(x.floats(frame) + first * from + range.lowerBound, rowStride: from),
          .init(output.floats(frame) + first * range.count, rowStride: range.count))
      }
    }
  }
}

/// A matrix placed at column `first` of a wider one of zeros: the gradient of `sliceColumns`.
struct PadColumns: Operation {
  var first: Int
  var columns: Dimension

  var name: String { "padColumns" }
  var detail: String { "first: \(first)" }

  func infer(_ inputs: [TensorType]) throws(ShapeProblem) -> [TensorType] {
    let shape = try inputs[0].dimensions(2, "the operand")
    return [TensorType([shape[0], columns])]
  }

  func evaluate(_ inputs: [DoubleTensor], _ shapes: [[Int]]) -> [DoubleTensor] {
    var result = DoubleTensor(shape: shapes[0])
    for row in 0..<result.rows {
      for column in 0..<inputs[0].columns { result[row, first + column] = inputs[0][row, column] }
    }
    return [result]
  }

  func lower(_ lowering: CPULowering) -> CPUStep {
    let (copy, fill) = (lowering.kernels.elementwise.copy, lowering.kernels.elementwise.fill)
    let (x, output) = (lowering.input(0), lowering.output(0))
    let (rows, narrow) = (lowering.inputRows(0), lowering.inputColumns(0))
    let wide = lowering.outputColumns(0)
    let left = first
    return { frame in
      let (from, to) = (narrow(frame), wide(frame))
      frame.forRowBlocks(rows(frame), columns: to) { first, count in
        let target = output.floats(frame) + first * to
        fill(count, left, 0, .init(target, rowStride: to))
        copy(
          count, from, .init(x.floats(frame) + first * from, rowStride: from),
          .init(target + left, rowStride: to))
        fill(count, to - left - from, 0, .init(target + left + from, rowStride: to))
      }
    }
  }
}

extension GraphBuilder {
  /// Columns `range` of a matrix: `[T, N] -> [T, range.count]`.
  public func sliceColumns(_ x: Value, _ range: Range<Int>) throws -> Value {
    try apply(SliceColumns(range: range), x)
  }
}
