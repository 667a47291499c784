/// The graph as it is drawn: an evaluation is one box, since it repeats the rewards of the recipe.
struct PlanDrawing {
  struct Box {
    var id: String
    var title: String
    var subtitle: String
    var operation: String
    /// The policy stage whose inner node this is.
    var stage: String?
  }

  struct Edge: Hashable {
    var from: Int
    var to: Int
  }

  private(set) var boxes: [Box] = []
  /// In the order of the boxes they lead to.
  private(set) var edges: [Edge] = []

  init(_ graph: TrainingGraph) {
    let evaluations = Self.evaluations(graph)
    let stages = graph.nodes.compactMap { node -> String? in
      if case .update = node.operation { return node.id.path }
      return nil
    }
    var places: [NodeID: Int] = [:]
    for node in graph.nodes where evaluations[node.id] == nil {
      places[node.id] = boxes.count
      let stage = stages.first { node.id.path == $0 || node.id.path.hasPrefix("\($0)/") }
      boxes.append(
        Box(
          id: node.id.path, title: Self.title(node.id.path, stage),
          subtitle: node.operation.summary, operation: node.operation.name, stage: stage))
    }
    var seen: Set<Edge> = []
    for node in graph.nodes {
      guard let to = places[node.id] ?? evaluations[node.id].flatMap({ places[$0] }) else {
        continue
      }
      for input in node.inputs {
        // What an evaluation's own nodes hand to each other stays inside its box.
        guard let from = places[input], from != to else { continue }
        let edge = Edge(from: from, to: to)
        if seen.insert(edge).inserted { edges.append(edge) }
      }
    }
  }

  /// For every node inside an evaluation, the evaluation.
  private static func evaluations(_ graph: TrainingGraph) -> [NodeID: NodeID] {
    let ends = graph.nodes.filter {
      if case .evaluate = $0.operation { true } else { false }
    }
    var inside: [NodeID: NodeID] = [:]
    for node in graph.nodes {
      if let end = ends.first(where: { node.id.path.hasPrefix("\($0.id.path)/") }) {
        inside[node.id] = end.id
      }
    }
    return inside
  }

  private static func title(_ path: String, _ stage: String?) -> String {
    guard let stage, path != stage else { return path }
    return String(path.dropFirst(stage.count + 1))
  }
}
