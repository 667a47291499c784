import Foundation

/// `silu(gate) * up`, pointwise (Shazeer 2020, without the projections).
struct SwiGLU: Operation {
  var name: String { "swiglu" }
  var reusableInputs: [Int] { [0, 1] }

  func infer(_ inputs: [TensorType]) throws(ShapeProblem) -> [TensorType] {
    guard inputs[0] == inputs[1], inputs[0].element == .float32 else {
      throw ShapeProblem("gate \(inputs[0]) and up \(inputs[1]) must be equal float tensors")
    }
    return [inputs[0]]
  }

  func differentiate(_ d: Derivative) throws -> [Value?] {
    let both = try d.graph.apply(SwiGLUGradient(), d.inputs + [d.cotangent])
    return [both[0], both[1]]
  }

  func evaluate(_ inputs: [DoubleTensor], _ shapes: [[Int]]) -> [DoubleTensor] {
    let values = zip(inputs[0].values, inputs[1].values).map { $0 / (1 + exp(-$0)) * $1 }
    return [DoubleTensor(values, shape: shapes[0])]
  }

  func flops(_ inputs: [[Int]], _ outputs: [[Int]]) -> Double {
    16 * Double(elementCount(inputs[0]))
  }

  func lower(_ lowering: CPULowering) -> CPUStep {
    let kernel = lowering.kernels.elementwise.swiglu
    let (gate, up, y) = (lowering.input(0), lowering.input(1), lowering.output(0))
    return lowering.pointwise(flat: true) { frame, block in
      kernel(
        block.rows, block.columns, block.read(gate, frame), block.read(up, frame),
        block.write(y, frame))
    }
  }
}

/// The gradients of `swiglu`: `dy * up * silu'(gate)` and `dy * silu(gate)`.
struct SwiGLUGradient: Operation {
  var name: String { "swigluGradient" }
  var reusableInputs: [Int] { [] }

  func infer(_ inputs: [TensorType]) -> [TensorType] { [inputs[0], inputs[0]] }

  func evaluate(_ inputs: [DoubleTensor], _ shapes: [[Int]]) -> [DoubleTensor] {
    var dGate = DoubleTensor(shape: shapes[0])
    var dUp = DoubleTensor(shape: shapes[1])
    for i in dGate.values.indices {
      let (gate, up, dy) = (inputs[0].values[i], inputs[1].values[i], inputs[2].values[i])
      let sigmoid = 1 / (1 + exp(-gate))
      dGate.values[i] = dy * up * sigmoid * (1 + gate * (1 - sigmoid))
      dUp.values[i] = dy * gate * sigmoid
    }
    return [dGate, dUp]
  }

  func flops(_ inputs: [[Int]], _ outputs: [[Int]]) -> Double {
    20 * Double(elementCount(inputs[0]))
  }

  func lower(_ lowering: CPULowering) -> CPUStep {
    let kernel = lowering.kernels.elementwise.swigluGradient
    let (gate, up, dy) = (lowering.input(0), lowering.input(1), lowering.input(2))
    let (dGate, dUp) = (lowering.output(0), lowering.output(1))
    return lowering.pointwise(flat: true) { frame, block in
      kernel(
        block.rows, block.columns, block.read(gate, frame), block.read(up, frame),
        block.read(dy, frame), block.write(dGate, frame), block.write(dUp, frame))
    }
  }
}

extension GraphBuilder {
  /// `silu(gate) * up`.
  public func swiglu(gate: Value, up: Value) throws -> Value { try apply(SwiGLU(), gate, up) }
}
