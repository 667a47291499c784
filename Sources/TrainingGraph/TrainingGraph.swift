import RecipeLanguage

/// A recipe lowered to what is executed: a typed, acyclic graph of sources, stages and evaluations.
///
/// The trainer takes this value and nothing else, so that editing a node edits the run. Nodes are
/// kept in an order in which every node follows its inputs.
public struct TrainingGraph: Sendable {
  public private(set) var nodes: [TrainingNode] = []
  /// The name of the run and its seed: what identifies randomness, not results of single nodes.
  public var run: RunSpecification

  public init(run: RunSpecification) {
    self.run = run
  }

  /// The node with this identity.
  public subscript(id: NodeID) -> TrainingNode? { nodes.first { $0.id == id } }

  /// Appends a node whose inputs are already there.
  ///
  /// - Throws: `GraphError` for a repeated identity, an unknown input, or an input of a type that
  ///   the operation does not take.
  public mutating func append(_ node: TrainingNode) throws(GraphError) {
    guard self[node.id] == nil else { throw .repeatedNode(node.id) }
    try check(node)
    nodes.append(node)
  }

  /// Replaces the operation of a node, keeping its edges.
  public mutating func edit(
    _ id: NodeID, _ change: (inout TrainingOperation) -> Void
  ) throws(GraphError) {
    guard let index = nodes.firstIndex(where: { $0.id == id }) else { throw .unknownNode(id) }
    change(&nodes[index].operation)
    try verify()
  }

  /// Removes a node and every edge from it. Nodes that cannot be without it (a gate without its
  /// reward) go with it.
  public mutating func remove(_ id: NodeID) throws(GraphError) {
    guard self[id] != nil else { throw .unknownNode(id) }
    var removed: Set<NodeID> = [id]
    for node in nodes where !removed.contains(node.id) {
      let lost = node.inputs.filter(removed.contains).compactMap { self[$0]?.operation.output }
      if !lost.allSatisfy(node.operation.canLose) { removed.insert(node.id) }
    }
    nodes.removeAll { removed.contains($0.id) }
    for index in nodes.indices { nodes[index].inputs.removeAll(where: removed.contains) }
    try verify()
  }

  /// The nodes that read the output of `id`.
  public func consumers(of id: NodeID) -> [TrainingNode] {
    nodes.filter { $0.inputs.contains(id) }
  }

  /// A node with all that it rests on, in order; empty where there is none of that name.
  public func closure(of id: NodeID) -> [TrainingNode] {
    var wanted: Set<NodeID> = [id]
    for node in nodes.reversed() where wanted.contains(node.id) { wanted.formUnion(node.inputs) }
    return nodes.filter { wanted.contains($0.id) }
  }

  /// The inputs of `node` whose output has the type `port`.
  public func inputs(of node: TrainingNode, _ port: PortType) -> [TrainingNode] {
    node.inputs.compactMap { self[$0] }.filter { $0.operation.output == port }
  }

  /// Checks every edge of the graph.
  public func verify() throws(GraphError) {
    var seen: Set<NodeID> = []
    for node in nodes {
      for input in node.inputs where !seen.contains(input) {
        throw .unknownInput(input, of: node.id)
      }
      try check(node)
      seen.insert(node.id)
    }
  }

  private func check(_ node: TrainingNode) throws(GraphError) {
    var counts: [PortType: Int] = [:]
    for input in node.inputs {
      guard let producer = self[input] else { throw .unknownInput(input, of: node.id) }
      counts[producer.operation.output, default: 0] += 1
    }
    for (port, allowed) in node.operation.inputs {
      let count = counts.removeValue(forKey: port) ?? 0
      guard allowed.contains(count) else {
        throw .inputCount(port, count: count, of: node.id)
      }
    }
    if let port = counts.keys.first { throw .inputType(port, of: node.id) }
  }
}

/// A graph that could not be executed.
public enum GraphError: Error, Sendable, Equatable, CustomStringConvertible {
  case repeatedNode(NodeID)
  case unknownNode(NodeID)
  case unknownInput(NodeID, of: NodeID)
  case inputCount(PortType, count: Int, of: NodeID)
  case inputType(PortType, of: NodeID)

  public var description: String {
    switch self {
    case .repeatedNode(let id): "the training graph has two nodes named \(id)"
    case .unknownNode(let id): "the training graph has no node named \(id)"
    case .unknownInput(let input, let id): "\(id) reads \(input), which does not come before it"
    case .inputCount(let port, let count, let id):
      "\(id) cannot take \(count) inputs of type \(port)"
    case .inputType(let port, let id): "\(id) takes no input of type \(port)"
    }
  }
}
