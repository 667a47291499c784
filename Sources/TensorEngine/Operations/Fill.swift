/// A tensor whose elements are all the same.
struct Fill: Operation {
  var value: Double
  var type: TensorType

  var name: String { "fill" }
  var detail: String { "\(value)" }

  func infer(_ inputs: [TensorType]) -> [TensorType] { [type] }

  func differentiate(_ d: Derivative) -> [Value?] { [] }

  func evaluate(_ inputs: [DoubleTensor], _ shapes: [[Int]]) -> [DoubleTensor] {
    [DoubleTensor(repeating: value, shape: shapes[0])]
  }

  func lower(_ lowering: CPULowering) -> CPUStep {
    let kernel = lowering.kernels.elementwise.fill
    let output = lowering.output(0)
    let value = Float(value)
    return lowering.pointwise(flat: true) { frame, block in
      kernel(block.rows, block.columns, value, block.write(output, frame))
    }
  }
}

extension GraphBuilder {
  /// A tensor of this shape with all elements `value`.
  public func fill(_ value: Double, _ shape: [Dimension]) throws -> Value {
    try apply(Fill(value: value, type: TensorType(shape)), [])[0]
  }

  /// Zeros of the shape of `x`.
  func zeros(like x: Value) throws -> Value { try fill(0, shape(of: x)) }
}
