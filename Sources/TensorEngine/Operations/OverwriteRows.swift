/// A copy of `base [T, D]` whose rows at `indices [n]` are those of `rows [n, D]`. Indices are
/// distinct.
struct OverwriteRows: Operation {
  var name: String { "overwriteRows" }
  var reusableInputs: [Int] { [0] }

  func indexRules(_ inputs: [TensorType]) -> [Int: [IndexRule]] {
    [2: [.below(inputs[0].shape[0]), .distinct]]
  }

  func infer(_ inputs: [TensorType]) throws(ShapeProblem) -> [TensorType] {
    let base = try inputs[0].dimensions(2, "base")
    let rows = try inputs[1].dimensions(2, "rows")
    guard rows == [try inputs[2].indexCount("indices"), base[1]] else {
      throw ShapeProblem("rows \(inputs[1]) do not fit base \(inputs[0]) and indices \(inputs[2])")
    }
    return [inputs[0]]
  }

  func differentiate(_ d: Derivative) throws -> [Value?] {
    let (rows, indices) = (d.inputs[1], d.inputs[2])
    let g = d.graph
    return [
      try d.wanted[0]
        ? g.overwriteRows(base: d.cotangent, rows: g.zeros(like: rows), indices: indices) : nil,
      try d.wanted[1] ? g.gatherRows(table: d.cotangent, indices: indices) : nil,
      nil,
    ]
  }

  func evaluate(_ inputs: [DoubleTensor], _ shapes: [[Int]]) -> [DoubleTensor] {
    var result = inputs[0]
    for row in 0..<inputs[1].rows {
      for column in 0..<result.columns {
        result[inputs[2].integer(row), column] = inputs[1][row, column]
      }
    }
    return [result]
  }

  func lower(_ lowering: CPULowering) -> CPUStep {
    let (base, rows, indices) = (lowering.input(0), lowering.input(1), lowering.input(2))
    let output = lowering.output(0)
    let (total, count) = (lowering.inputRows(0), lowering.inputCount(2))
    let columns = lowering.inputColumns(0)
    return { frame in
      let width = columns(frame)
      frame.copy(base, to: output, total(frame), width)
      writeRows(
        rows.floats(frame), indices.integers(frame), count(frame), width, output.floats(frame))
    }
  }
}

/// Copies row `i` of `rows` to row `indices[i]` of `target`.
func writeRows(
  _ rows: UnsafePointer<Float>, _ indices: UnsafePointer<Int32>, _ count: Int, _ width: Int,
  _ target: UnsafeMutablePointer<Float>
) {
  for row in 0..<count {
    (target + Int(indices[row]) * width).update(from: rows + row * width, count: width)
  }
}

extension GraphBuilder {
  /// `base [T, D]` with the rows at `indices` (int32 `[n]`, distinct) taken from `rows [n, D]`.
  public func overwriteRows(base: Value, rows: Value, indices: Value) throws -> Value {
    try apply(OverwriteRows(), base, rows, indices)
  }
}
