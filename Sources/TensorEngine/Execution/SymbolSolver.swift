/// Finds the size of every symbol of a graph from the shapes that are bound to it.
struct SymbolSolver: Sendable {
  private let declared: [(name: String, shape: [Dimension])]
  private let reshapes: [(from: [Dimension], to: [Dimension], scope: String)]

  init(_ graph: Graph) {
    declared = graph.nodes.compactMap { node in
      switch node.leaf {
      case .input(let name), .state(let name): (name, node.types[0].shape)
      case .parameter, .constant, nil: nil
      }
    }
    reshapes = graph.nodes.compactMap { node in
      guard node.operation is Reshape else { return nil }
      return (graph.type(node.inputs[0]).shape, node.types[0].shape, node.scope)
    }
  }

  /// The sizes for these shapes by name. Throws `sizeConflict` when they contradict each other.
  func solve(_ shapes: (String) -> [Int]?) throws -> [String: Int] {
    var sizes: [String: Int] = [:]
    for (name, dimensions) in declared {
      guard let shape = shapes(name) else { continue }
      try bind(name, dimensions, shape, &sizes)
    }
    for reshape in reshapes { try solve(reshape, &sizes) }
    return sizes
  }

  private func bind(
    _ name: String, _ dimensions: [Dimension], _ shape: [Int], _ sizes: inout [String: Int]
  ) throws {
    func conflict(_ detail: String) -> EngineError {
      .sizeConflict(
        name: name, message: "declared as \(TensorType(dimensions)), given as \(shape)\(detail)")
    }
    guard dimensions.count == shape.count else { throw conflict("") }
    for (dimension, size) in zip(dimensions, shape) {
      switch dimension {
      case .fixed(let expected):
        if expected != size { throw conflict("") }
      case .symbol(let symbol):
        if let known = sizes[symbol], known != size {
          throw conflict("; \(symbol) is \(known) elsewhere")
        }
        sizes[symbol] = size
      }
    }
  }

  /// Solves for a symbol that only a reshape introduces, and compares the element counts.
  private func solve(
    _ reshape: (from: [Dimension], to: [Dimension], scope: String), _ sizes: inout [String: Int]
  ) throws {
    func mismatch() -> EngineError {
      .sizeConflict(
        name: reshape.scope.isEmpty ? "reshape" : "reshape in \(reshape.scope)",
        message: "\(TensorType(reshape.from)) does not fit \(TensorType(reshape.to)) at "
          + sizes.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)" }
          .joined(separator: ", "))
    }
    let total = reshape.from.reduce(1) { $0 * (size($1, sizes) ?? 0) }
    let unknown = reshape.to.filter { size($0, sizes) == nil }
    let known = reshape.to.reduce(1) { $0 * (size($1, sizes) ?? 1) }
    if unknown.count == 1, case .symbol(let symbol) = unknown[0] {
      guard known > 0, total % known == 0 else { throw mismatch() }
      sizes[symbol] = total / known
    } else if !unknown.isEmpty || known != total {
      throw mismatch()
    }
  }

  private func size(_ dimension: Dimension, _ sizes: [String: Int]) -> Int? {
    switch dimension {
    case .fixed(let size): size
    case .symbol(let symbol): sizes[symbol]
    }
  }
}
