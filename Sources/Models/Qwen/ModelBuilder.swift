import TensorEngine

/// Builds layers from the parameters of a configuration, by name.
struct ModelBuilder {
  let graph: GraphBuilder
  let configuration: QwenConfiguration
  private let shapes: [String: [Int]]

  init(_ graph: GraphBuilder, _ configuration: QwenConfiguration) {
    self.graph = graph
    self.configuration = configuration
    shapes = Dictionary(
      QwenParameters.all(configuration).map { ($0.name, $0.shape) }, uniquingKeysWith: { $1 })
  }

  func parameter(_ name: String) throws -> Value {
    guard let shape = shapes[name] else {
      throw ModelError.invalid("the configuration has no parameter \(name)")
    }
    return try graph.parameter(name, shape)
  }

  /// A linear layer with the bias that the configuration gives it, if any.
  func linear(_ x: Value, _ name: String) throws -> Value {
    let bias = shapes[name + ".bias"] == nil ? nil : try parameter(name + ".bias")
    return try graph.linear(x, weight: parameter(name + ".weight"), bias: bias)
  }

  func norm(_ x: Value, _ name: String, epsilon: Double) throws -> Value {
    try graph.rmsNorm(x, weight: parameter(name), epsilon: epsilon)
  }

  /// SwiGLU: down(silu(gate(x)) * up(x)). Source: Shazeer, arXiv:2002.05202, equation 5.
  func gatedLayer(_ x: Value, _ name: String) throws -> Value {
    let inner = try graph.swiglu(
      gate: linear(x, name + ".gate_proj"), up: linear(x, name + ".up_proj"))
    return try linear(inner, name + ".down_proj")
  }
}
