/// The same elements under another shape. A symbol that appears only here is solved for when the
/// graph runs; element counts must agree then.
struct Reshape: Operation {
  var shape: [Dimension]

  var name: String { "reshape" }
  var isAlias: Bool { true }

  func infer(_ inputs: [TensorType]) throws(ShapeProblem) -> [TensorType] {
    let result = TensorType(shape, inputs[0].element)
    let (from, to) = (inputs[0].factors, result.factors)
    // With the same symbols on both sides the fixed factors must agree; else it is known at run.
    if from.symbols == to.symbols, from.fixed != to.fixed {
      throw ShapeProblem("\(inputs[0]) cannot become \(result): element counts differ")
    }
    return [result]
  }

  func differentiate(_ d: Derivative) throws -> [Value?] {
    [try d.graph.reshape(d.cotangent, d.graph.shape(of: d.inputs[0]))]
  }

  func evaluate(_ inputs: [DoubleTensor], _ shapes: [[Int]]) -> [DoubleTensor] {
    [DoubleTensor(inputs[0].values, shape: shapes[0])]
  }

  func cost(_ inputs: [[Int]], _ outputs: [[Int]]) -> Int { 0 }
  func lower(_ lowering: CPULowering) -> CPUStep { { _ in } }
}

extension GraphBuilder {
  /// The same elements under another shape: `[P, 96] -> ["merged", 384]`.
  public func reshape(_ x: Value, _ shape: [Dimension]) throws -> Value {
    self.shape(of: x) == shape ? x : try apply(Reshape(shape: shape), x)
  }
}
