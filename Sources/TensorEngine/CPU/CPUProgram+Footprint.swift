extension CPUProgram {
  func footprint(for sizes: [String: Int]) throws -> RunFootprint {
    let plan = try plan(for: sizes)
    let trained = Set(
      zip(graph.parameterNames, trainedParameters).filter(\.1).map(\.0))
    let packed =
      device.library == nil
      ? try graph.packedWeights(for: sizes, isTrained: trained.contains) : [:]
    let shapes = graph.parameterShapes
    return RunFootprint(
      written: try plan.written(for: sizes), reservedBytes: plan.reservedBytes,
      outputBytes: try plan.outputBytes(for: sizes),
      keptPanels: packed.mapValues {
        PackedPanels.byteCount(columns: $0.columns, steps: $0.steps, kernels: device.kernels)
      },
      releasedPanels: trained.filter {
        elementCount(shapes[$0] ?? []) >= CPUBuffer.largeCount
      })
  }
}

extension Graph {
  /// The parameters that a run of these sizes multiplies with few rows and does not train, with the
  /// shape `[columns, steps]` of what is packed: their packed form is kept.
  fileprivate func packedWeights(for sizes: [String: Int], isTrained: (String) -> Bool) throws
    -> [String: (columns: Int, steps: Int)]
  {
    var packed: [String: (columns: Int, steps: Int)] = [:]
    for node in nodes {
      guard let operation = node.operation else { continue }
      let inputs = try node.inputs.map { try type($0).resolve(sizes) }
      guard let use = operation.packedWeight(inputs),
        case .parameter(let name) = nodes[node.inputs[use.input].node].leaf,
        // A bfloat16 matrix is nothing but packed.
        type(node.inputs[use.input]).element == .float32,
        RightMatrix.keepsPanels(rows: use.rows, isTrained: isTrained(name))
      else { continue }
      packed[name] = (inputs[use.input][0], inputs[use.input][1])
    }
    return packed
  }
}
