/// One operation of the IR. A conforming type is one file in this folder: its attributes, shape
/// rule, derivative, evaluation in Double, cost, and the CPU kernels it lowers to, beside the
/// builder method that makes it.
///
/// Equal operations on equal inputs compute equal values, so `Hashable` drives sharing.
protocol Operation: Sendable, Hashable {
  /// The name in printed graphs and errors.
  var name: String { get }
  /// The attributes in printed graphs; empty if there are none.
  var detail: String { get }
  /// Whether it changes a state. Then it is never shared or removed, and input 0 is the state.
  var hasEffect: Bool { get }
  /// Whether output 0 is input 0 under another shape or name, without work.
  var isAlias: Bool { get }
  /// Inputs whose memory output 0 may take over when they have the same type and are not read
  /// again. Only for kernels that read an element before they write it.
  var reusableInputs: [Int] { get }

  /// Whether memory traffic, not arithmetic, decides how long it takes, so that computing it again is
  /// cheap.
  var isMemoryBound: Bool { get }

  /// What the contents of its index inputs must satisfy, checked before anything runs.
  func indexRules(_ inputs: [TensorType]) -> [Int: [IndexRule]]
  /// The type of each output.
  func infer(_ inputs: [TensorType]) throws(ShapeProblem) -> [TensorType]
  /// For each input, its cotangent, or nil where the output does not depend on it smoothly.
  func differentiate(_ d: Derivative) throws -> [Value?]
  /// The outputs in Double, by naive loops. `shapes` are the true output shapes.
  func evaluate(_ inputs: [DoubleTensor], _ shapes: [[Int]]) throws -> [DoubleTensor]
  /// Floating-point operations for true sizes; a multiply-add counts two.
  func flops(_ inputs: [[Int]], _ outputs: [[Int]]) -> Double
  /// The input that is the right matrix `[columns, steps]` of a product, with the number of rows it is
  /// multiplied with at once: a parameter there may be kept packed.
  func packedWeight(_ inputs: [[Int]]) -> (input: Int, rows: Int)?
  /// The compiled form for the CPU.
  func lower(_ lowering: CPULowering) -> CPUStep
}

extension Operation {
  var detail: String { "" }
  var hasEffect: Bool { false }
  var isAlias: Bool { false }
  var reusableInputs: [Int] { [] }
  var isMemoryBound: Bool { true }
  func indexRules(_ inputs: [TensorType]) -> [Int: [IndexRule]] { [:] }
  func packedWeight(_ inputs: [[Int]]) -> (input: Int, rows: Int)? { nil }

  func differentiate(_ d: Derivative) throws -> [Value?] {
    throw EngineError.notDifferentiable(
      operation: d.operation, scope: d.scope, message: "it is itself part of a gradient")
  }

  func flops(_ inputs: [[Int]], _ outputs: [[Int]]) -> Double {
    Double(outputs.map(elementCount).max() ?? 0)
  }
}

/// The number of elements of a shape.
func elementCount(_ shape: [Int]) -> Int { shape.reduce(1, *) }
