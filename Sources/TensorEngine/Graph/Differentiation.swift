/// What an operation's derivative rule may look at.
struct Derivative {
  let graph: GraphBuilder
  let operation: String
  let scope: String
  let inputs: [Value]
  let outputs: [Value]
  /// The cotangent of output 0: how the loss changes with it.
  let cotangent: Value
  /// Which inputs lie on a path to a value that a gradient was asked for.
  let wanted: [Bool]

  /// The cotangent of a broadcast operand: summed over what it was repeated along.
  func reduce(_ cotangent: Value, to input: Value) throws -> Value {
    let type = graph.type(of: input)
    switch Broadcast.form(type, in: graph.type(of: cotangent)) {
    case .full: return cotangent
    case .scalar: return try graph.reshape(graph.sum(cotangent), type.shape)
    case .row: return try graph.reshape(graph.sumRows(cotangent), type.shape)
    case .column: return try graph.sumColumns(cotangent)
    }
  }
}

extension GraphBuilder {
  /// Reverse mode on the graph: one gradient per target, each of its target's shape.
  ///
  /// Cotangents of a value with several readers are added in a fixed order, last reader first. A
  /// target that the loss does not depend on gets zeros. Only nodes between targets and loss are
  /// differentiated, so a frozen parameter costs nothing.
  /// - Parameters:
  ///   - loss: A scalar.
  ///   - targets: Not bfloat16: `notDifferentiable` names one that is.
  ///   - recomputation: What of the blocks is computed again instead of kept.
  public func gradients(
    of loss: Value, withRespectTo targets: [Value], recomputation: Recomputation = .nothing
  ) throws -> [Value] {
    guard type(of: loss) == TensorType([]) else {
      throw EngineError.shape(
        operation: "gradients", scope: nodes[loss.node].scope,
        message: "the loss must be a scalar [], but is \(type(of: loss))")
    }
    for target in targets where type(of: target).element == .bfloat16 {
      let name = if case .parameter(let name) = nodes[target.node].leaf { name } else { "" }
      throw EngineError.notDifferentiable(
        operation: "gradients", scope: nodes[loss.node].scope,
        message: "the parameter '\(name)' is kept as bfloat16; only float32 parameters are trained")
    }
    let active = nodesDepending(on: targets, through: loss.node)
    let targetSet = Set(targets)
    var cotangents: [Value: Value] = [loss: constant(1)]
    var recomputed = Recomputed(recomputation)
    for index in stride(from: loss.node, through: 0, by: -1) where active[index] {
      try differentiate(index, active, targetSet, &cotangents, &recomputed)
    }
    return try targets.map { try cotangents[$0] ?? zeros(like: $0) }
  }

  /// Marks the nodes that depend on a target.
  private func nodesDepending(on targets: [Value], through last: Int) -> [Bool] {
    var active = [Bool](repeating: false, count: last + 1)
    for target in targets where target.node <= last { active[target.node] = true }
    for index in 0...last where !active[index] {
      let cut = nodes[index].operation is StopGradient
      active[index] = !cut && nodes[index].inputs.contains { active[$0.node] }
    }
    return active
  }

  /// Adds what node `index` passes on to the cotangents of its inputs.
  private func differentiate(
    _ index: Int, _ active: [Bool], _ targets: Set<Value>, _ cotangents: inout [Value: Value],
    _ recomputed: inout Recomputed
  ) throws {
    let node = nodes[index]
    guard let operation = node.operation else { return }
    let outputs = node.types.indices.map { Value(node: index, output: $0) }
    for output in outputs.dropFirst() where cotangents[output] != nil {
      throw EngineError.notDifferentiable(
        operation: operation.name, scope: node.scope,
        message: "the loss depends on its output \(output.output), which only reports")
    }
    guard let cotangent = cotangents[outputs[0]] else { return }
    let wanted = node.inputs.map { active[$0.node] && type(of: $0).element == .float32 }
    guard wanted.contains(true) else { return }
    try inScope(node.scope.isEmpty ? "gradient" : "\(node.scope).gradient") {
      let contributions = try operation.differentiate(
        Derivative(
          graph: self, operation: operation.name, scope: node.scope,
          inputs: try node.inputs.map { try recomputed.value($0, of: node.block, in: self) },
          outputs: try outputs.map { try recomputed.value($0, of: node.block, in: self) },
          cotangent: cotangent, wanted: wanted))
      for (input, contribution) in zip(node.inputs, contributions) {
        guard let contribution, active[input.node] else { continue }
        if let known = cotangents[input] {
          cotangents[input] = try accumulate(contribution, to: known)
        } else {
          cotangents[input] = contribution
        }
      }
    }
  }
}
