/// Which values share memory, and when that memory is needed. Independent of sizes.
struct Placement {
  /// Memory shared by values that are aliases of each other, or that took over from each other.
  struct Storage {
    enum Kind: Hashable {
      /// Planned memory, free again after its last reader. Inputs are copied into it.
      case arena
      /// The memory of a parameter, by its place among the graph's parameters.
      case parameter(Int)
      /// The memory of a state, by its place among the graph's states.
      case state(Int)
      /// A scalar that never changes.
      case constant(Double)
      /// The memory of a result, by its place among the graph's outputs.
      case output(Int)
    }

    var kind: Kind
    /// The shapes of its values; the largest decides its size.
    var shapes: Set<[Dimension]>
    /// The node that writes it first; -1 for an input.
    var firstNode: Int
    /// The last node that reads it; at least `firstNode`.
    var lastNode: Int
    var scope: String

    /// Whether operations write it.
    var isComputed: Bool {
      switch kind {
      case .arena, .output: true
      case .parameter, .state, .constant: false
      }
    }
  }

  private(set) var storages: [Storage] = []
  /// The storage of each value.
  private(set) var storageOf: [Value: Int] = [:]
  /// Outputs that have no memory of their own and are copied at the end.
  private(set) var copies: [(output: Int, from: Value)] = []

  init(_ graph: Graph) {
    assign(graph)
    assignOutputs(graph)
    reuse(graph)
  }

  private mutating func make(_ kind: Storage.Kind, _ value: Value, _ graph: Graph, at node: Int) {
    storages.append(
      Storage(
        kind: kind, shapes: [graph.type(value).shape], firstNode: node,
        lastNode: max(node, 0), scope: graph.nodes[value.node].scope))
    storageOf[value] = storages.count - 1
  }

  /// One storage per value, except that an alias lives where its input lives.
  private mutating func assign(_ graph: Graph) {
    var (parameters, states) = (0, 0)
    for (index, node) in graph.nodes.enumerated() {
      for input in node.inputs {
        if let storage = storageOf[input] { storages[storage].lastNode = index }
      }
      for output in node.types.indices {
        let value = Value(node: index, output: output)
        switch node.kind {
        case .leaf(.parameter):
          make(.parameter(parameters), value, graph, at: index)
          parameters += 1
        case .leaf(.state):
          make(.state(states), value, graph, at: index)
          states += 1
        case .leaf(.constant(let number)):
          make(.constant(number), value, graph, at: index)
        case .leaf(.input):
          make(.arena, value, graph, at: -1)
        case .operation(let operation):
          let sharesInput = operation.isAlias || operation.hasEffect
          if sharesInput, output == 0, let storage = storageOf[node.inputs[0]] {
            storageOf[value] = storage
            storages[storage].shapes.insert(node.types[0].shape)
          } else {
            make(.arena, value, graph, at: index)
          }
        }
      }
    }
  }

  /// Results that were computed in planned memory get memory of their own instead.
  private mutating func assignOutputs(_ graph: Graph) {
    for (index, output) in graph.outputs.enumerated() {
      guard let storage = storageOf[output.value] else { continue }
      let computed = storages[storage].firstNode >= 0
      if storages[storage].kind == .arena, computed {
        storages[storage].kind = .output(index)
      } else {
        storages[storage].lastNode = graph.nodes.count
        copies.append((index, output.value))
      }
    }
  }

  /// Lets an operation write over an input that nobody reads afterwards. Where it makes a result, the
  /// input is computed in the result's memory from the start.
  private mutating func reuse(_ graph: Graph) {
    for (index, node) in graph.nodes.enumerated() {
      let result = Value(node: index, output: 0)
      guard let operation = node.operation, let own = storageOf[result],
        storages[own].isComputed, storages[own].firstNode == index
      else { continue }
      for candidate in operation.reusableInputs {
        guard candidate < node.inputs.count else { continue }
        let input = node.inputs[candidate]
        guard let target = storageOf[input], storages[target].kind == .arena,
          storages[target].lastNode == index, graph.type(input) == node.types[0],
          node.inputs.count(where: { storageOf[$0] == target }) == 1
        else { continue }
        merge(own, into: target)
        break
      }
    }
  }

  private mutating func merge(_ storage: Int, into target: Int) {
    storages[target].kind = storages[storage].kind
    storages[target].shapes.formUnion(storages[storage].shapes)
    storages[target].lastNode = storages[storage].lastNode
    storages[storage].shapes = []
    for (value, known) in storageOf where known == storage { storageOf[value] = target }
  }
}
