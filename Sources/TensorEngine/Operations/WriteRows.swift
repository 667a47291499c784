/// Writes rows into a state, in place. The result is the state after the write; the verifier
/// refuses later readers of the state before it.
struct WriteRows: Operation {
  var name: String { "writeRows" }
  var hasEffect: Bool { true }

  func indexRules(_ inputs: [TensorType]) -> [Int: [IndexRule]] {
    [2: [.below(inputs[0].shape[0]), .distinct]]
  }

  func infer(_ inputs: [TensorType]) throws(ShapeProblem) -> [TensorType] {
    let state = try inputs[0].dimensions(2, "the state")
    let rows = try inputs[1].dimensions(2, "rows")
    guard rows == [try inputs[2].indexCount("indices"), state[1]] else {
      throw ShapeProblem("rows \(inputs[1]) do not fit \(inputs[0]) and indices \(inputs[2])")
    }
    return [inputs[0]]
  }

  func evaluate(_ inputs: [DoubleTensor], _ shapes: [[Int]]) -> [DoubleTensor] {
    OverwriteRows().evaluate(inputs, shapes)
  }

  func flops(_ inputs: [[Int]], _ outputs: [[Int]]) -> Double { 0 }

  func lower(_ lowering: CPULowering) -> CPUStep {
    let (rows, indices, output) = (lowering.input(1), lowering.input(2), lowering.output(0))
    let (count, columns) = (lowering.inputCount(2), lowering.inputColumns(0))
    return { frame in
      writeRows(
        rows.floats(frame), indices.integers(frame), count(frame), columns(frame),
        output.floats(frame))
    }
  }
}

extension GraphBuilder {
  /// Writes `rows [n, D]` at `indices` (int32 `[n]`, distinct) of a state `[slots, D]`, in place.
  /// - Returns: The state after the write: what later operations must read.
  public func writeRows(state: Value, rows: Value, indices: Value) throws -> Value {
    try apply(WriteRows(), state, rows, indices)
  }
}
