import Kernels

/// `x` where the comparison of `a` and `b` holds, else zero; `a` and `b` may be broadcast to `x`.
/// Linear in `x`, constant in `a` and `b`.
struct Select: Operation {
  var comparison: Comparison

  var name: String { "select" }
  var detail: String { "\(comparison)" }
  var reusableInputs: [Int] { [2] }

  func infer(_ inputs: [TensorType]) throws(ShapeProblem) -> [TensorType] {
    for operand in inputs.prefix(2) where Broadcast.fit(operand, in: inputs[2]) == nil {
      throw ShapeProblem("the compared \(operand) does not fit \(inputs[2])")
    }
    return [inputs[2]]
  }

  func differentiate(_ d: Derivative) throws -> [Value?] {
    let dx = try d.graph.select(comparison, d.inputs[0], d.inputs[1], d.cotangent)
    return [nil, nil, dx]
  }

  func evaluate(_ inputs: [DoubleTensor], _ shapes: [[Int]]) -> [DoubleTensor] {
    let a = Broadcast.reader(inputs[0], shapes[0])
    let b = Broadcast.reader(inputs[1], shapes[0])
    var result = inputs[2]
    for i in result.values.indices where !holds(a(i), b(i)) { result.values[i] = 0 }
    return [result]
  }

  private func holds(_ a: Double, _ b: Double) -> Bool {
    switch comparison {
    case .less: a < b
    case .lessOrEqual: a <= b
    case .greater: a > b
    case .greaterOrEqual: a >= b
    }
  }

  func lower(_ lowering: CPULowering) -> CPUStep {
    let kernel = lowering.kernels.elementwise.select
    let (a, b, x) = (lowering.operand(0), lowering.operand(1), lowering.operand(2))
    let output = lowering.output(0)
    let comparison = comparison
    return lowering.pointwise(flat: !(a.byRow || b.byRow)) { frame, block in
      kernel(
        comparison, block.rows, block.columns, a.read(frame, block), b.read(frame, block),
        x.read(frame, block), block.write(output, frame))
    }
  }
}

extension GraphBuilder {
  /// `x` where `a <comparison> b`, else zero. No gradient flows to `a` and `b`.
  public func select(
    _ comparison: Comparison, _ a: Value, _ b: Value, _ x: Value
  ) throws -> Value {
    try apply(Select(comparison: comparison), a, b, x)
  }
}
