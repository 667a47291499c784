/// The sum of all elements, in a fixed order: a scalar.
struct Sum: Operation {
  var name: String { "sum" }

  func infer(_ inputs: [TensorType]) throws(ShapeProblem) -> [TensorType] {
    guard inputs[0].element == .float32 else {
      throw ShapeProblem("the operand must be a float tensor, but is \(inputs[0])")
    }
    return [TensorType([])]
  }

  func differentiate(_ d: Derivative) throws -> [Value?] {
    let type = d.graph.type(of: d.inputs[0])
    return [try d.graph.multiply(d.graph.fill(1, type.shape), d.cotangent)]
  }

  func evaluate(_ inputs: [DoubleTensor], _ shapes: [[Int]]) -> [DoubleTensor] {
    [DoubleTensor([inputs[0].values.reduce(0, +)], shape: [])]
  }

  func lower(_ lowering: CPULowering) -> CPUStep {
    let kernel = lowering.kernels.reductions.sum
    let (x, output, count) = (lowering.input(0), lowering.output(0), lowering.inputCount(0))
    return { frame in output.floats(frame)[0] = kernel(count(frame), x.floats(frame)) }
  }
}

extension GraphBuilder {
  /// The sum of all elements: `[..] -> []`.
  public func sum(_ x: Value) throws -> Value { try apply(Sum(), x) }
}
