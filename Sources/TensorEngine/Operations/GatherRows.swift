/// Rows of a table by index: `table [V, D]`, `indices [n] -> [n, D]`.
struct GatherRows: Operation {
  var name: String { "gatherRows" }

  func indexRules(_ inputs: [TensorType]) -> [Int: [IndexRule]] {
    [1: [.below(inputs[0].shape[0])]]
  }

  func infer(_ inputs: [TensorType]) throws(ShapeProblem) -> [TensorType] {
    let table = try inputs[0].weightDimensions("the table")
    return [TensorType([try inputs[1].indexCount("indices"), table[1]])]
  }

  func differentiate(_ d: Derivative) throws -> [Value?] {
    let rows = d.graph.shape(of: d.inputs[0])[0]
    return [try d.graph.apply(ScatterAddRows(rows: rows), d.cotangent, d.inputs[1]), nil]
  }

  func evaluate(_ inputs: [DoubleTensor], _ shapes: [[Int]]) -> [DoubleTensor] {
    let values = (0..<shapes[0][0]).flatMap { inputs[0].row(inputs[1].integer($0)) }
    return [DoubleTensor(values, shape: shapes[0])]
  }

  func lower(_ lowering: CPULowering) -> CPUStep {
    let (table, indices, output) = (lowering.input(0), lowering.input(1), lowering.output(0))
    let (count, columns) = (lowering.inputCount(1), lowering.inputColumns(0))
    if lowering.inputType(0).element == .bfloat16 {
      return { frame in
        guard let panels = frame.panels(of: table) else { return }
        let width = columns(frame)
        let target = output.floats(frame)
        let rows = indices.integers(frame)
        frame.forRowBlocks(count(frame), columns: width) { first, count in
          for row in first..<first + count {
            panels.copyColumn(Int(rows[row]), into: target + row * width)
          }
        }
      }
    }
    return { frame in
      let width = columns(frame)
      let source = table.floats(frame)
      let target = output.floats(frame)
      let rows = indices.integers(frame)
      frame.forRowBlocks(count(frame), columns: width) { first, count in
        for row in first..<first + count {
          (target + row * width).update(from: source + Int(rows[row]) * width, count: width)
        }
      }
    }
  }
}

/// Rows added into a table of zeros, in index order: the gradient of `gatherRows`.
struct ScatterAddRows: Operation {
  /// Rows of the result.
  var rows: Dimension

  var name: String { "scatterAddRows" }

  func indexRules(_ inputs: [TensorType]) -> [Int: [IndexRule]] { [1: [.below(rows)]] }

  func infer(_ inputs: [TensorType]) throws(ShapeProblem) -> [TensorType] {
    let shape = try inputs[0].dimensions(2, "rows")
    guard try inputs[1].indexCount("indices") == shape[0] else {
      throw ShapeProblem("\(inputs[0]) has not one row for each index of \(inputs[1])")
    }
    return [TensorType([rows, shape[1]])]
  }

  func differentiate(_ d: Derivative) throws -> [Value?] {
    [try d.graph.gatherRows(table: d.cotangent, indices: d.inputs[1]), nil]
  }

  func evaluate(_ inputs: [DoubleTensor], _ shapes: [[Int]]) -> [DoubleTensor] {
    var result = DoubleTensor(shape: shapes[0])
    for row in 0..<inputs[0].rows {
      let target = inputs[1].integer(row)
      for column in 0..<result.columns { result[target, column] += inputs[0][row, column] }
    }
    return [result]
  }

  func lower(_ lowering: CPULowering) -> CPUStep {
    let accumulate = lowering.kernels.elementwise.accumulate
    let (x, indices, output) = (lowering.input(0), lowering.input(1), lowering.output(0))
    let (count, columns) = (lowering.inputCount(1), lowering.inputColumns(0))
    let rows = lowering.outputRows(0)
    return { frame in
      let width = columns(frame)
      frame.zero(output, rows(frame), width)
      let (source, target) = (x.floats(frame), output.floats(frame))
      let positions = indices.integers(frame)
      // Items own columns, so that every sum runs over the rows in order.
      frame.forColumnBlocks(width, rows: count(frame)) { first, owned in
        for row in 0..<count(frame) {
          accumulate(
            1, owned, .init(source + row * width + first, rowStride: width),
            .init(target + Int(positions[row]) * width + first, rowStride: width))
        }
      }
    }
  }
}

extension GraphBuilder {
  /// Rows of `table [V, D]` (bfloat16 too) by index: `indices` int32 `[n]`, result `[n, D]`. An index
  /// may repeat.
  public func gatherRows(table: Value, indices: Value) throws -> Value {
    try apply(GatherRows(), table, indices)
  }

  /// `rows [n, D]` added at `indices` into zeros `[count, D]`, in index order.
  public func scatterAddRows(
    _ rows: Value, indices: Value, count: Dimension
  ) throws -> Value {
    try apply(ScatterAddRows(rows: count), rows, indices)
  }
}
