/// `x` limited to `low ... high`, pointwise.
struct Clamp: Operation {
  var low: Double
  var high: Double

  var name: String { "clamp" }
  var detail: String { "low: \(low), high: \(high)" }
  var reusableInputs: [Int] { [0] }

  func infer(_ inputs: [TensorType]) throws(ShapeProblem) -> [TensorType] {
    guard inputs[0].element == .float32, low <= high else {
      throw ShapeProblem("needs a float tensor and low <= high, has \(inputs[0]), \(low), \(high)")
    }
    return [inputs[0]]
  }

  func differentiate(_ d: Derivative) throws -> [Value?] {
    [try d.graph.apply(ClampGradient(low: low, high: high), d.inputs[0], d.cotangent)]
  }

  func evaluate(_ inputs: [DoubleTensor], _ shapes: [[Int]]) -> [DoubleTensor] {
    [DoubleTensor(inputs[0].values.map { min(max($0, low), high) }, shape: shapes[0])]
  }

  func lower(_ lowering: CPULowering) -> CPUStep {
    let kernel = lowering.kernels.elementwise.clamp
    let (x, output) = (lowering.input(0), lowering.output(0))
    let (low, high) = (Float(low), Float(high))
    return lowering.pointwise(flat: true) { frame, block in
      kernel(
        block.rows, block.columns, block.read(x, frame), low, high, block.write(output, frame))
    }
  }
}

/// `dy` where `low <= x <= high`, else zero.
struct ClampGradient: Operation {
  var low: Double
  var high: Double

  var name: String { "clampGradient" }
  var detail: String { "low: \(low), high: \(high)" }
  var reusableInputs: [Int] { [1] }

  func infer(_ inputs: [TensorType]) throws(ShapeProblem) -> [TensorType] { [inputs[0]] }

  func evaluate(_ inputs: [DoubleTensor], _ shapes: [[Int]]) -> [DoubleTensor] {
    let values = zip(inputs[0].values, inputs[1].values).map { low <= $0 && $0 <= high ? $1 : 0 }
    return [DoubleTensor(values, shape: shapes[0])]
  }

  func lower(_ lowering: CPULowering) -> CPUStep {
    let kernel = lowering.kernels.elementwise.clampGradient
    let (x, dy, output) = (lowering.input(0), lowering.input(1), lowering.output(0))
    let (low, high) = (Float(low), Float(high))
    return lowering.pointwise(flat: true) { frame, block in
      kernel(
        block.rows, block.columns, block.read(x, frame), block.read(dy, frame), low, high,
        block.write(output, frame))
    }
  }
}

extension GraphBuilder {
  /// `min(max(x, low), high)`. The gradient passes where `low <= x <= high`.
  public func clamp(_ x: Value, low: Double, high: Double) throws -> Value {
    try apply(Clamp(low: low, high: high), x)
  }
}
