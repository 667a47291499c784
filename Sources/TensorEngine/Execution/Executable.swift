/// A graph compiled for a device, ready to run on inputs of any size.
///
/// Memory is planned for bounds and reused by every run that fits; computation always has the true
/// sizes.
public final class Executable: Sendable {
  public let graph: Graph
  public let device: any Device
  let program: any DeviceProgram
  private let solver: SymbolSolver
  private let checks: [IndexCheck]
  private let inputs: [(name: String, element: ElementType)]

  public init(_ graph: Graph, on device: any Device) throws {
    self.graph = graph
    self.device = device
    program = try device.compile(graph)
    solver = SymbolSolver(graph)
    checks = graph.indexChecks
    inputs = graph.nodes.compactMap { node in
      if case .input(let name) = node.leaf { (name, node.types[0].element) } else { nil }
    }
  }

  /// The memory needed for these symbol sizes, before anything runs.
  public func plan(for sizes: [String: Int]) throws -> MemoryPlan {
    try program.plan(for: sizes)
  }

  /// The memory needed for a run on these inputs.
  public func plan(
    forInputs inputs: [String: HostTensor], states: StateStore? = nil
  ) throws -> MemoryPlan {
    try program.plan(for: solver.solve { inputs[$0]?.shape ?? states?.shape(of: $0) })
  }

  /// Runs the graph.
  ///
  /// Index inputs are checked first; a run that throws has changed no state.
  /// - Parameters:
  ///   - inputs: By name. Names that the graph does not read are ignored, because a batch feeds
  ///     several graphs.
  ///   - parameters: Holds every parameter the graph reads, in its shape.
  ///   - states: Holds every state the graph reads.
  public func run(
    _ inputs: [String: HostTensor], parameters: ParameterStore, states: StateStore? = nil
  ) throws -> Results {
    var tensors: [HostTensor] = []
    tensors.reserveCapacity(self.inputs.count)
    for (name, element) in self.inputs {
      guard let tensor = inputs[name] else { throw EngineError.missingInput(name: name) }
      guard tensor.element == element else {
        throw EngineError.sizeConflict(
          name: name, message: "declared as \(element), given as \(tensor.element)")
      }
      tensors.append(tensor)
    }
    let bound = (
      parameters: try bind(parameters),
      states: try graph.stateNames.map { try state($0, states) }
    )
    let sizes = try solver.solve { inputs[$0]?.shape ?? states?.shape(of: $0) }
    func size(_ dimension: Dimension) -> Int {
      switch dimension {
      case .fixed(let size): size
      case .symbol(let symbol): sizes[symbol] ?? 0
      }
    }
    for check in checks {
      if let tensor = inputs[check.input] { try check.verify(tensor.integers, size) }
    }
    let buffers = try program.run(
      ProgramBindings(
        sizes: sizes, inputs: tensors, parameters: bound.parameters, states: bound.states))
    var results: [String: (buffer: any DeviceBuffer, shape: [Int])] = [:]
    for (output, buffer) in zip(graph.outputs, buffers) {
      results[output.name] = (buffer, graph.type(output.value).shape.map(size))
    }
    return Results(device: device, results)
  }

  private func bind(_ store: ParameterStore) throws -> [any DeviceBuffer] {
    var buffers: [any DeviceBuffer] = []
    for node in graph.nodes {
      guard case .parameter(let name) = node.leaf else { continue }
      let tensor = try store.tensor(name)
      let type = TensorType(tensor.shape.map(Dimension.fixed), tensor.buffer.element)
      guard type == node.types[0] else {
        throw EngineError.sizeConflict(
          name: name, message: "the graph reads \(node.types[0]), the store has \(type)")
      }
      buffers.append(tensor.buffer)
    }
    return buffers
  }

  private func state(_ name: String, _ states: StateStore?) throws -> any DeviceBuffer {
    guard let states else { throw EngineError.missingState(name: name) }
    return try states.tensor(name).buffer
  }
}

extension Graph {
  /// The rules for index inputs, each once, in node order.
  fileprivate var indexChecks: [IndexCheck] {
    struct Key: Hashable {
      var input: String
      var rule: IndexRule
    }
    var seen: Set<Key> = []
    var checks: [IndexCheck] = []
    for node in nodes {
      guard let operation = node.operation else { continue }
      let rules = operation.indexRules(node.inputs.map(type))
      for (input, rules) in rules.sorted(by: { $0.key < $1.key }) {
        guard let name = inputName(behind: node.inputs[input]) else { continue }
        for rule in rules where seen.insert(Key(input: name, rule: rule)).inserted {
          checks.append(
            IndexCheck(input: name, rule: rule, operation: operation.name, scope: node.scope))
        }
      }
    }
    return checks
  }

  /// The input that a value is, possibly under another shape.
  private func inputName(behind value: Value) -> String? {
    let node = nodes[value.node]
    if case .input(let name) = node.leaf { return name }
    guard node.operation?.isAlias == true else { return nil }
    return inputName(behind: node.inputs[0])
  }
}
