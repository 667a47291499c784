/// The same value, taken as a constant by differentiation.
struct StopGradient: Operation {
  var name: String { "stopGradient" }
  var isAlias: Bool { true }

  func infer(_ inputs: [TensorType]) -> [TensorType] { [inputs[0]] }
  func differentiate(_ d: Derivative) -> [Value?] { [nil] }
  func evaluate(_ inputs: [DoubleTensor], _ shapes: [[Int]]) -> [DoubleTensor] { [inputs[0]] }
  func cost(_ inputs: [[Int]], _ outputs: [[Int]]) -> Int { 0 }
  func lower(_ lowering: CPULowering) -> CPUStep { { _ in } }
}

extension GraphBuilder {
  /// `x` as a constant: no gradient flows through it.
  public func stopGradient(_ x: Value) throws -> Value { try apply(StopGradient(), x) }
}
