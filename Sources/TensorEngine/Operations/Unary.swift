import Foundation
import Kernels

/// A pointwise function of one operand.
struct Unary: Operation {
  var function: UnaryOperation

  var name: String { "\(function)" }
  var reusableInputs: [Int] { [0] }

  func infer(_ inputs: [TensorType]) throws(ShapeProblem) -> [TensorType] {
    guard inputs[0].element == .float32 else {
      throw ShapeProblem("the operand must be a float tensor, but is \(inputs[0])")
    }
    return [inputs[0]]
  }

  func differentiate(_ d: Derivative) throws -> [Value?] {
    [try d.graph.apply(UnaryGradient(function: function), d.inputs[0], d.cotangent)]
  }

  func evaluate(_ inputs: [DoubleTensor], _ shapes: [[Int]]) -> [DoubleTensor] {
    [DoubleTensor(inputs[0].values.map(function.value), shape: shapes[0])]
  }

  func lower(_ lowering: CPULowering) -> CPUStep {
    let kernel = lowering.kernels.elementwise.unary
    let (x, output) = (lowering.input(0), lowering.output(0))
    let function = function
    return lowering.pointwise(flat: true) { frame, block in
      kernel(function, block.rows, block.columns, block.read(x, frame), block.write(output, frame))
    }
  }
}

/// `dy * f'(x)` of a pointwise function.
struct UnaryGradient: Operation {
  var function: UnaryOperation

  var name: String { "\(function)Gradient" }
  var reusableInputs: [Int] { [1] }

  func infer(_ inputs: [TensorType]) throws(ShapeProblem) -> [TensorType] {
    guard inputs[0] == inputs[1] else {
      throw ShapeProblem("\(inputs[0]) and its cotangent \(inputs[1]) differ")
    }
    return [inputs[0]]
  }

  func evaluate(_ inputs: [DoubleTensor], _ shapes: [[Int]]) -> [DoubleTensor] {
    let values = zip(inputs[0].values, inputs[1].values).map { function.slope($0) * $1 }
    return [DoubleTensor(values, shape: shapes[0])]
  }

  func lower(_ lowering: CPULowering) -> CPUStep {
    let kernel = lowering.kernels.elementwise.unaryGradient
    let (x, dy, output) = (lowering.input(0), lowering.input(1), lowering.output(0))
    let function = function
    return lowering.pointwise(flat: true) { frame, block in
      kernel(
        function, block.rows, block.columns, block.read(x, frame), block.read(dy, frame),
        block.write(output, frame))
    }
  }
}

extension UnaryOperation {
  /// The function in Double.
  func value(_ x: Double) -> Double {
    switch self {
    case .negate: -x
    case .exp: Foundation.exp(x)
    case .log: Foundation.log(x)
    case .square: x * x
    case .squareRoot: x.squareRoot()
    case .reciprocal: 1 / x
    case .silu: x / (1 + Foundation.exp(-x))
    case .gelu: x * Self.normalDistribution(x)
    }
  }

  /// Its derivative in Double.
  func slope(_ x: Double) -> Double {
    switch self {
    case .negate: return -1
    case .exp: return Foundation.exp(x)
    case .log: return 1 / x
    case .square: return 2 * x
    case .squareRoot: return 0.5 / x.squareRoot()
    case .reciprocal: return -1 / (x * x)
    case .silu:
      let sigmoid = 1 / (1 + Foundation.exp(-x))
      return sigmoid * (1 + x * (1 - sigmoid))
    case .gelu:
      let density = Foundation.exp(-0.5 * x * x) / (2 * Double.pi).squareRoot()
      return Self.normalDistribution(x) + x * density
    }
  }

  /// The cumulative distribution of the standard normal.
  private static func normalDistribution(_ x: Double) -> Double {
    0.5 * erfc(-x / 2.0.squareRoot())
  }
}

extension GraphBuilder {
  /// `-x`.
  public func negate(_ x: Value) throws -> Value { try apply(Unary(function: .negate), x) }
  /// `e^x`.
  public func exp(_ x: Value) throws -> Value { try apply(Unary(function: .exp), x) }
  /// The natural logarithm.
  public func log(_ x: Value) throws -> Value { try apply(Unary(function: .log), x) }
  /// `x * x`.
  public func square(_ x: Value) throws -> Value { try apply(Unary(function: .square), x) }
  /// The square root.
  public func squareRoot(_ x: Value) throws -> Value { try apply(Unary(function: .squareRoot), x) }
  /// `1 / x`.
  public func reciprocal(_ x: Value) throws -> Value { try apply(Unary(function: .reciprocal), x) }
  /// `x * sigmoid(x)`.
  public func silu(_ x: Value) throws -> Value { try apply(Unary(function: .silu), x) }
  /// `x * Phi(x)` with the exact normal distribution (erf), not the tanh approximation.
  public func gelu(_ x: Value) throws -> Value { try apply(Unary(function: .gelu), x) }
}
