/// Shares equal computations (same operation, same inputs) and removes what no output needs.
///
/// Operations with an effect are never shared or removed.
enum GraphSimplifier {
  static func simplify(nodes: [Node], outputs: [Graph.Output]) -> Graph {
    let (shared, replacement) = share(nodes)
    let outputs = outputs.map { Graph.Output(name: $0.name, value: replacement($0.value)) }
    return compact(shared, outputs)
  }

  private struct Key: Hashable {
    var operation: AnyHashable
    var inputs: [Value]
    var isRecomputed: Bool
  }

  /// Rewrites every input to the first node that computes the same value.
  private static func share(_ nodes: [Node]) -> ([Node], (Value) -> Value) {
    var first: [Int] = []
    var known: [Key: Int] = [:]
    var result = nodes
    first.reserveCapacity(nodes.count)
    for index in nodes.indices {
      result[index].inputs = nodes[index].inputs.map {
        Value(node: first[$0.node], output: $0.output)
      }
      guard let operation = nodes[index].operation, !operation.hasEffect else {
        first.append(index)
        continue
      }
      let key = Key(
        operation: AnyHashable(operation), inputs: result[index].inputs,
        isRecomputed: nodes[index].isRecomputed)
      let original = known[key] ?? index
      known[key] = original
      first.append(original)
    }
    return (result, { Value(node: first[$0.node], output: $0.output) })
  }

  /// Keeps the nodes that an output or an effect needs, renumbered in order.
  private static func compact(_ nodes: [Node], _ outputs: [Graph.Output]) -> Graph {
    var alive = [Bool](repeating: false, count: nodes.count)
    for output in outputs { alive[output.value.node] = true }
    for index in nodes.indices.reversed() {
      if nodes[index].operation?.hasEffect == true { alive[index] = true }
      guard alive[index] else { continue }
      for input in nodes[index].inputs { alive[input.node] = true }
    }
    var number = [Int](repeating: -1, count: nodes.count)
    var kept: [Node] = []
    for index in nodes.indices where alive[index] {
      number[index] = kept.count
      var node = nodes[index]
      node.inputs = node.inputs.map { Value(node: number[$0.node], output: $0.output) }
      kept.append(node)
    }
    return Graph(
      nodes: kept,
      outputs: outputs.map {
        Graph.Output(
          name: $0.name, value: Value(node: number[$0.value.node], output: $0.value.output))
      })
  }
}
