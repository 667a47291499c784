import TrainingGraph

/// Whether a recipe still lowers to the graph that a run executed.
public struct GraphComparison: Sendable, Equatable {
  /// Nodes that are equal.
  public private(set) var equal = 0
  /// Nodes that say something else now, or are no longer there, or are new, in the graph's order. Those that
  /// differ only because a node before them does are left out.
  public private(set) var different: [String] = []

  /// - Parameters:
  ///   - recorded: as the run wrote it.
  ///   - graph: as the recipe is lowered now.
  public init(_ recorded: GraphRecord, _ graph: TrainingGraph) {
    let digests = graph.digests()
    let known = Dictionary(recorded.nodes.map { ($0.id, $0) }) { first, _ in first }
    var isOther: Set<String> = []
    for node in graph.nodes {
      let id = node.id.path
      if known[id]?.digest == digests[node.id] {
        equal += 1
        continue
      }
      isOther.insert(id)
      let inputs = node.inputs.map(\.path)
      if known[id]?.inputs != inputs || !inputs.contains(where: isOther.contains) {
        different.append(id)
      }
    }
    let present = Set(graph.nodes.map(\.id.path))
    different += recorded.nodes.map(\.id).filter { !present.contains($0) }
  }
}
