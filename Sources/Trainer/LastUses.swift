import TrainingGraph

extension TrainingGraph {
  /// For every node that yields weights or items, the place of the last node that executes with them,
  /// so that memory can be given back.
  func lastUses() -> [NodeID: Int] {
    var lastUses: [NodeID: Int] = [:]
    for (index, node) in nodes.enumerated() {
      switch node.operation {
      case .round, .adapter, .supervise, .update, .evaluate:
        var pending = node.inputs
        while let id = pending.popLast() {
          guard let input = self[id] else { continue }
          switch input.operation.output {
          case .weights, .items: lastUses[id] = index
          case .tokenizer: continue
          default: pending += input.inputs
          }
        }
      default: continue
      }
    }
    return lastUses
  }
}
