import Foundation

/// The oracle: every operation by naive loops in Double. For tests of kernels and derivatives, and
/// slow on purpose.
public final class ReferenceDevice: Device {
  public init() {}

  public var name: String { "reference" }

  public var threads: Int { 1 }

  public func allocate(_ element: ElementType, shape: [Int], zeroed: Bool) -> any DeviceBuffer {
    ReferenceBuffer(element, DoubleTensor(shape: shape).values)
  }

  public func upload(_ tensor: HostTensor, to buffer: any DeviceBuffer) throws {
    try own(buffer).values = DoubleTensor(tensor).values
  }

  public func fill(_ buffer: any DeviceBuffer, from read: ElementReader) throws {
    let buffer = try own(buffer)
    func all<Element: BitwiseCopyable>(_: Element.Type) throws -> [Element] {
      try [Element](unsafeUninitializedCapacity: buffer.count) { memory, initialized in
        try read(
          0..<buffer.count, UnsafeMutableRawBufferPointer(memory.extracting(0..<buffer.count)))
        initialized = buffer.count
      }
    }
    buffer.values =
      switch buffer.element {
      case .float32: try all(Float.self).map { Double($0) }
      case .int32: try all(Int32.self).map { Double($0) }
      case .bfloat16: try all(BFloat16.self).map { Double(Float($0)) }
      }
  }

  public func download(_ buffer: any DeviceBuffer, shape: [Int]) throws -> HostTensor {
    DoubleTensor(try own(buffer).values, shape: shape).host(buffer.element)
  }

  public func compile(_ graph: Graph) -> any DeviceProgram {
    ReferenceProgram(graph: graph, device: self)
  }

  public func add(_ addend: any DeviceBuffer, to sum: any DeviceBuffer) throws {
    let (addend, sum) = (try own(addend), try own(sum))
    guard addend.count == sum.count else {
      throw EngineError.sizeConflict(
        name: "add", message: "\(addend.count) elements to a buffer of \(sum.count)")
    }
    for i in sum.values.indices { sum.values[i] += addend.values[i] }
  }

  public func sumOfSquares(_ buffer: any DeviceBuffer) throws -> Double {
    try own(buffer).values.reduce(0) { $0 + $1 * $1 }
  }

  public func adamW(_ update: AdamWUpdate, _ tensors: AdamWTensors) throws {
    let (parameter, gradient) = (try own(tensors.parameter), try own(tensors.gradient))
    let (first, second) = (try own(tensors.firstMoment), try own(tensors.secondMoment))
    for i in parameter.values.indices {
      let slope = gradient.values[i] * update.gradientScale
      first.values[i] = update.beta1 * first.values[i] + (1 - update.beta1) * slope
      second.values[i] = update.beta2 * second.values[i] + (1 - update.beta2) * slope * slope
      let mean = first.values[i] / (1 - pow(update.beta1, Double(update.step)))
      let spread = second.values[i] / (1 - pow(update.beta2, Double(update.step)))
      parameter.values[i] -= update.learningRate * update.weightDecay * parameter.values[i]
      parameter.values[i] -= update.learningRate * mean / (spread.squareRoot() + update.epsilon)
    }
  }

  public func forEach(_ items: Int, _ body: (_ item: Int, _ worker: Int) -> Void) {
    for item in 0..<items { body(item, 0) }
  }

  public func logProbabilities(
    of tokens: [Int], logits: UnsafeBufferPointer<Float>, temperature: Double
  ) -> [Float] {
    let scaled = logits.map { Double($0) / temperature }
    let top = scaled.max() ?? 0
    let logSumExp = top + log(scaled.reduce(0) { $0 + exp($1 - top) })
    return tokens.map { Float(scaled[$0] - logSumExp) }
  }

  fileprivate func own(_ buffer: any DeviceBuffer) throws -> ReferenceBuffer {
    guard let buffer = buffer as? ReferenceBuffer else {
      throw EngineError.unavailable(message: "a buffer of another device was given to \(name)")
    }
    return buffer
  }
}

/// Values in Double. Used by one thread at a time, as its stores are.
private final class ReferenceBuffer: DeviceBuffer, @unchecked Sendable {
  let element: ElementType
  var values: [Double]
  var count: Int { values.count }

  init(_ element: ElementType, _ values: [Double]) {
    self.element = element
    self.values = values
  }
}

private final class ReferenceProgram: DeviceProgram {
  let graph: Graph
  let device: ReferenceDevice

  init(graph: Graph, device: ReferenceDevice) {
    self.graph = graph
    self.device = device
  }

  func plan(for sizes: [String: Int]) throws -> MemoryPlan {
    try MemoryPlan(graph: graph, placement: Placement(graph), sizes: sizes)
  }

  func run(_ bindings: ProgramBindings) throws -> [any DeviceBuffer] {
    var leaves: [Leaf: [Double]] = [:]
    for (name, tensor) in zip(graph.inputNames, bindings.inputs) {
      leaves[.input(name)] = DoubleTensor(tensor).values
    }
    for (name, buffer) in zip(graph.parameterNames, bindings.parameters) {
      leaves[.parameter(name)] = try device.own(buffer).values
    }
    for (name, buffer) in zip(graph.stateNames, bindings.states) {
      leaves[.state(name)] = try device.own(buffer).values
    }
    let evaluation = try ReferenceEvaluation(graph, sizes: bindings.sizes) { leaves[$0] }
    for (name, buffer) in zip(graph.stateNames, bindings.states) {
      if let state = evaluation.finalStates[name] { try device.own(buffer).values = state.values }
    }
    return graph.outputs.map { output in
      ReferenceBuffer(
        graph.type(output.value).element, evaluation.values[output.value]?.values ?? [])
    }
  }
}

/// The values of all nodes of a graph in Double.
struct ReferenceEvaluation {
  private(set) var values: [Value: DoubleTensor] = [:]
  /// The last version of each state that was written.
  private(set) var finalStates: [String: DoubleTensor] = [:]

  init(_ graph: Graph, sizes: [String: Int], leaf: (Leaf) -> [Double]?) throws {
    var stateOf: [Value: String] = [:]
    for (index, node) in graph.nodes.enumerated() {
      let shapes = try node.types.map { try $0.resolve(sizes) }
      switch node.kind {
      case .leaf(.constant(let number)):
        values[Value(node: index, output: 0)] = DoubleTensor([number], shape: [])
      case .leaf(let source):
        guard let contents = leaf(source) else {
          throw EngineError.missingInput(name: "\(source)")
        }
        let value = Value(node: index, output: 0)
        values[value] = DoubleTensor(contents, shape: shapes[0])
        if case .state(let name) = source { stateOf[value] = name }
      case .operation(let operation):
        let inputs = node.inputs.compactMap { values[$0] }
        for (output, tensor) in try operation.evaluate(inputs, shapes).enumerated() {
          values[Value(node: index, output: output)] = tensor
        }
        let result = Value(node: index, output: 0)
        if operation.hasEffect, let name = stateOf[node.inputs[0]] {
          stateOf[result] = name
          finalStates[name] = values[result]
        }
      }
    }
  }
}
