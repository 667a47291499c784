/// What of a forward pass is computed again for the gradients instead of kept: memory for time. The
/// bits are the same at every level, because the same kernels see the same numbers.
///
/// Source: Chen et al., "Training deep nets with sublinear memory cost", arXiv:1604.06174, section 3.
public enum Recomputation: Int, Sendable, Hashable, CaseIterable {
  /// Everything is kept.
  case nothing = 0
  /// Inside blocks, what is limited by memory traffic is computed again: norms, rotations, activations,
  /// sums. Products and attention are kept.
  case memoryBound = 1
  /// Only what enters a block is kept, and the block computed again.
  case blocks = 2
}

/// The second computation of the values that gradients read.
struct Recomputed {
  let level: Recomputation
  /// The node that computes a node's values again.
  private var copies: [Int: Int] = [:]

  init(_ level: Recomputation) { self.level = level }

  /// The value, or the same computed again inside its block, which must be `block`: what another block
  /// has computed is kept.
  mutating func value(_ value: Value, of block: String?, in graph: GraphBuilder) throws -> Value {
    let node = graph.nodes[value.node]
    guard level != .nothing, let block, node.block == block, let operation = node.operation,
      level == .blocks || operation.isMemoryBound
    else { return value }
    if let copy = copies[value.node] { return Value(node: copy, output: value.output) }
    let inputs = try node.inputs.map { try self.value($0, of: block, in: graph) }
    let outputs = try graph.recompute(operation, inputs)
    copies[value.node] = outputs[0].node
    return outputs[value.output]
  }
}
