/// Builds a graph node by node. Construction order is execution order.
///
/// The operations are extensions in `Operations/`, one file each. Every shape error is thrown where
/// it is made, as `EngineError.shape` with the operation, the scope and the shapes.
public final class GraphBuilder {
  private(set) var nodes: [Node] = []
  private var outputs: [Graph.Output] = []
  private var leaves: [Leaf: Value] = [:]
  private var path = ""
  private var block: String?

  public init() {}

  /// Names the part of the model that `body` builds: `text`, `layers.3`. Scopes nest with dots.
  public func scope<Result>(_ name: String, _ body: () throws -> Result) rethrows -> Result {
    let outer = path
    path = outer.isEmpty ? name : "\(outer).\(name)"
    defer { path = outer }
    return try body()
  }

  /// A scope that repeats along the model, such as a layer: what gradients need of its insides may be
  /// computed again instead of kept.
  public func block<Result>(_ name: String, _ body: () throws -> Result) rethrows -> Result {
    try scope(name) {
      let outer = block
      block = path
      defer { block = outer }
      return try body()
    }
  }

  /// Runs `body` in exactly this scope.
  func inScope<Result>(_ name: String, _ body: () throws -> Result) rethrows -> Result {
    let outer = path
    path = name
    defer { path = outer }
    return try body()
  }

  // MARK: - Leaves

  /// A trainable tensor by name, or a matrix that is kept as bfloat16 and not trained. The same name
  /// twice is the same value, and must have one type.
  ///
  /// A bfloat16 matrix can be the weight of `linear`, the table of `gatherRows`, the head of
  /// `tokenLogProbabilities` and the right operand of `matmul`.
  public func parameter(
    _ name: String, _ shape: [Int], _ element: ElementType = .float32
  ) throws -> Value {
    try leaf(.parameter(name), TensorType(shape.map(Dimension.fixed), element), name)
  }

  /// A tensor given with every run. Symbols in its shape are bound by what is given.
  public func input(
    _ name: String, _ shape: [Dimension], _ element: ElementType = .float32
  ) throws -> Value {
    try leaf(.input(name), TensorType(shape, element), name)
  }

  /// A persistent buffer, such as a KV cache. Changed only by `writeRows`.
  public func state(_ name: String, _ shape: [Dimension]) throws -> Value {
    try leaf(.state(name), TensorType(shape), name)
  }

  /// A scalar, shape `[]`.
  public func constant(_ value: Double) -> Value {
    let leaf = Leaf.constant(value)
    if let known = leaves[leaf] { return known }
    return append(leaf, TensorType([]))
  }

  private func leaf(_ leaf: Leaf, _ type: TensorType, _ name: String) throws -> Value {
    for case .fixed(let size) in type.shape where size < 0 {
      throw EngineError.graph(scope: path, message: "'\(name)' has a negative extent: \(type)")
    }
    guard let known = leaves[leaf] else { return append(leaf, type) }
    guard self.type(of: known) == type else {
      throw EngineError.graph(
        scope: path, message: "'\(name)' is \(self.type(of: known)) and was asked for as \(type)")
    }
    return known
  }

  private func append(_ leaf: Leaf, _ type: TensorType) -> Value {
    nodes.append(Node(kind: .leaf(leaf), inputs: [], types: [type], scope: ""))
    let value = Value(node: nodes.count - 1, output: 0)
    leaves[leaf] = value
    return value
  }

  // MARK: - Operations and results

  /// The type of a value built so far.
  public func type(of value: Value) -> TensorType { nodes[value.node].types[value.output] }

  /// The shape of a value built so far.
  public func shape(of value: Value) -> [Dimension] { type(of: value).shape }

  /// Declares a result. Names are unique.
  public func output(_ name: String, _ value: Value) throws {
    guard !outputs.contains(where: { $0.name == name }) else {
      throw EngineError.graph(scope: path, message: "the output '\(name)' is declared twice")
    }
    outputs.append(Graph.Output(name: name, value: value))
  }

  /// Appends an operation and returns its outputs.
  func apply(_ operation: any Operation, _ inputs: [Value]) throws -> [Value] {
    try append(operation, inputs)
  }

  /// Appends an operation that computes again what an earlier node has computed.
  func recompute(_ operation: any Operation, _ inputs: [Value]) throws -> [Value] {
    let outputs = try append(operation, inputs)
    nodes[nodes.count - 1].isRecomputed = true
    return outputs
  }

  private func append(_ operation: any Operation, _ inputs: [Value]) throws -> [Value] {
    let types: [TensorType]
    do {
      types = try operation.infer(inputs.map(type(of:)))
    } catch {
      throw EngineError.shape(operation: operation.name, scope: path, message: error.message)
    }
    nodes.append(
      Node(kind: .operation(operation), inputs: inputs, types: types, scope: path, block: block))
    return types.indices.map { Value(node: nodes.count - 1, output: $0) }
  }

  /// Appends an operation with one output of interest, its first.
  func apply(_ operation: any Operation, _ inputs: Value...) throws -> Value {
    try apply(operation, inputs)[0]
  }

  /// Verifies, shares equal computations, removes what no output needs, and freezes the graph.
  public func finish() throws -> Graph {
    let simplified = GraphSimplifier.simplify(nodes: nodes, outputs: outputs)
    try GraphVerifier.verify(simplified)
    return simplified
  }
}
