import Models
import TrainingGraph

/// What becomes of the weights and items that nodes yield.
extension TrainingGraph {
  /// The precision to read a node's weights in: that of the only form in which they are used.
  func weightPrecision(of node: TrainingNode) -> WeightPrecision {
    var precisions: Set<WeightPrecision> = []
    for consumer in consumers(of: node.id) {
      guard case .round(let precision) = consumer.operation else { return .float32 }
      precisions.insert(precision)
    }
    return precisions.count == 1 ? precisions.first ?? .float32 : .float32
  }

  /// For every node that yields weights or items, the place of the last node that executes with them,
  /// so that memory can be given back.
  func lastUses() -> [NodeID: Int] {
    var lastUses: [NodeID: Int] = [:]
    for (index, node) in nodes.enumerated() {
      switch node.operation {
      case .round, .adapter, .pipeline, .supervise, .update, .evaluate:
        var pending = node.inputs
        while let id = pending.popLast() {
          guard let input = self[id] else { continue }
          switch input.operation.output {
          case .weights: lastUses[id] = index
          case .items:
            lastUses[id] = index
            if case .view = input.operation { pending += input.inputs }
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
