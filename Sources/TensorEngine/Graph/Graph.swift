/// A finished tensor program: nodes in execution order, with named outputs. Immutable.
public struct Graph: Sendable {
  struct Output: Sendable, Hashable {
    var name: String
    var value: Value
  }

  let nodes: [Node]
  let outputs: [Output]

  /// The type of a value.
  func type(_ value: Value) -> TensorType { nodes[value.node].types[value.output] }

  /// Names of the inputs, in the order they were declared.
  public var inputNames: [String] {
    nodes.compactMap { if case .input(let name) = $0.leaf { name } else { nil } }
  }

  /// Names of the parameters, in the order they were first used.
  public var parameterNames: [String] {
    nodes.compactMap { if case .parameter(let name) = $0.leaf { name } else { nil } }
  }

  /// Names of the states, in the order they were first used.
  public var stateNames: [String] {
    nodes.compactMap { if case .state(let name) = $0.leaf { name } else { nil } }
  }

  /// Names of the outputs, in the order they were declared.
  public var outputNames: [String] { outputs.map(\.name) }

  /// Shapes of the parameters the graph reads.
  public var parameterShapes: [String: [Int]] {
    var shapes: [String: [Int]] = [:]
    for node in nodes {
      guard case .parameter(let name) = node.leaf else { continue }
      shapes[name] = node.types[0].shape.map { if case .fixed(let size) = $0 { size } else { 0 } }
    }
    return shapes
  }

  /// The number of operations, leaves not counted.
  public var operationCount: Int { nodes.count { $0.operation != nil } }

  /// Floating-point operations of one run at these symbol sizes; a multiply-add counts two.
  ///
  /// - Parameter pairs: by the name of a segment table, the pairs of a query and a key row that it
  ///   allows; without it every query counts as seeing every key.
  public func flops(for sizes: [String: Int], pairs: [String: Int] = [:]) throws -> Double {
    var total = 0.0
    for node in nodes {
      guard let operation = node.operation else { continue }
      let inputs = try node.inputs.map { try type($0).resolve(sizes) }
      let outputs = try node.types.map { try $0.resolve(sizes) }
      if let operation = operation as? any SegmentedOperation,
        case .input(let table) = nodes[node.inputs[3].node].leaf, let pairs = pairs[table]
      {
        total += operation.flops(inputs, outputs, pairs: Double(pairs))
      } else {
        total += operation.flops(inputs, outputs)
      }
    }
    return total
  }

  /// A 64-bit FNV-1a hash of the printed graph, as hexadecimal digits. Equal graphs have equal
  /// digests; it is an identity for logs and caches, not a cryptographic hash.
  public var digest: String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in description.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

/// The printed form: one line per node, then one per output.
extension Graph: CustomStringConvertible {
  public var description: String {
    var lines = nodes.indices.map(line)
    lines += outputs.map { "output \($0.name) = \(label($0.value))" }
    return lines.joined(separator: "\n")
  }

  private func label(_ value: Value) -> String {
    let several = nodes[value.node].types.count > 1
    return several ? "%\(value.node).\(value.output)" : "%\(value.node)"
  }

  private func line(_ index: Int) -> String {
    let node = nodes[index]
    let types = node.types.map(\.description).joined(separator: ", ")
    let scope = node.scope.isEmpty ? "" : "  @\(node.scope)"
    switch node.kind {
    case .leaf(.parameter(let name)): return "%\(index) = parameter '\(name)' : \(types)"
    case .leaf(.input(let name)): return "%\(index) = input '\(name)' : \(types)"
    case .leaf(.state(let name)): return "%\(index) = state '\(name)' : \(types)"
    case .leaf(.constant(let value)): return "%\(index) = constant \(value) : \(types)"
    case .operation(let operation):
      let operands = node.inputs.map(label).joined(separator: ", ")
      let detail = operation.detail.isEmpty ? "" : " {\(operation.detail)}"
      return "%\(index) = \(operation.name)(\(operands))\(detail) : \(types)\(scope)"
    }
  }
}
