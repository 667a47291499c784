/// `x * factor + offset`, pointwise.
struct Affine: Operation {
  var factor: Double
  var offset: Double

  var name: String { "affine" }
  var detail: String { "factor: \(factor), offset: \(offset)" }
  var reusableInputs: [Int] { [0] }

  func infer(_ inputs: [TensorType]) throws(ShapeProblem) -> [TensorType] {
    guard inputs[0].element == .float32 else {
      throw ShapeProblem("the operand must be a float tensor, but is \(inputs[0])")
    }
    return [inputs[0]]
  }

  func differentiate(_ d: Derivative) throws -> [Value?] {
    [try factor == 1 ? d.cotangent : d.graph.scale(d.cotangent, factor)]
  }

  func evaluate(_ inputs: [DoubleTensor], _ shapes: [[Int]]) -> [DoubleTensor] {
    [DoubleTensor(inputs[0].values.map { $0 * factor + offset }, shape: shapes[0])]
  }

  func lower(_ lowering: CPULowering) -> CPUStep {
    let kernel = lowering.kernels.elementwise.affine
    let (x, output) = (lowering.input(0), lowering.output(0))
    let (factor, offset) = (Float(factor), Float(offset))
    return lowering.pointwise(flat: true) { frame, block in
      kernel(
        block.rows, block.columns, block.read(x, frame), factor, offset,
        block.write(output, frame))
    }
  }
}

extension GraphBuilder {
  /// `x * factor`.
  public func scale(_ x: Value, _ factor: Double) throws -> Value {
    try apply(Affine(factor: factor, offset: 0), x)
  }

  /// `x + offset`.
  public func offset(_ x: Value, _ offset: Double) throws -> Value {
    try apply(Affine(factor: 1, offset: offset), x)
  }
}
