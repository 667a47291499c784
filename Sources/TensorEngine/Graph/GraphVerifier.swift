/// Checks the rules that every finished graph obeys.
///
/// 1. Inputs refer to earlier nodes, and to outputs these have.
/// 2. Every node's types are what its operation infers from its inputs.
/// 3. A state is not read in its old version after `writeRows` has replaced it, not even under
///    another shape.
/// 4. Only parameters are bfloat16, so that results are float32.
enum GraphVerifier {
  static func verify(_ graph: Graph) throws {
    var written: [Value: Int] = [:]
    var origins: [Value: Value] = [:]
    for (index, node) in graph.nodes.enumerated() {
      func fail(_ message: String) -> EngineError {
        .graph(scope: node.scope, message: "node %\(index): \(message)")
      }
      for input in node.inputs {
        guard input.node < index, input.output < graph.nodes[input.node].types.count else {
          throw fail("reads %\(input.node).\(input.output), which is not computed before it")
        }
        if let writer = written[origins[input] ?? input] {
          throw fail("reads a state that %\(writer) has overwritten; use the value it returned")
        }
      }
      if node.types.contains(where: { $0.element == .bfloat16 }) {
        guard case .parameter = node.leaf else {
          throw fail("is bfloat16, which only a parameter can be")
        }
      }
      guard let operation = node.operation else { continue }
      let inferred: [TensorType]
      do {
        inferred = try operation.infer(node.inputs.map(graph.type))
      } catch {
        throw EngineError.shape(
          operation: operation.name, scope: node.scope, message: error.message)
      }
      guard inferred == node.types else { throw fail("has types \(node.types), not \(inferred)") }
      if operation.isAlias, let source = node.inputs.first {
        origins[Value(node: index, output: 0)] = origins[source] ?? source
      }
      if operation.hasEffect {
        guard let state = node.inputs.first, isState(state, in: graph) else {
          throw fail("\(operation.name) writes to a value that is not a state")
        }
        written[state] = index
      }
    }
    for output in graph.outputs where graph.type(output.value).element == .bfloat16 {
      throw EngineError.graph(
        scope: "", message: "output '\(output.name)' is a bfloat16 parameter, not a result")
    }
    for output in graph.outputs where written[origins[output.value] ?? output.value] != nil {
      throw EngineError.graph(
        scope: "", message: "output '\(output.name)' is a state that was overwritten later")
    }
  }

  /// A state itself, or what an earlier write returned.
  private static func isState(_ value: Value, in graph: Graph) -> Bool {
    let node = graph.nodes[value.node]
    if case .state = node.leaf { return true }
    return node.operation?.hasEffect == true
  }
}
