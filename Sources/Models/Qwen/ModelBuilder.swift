import TensorEngine

/// Builds layers from the parameters of a configuration, by name.
struct ModelBuilder {
  let graph: GraphBuilder
  let configuration: QwenConfiguration
  let adapter: Adapter?
  private let precision: WeightPrecision
  private let parameters: [String: ParameterSpecification]

  init(
    _ graph: GraphBuilder, _ configuration: QwenConfiguration, _ adapter: Adapter? = nil,
    _ precision: WeightPrecision = .float32
  ) {
    self.graph = graph
    self.configuration = configuration
    self.adapter = adapter
    self.precision = precision
    parameters = Dictionary(
      (QwenParameters.all(configuration) + (adapter?.parameters ?? [])).map { ($0.name, $0) },
      uniquingKeysWith: { $1 })
  }

  func parameter(_ name: String) throws -> Value {
    guard let parameter = parameters[name] else {
      throw ModelError.invalid("the configuration has no parameter \(name)")
    }
    return try graph.parameter(name, parameter.shape, parameter.element(precision))
  }

  /// A linear layer with the bias that the configuration gives it, if any, plus the adapter's part
  /// where it adapts the layer.
  func linear(_ x: Value, _ name: String) throws -> Value {
    let bias = parameters[name + ".bias"] == nil ? nil : try parameter(name + ".bias")
    let frozen = try graph.linear(x, weight: parameter(name + ".weight"), bias: bias)
    guard let adapter, adapter.adapts(name) else { return frozen }
    return try graph.scope("adapter") {
      // The narrow product is the one to scale: its rows are `rank` wide.
      let narrow = try graph.linear(x, weight: parameter(Adapter.down(name)))
      let scaled = try graph.scale(narrow, adapter.scale)
      return try graph.add(frozen, graph.linear(scaled, weight: parameter(Adapter.up(name))))
    }
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
