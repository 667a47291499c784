import Testing

@testable import TensorEngine

@Suite("Operations")
struct OperationTests {
  @Test("The kernels agree with the reference in Double", arguments: OperationCase.all)
  func kernelsAgree(_ operation: OperationCase) throws {
    let program = try CaseProgram(operation)
    let expected = try program.run(on: ReferenceDevice())
    let found = try program.run(on: CPUDevice(threads: 2))
    for name in program.graph.outputNames {
      let (a, b) = (try found.host(name), try expected.host(name))
      #expect(a.shape == b.shape)
      #expect(relativeError(a.floats, b.floats) < 2e-6, "\(name)")
    }
  }

  @Test("OpenBLAS agrees with the reference", arguments: OperationCase.all.filter(\.usesProducts))
  func openBLASAgrees(_ operation: OperationCase) throws {
    let program = try CaseProgram(operation)
    let expected = try program.run(on: ReferenceDevice())
    let found = try program.run(on: CPUDevice(threads: 2, matrixProducts: .openBLAS))
    for name in program.graph.outputNames {
      let (a, b) = (try found.host(name).floats, try expected.host(name).floats)
      #expect(relativeError(a, b) < 2e-6, "\(name)")
    }
  }

  @Test(
    "Derivatives agree with central differences in Double",
    arguments: OperationCase.all.filter { !$0.isLarge })
  func derivativesAgree(_ operation: OperationCase) throws {
    let program = try CaseProgram(operation)
    let step = 1e-5
    for input in 0..<operation.differentiable {
      let gradient = try program.evaluate(moving: input, 0, by: 0, read: "gradient.\(input)")
      for element in operation.floats[input].floats.indices {
        let after = try program.evaluate(moving: input, element, by: step, read: "loss").values[0]
        let before = try program.evaluate(moving: input, element, by: -step, read: "loss").values[0]
        let slope = (after - before) / (2 * step)
        let isConstant = operation.name == "stopGradient"
        let expected = isConstant ? 0 : slope
        #expect(
          abs(gradient.values[element] - expected) < 1e-6 * max(1, abs(slope)),
          "input \(input), element \(element)")
      }
    }
  }

  @Test("Results have the same bits on 1, 2 and 3 threads", arguments: OperationCase.all)
  func threadsAgree(_ operation: OperationCase) throws {
    let program = try CaseProgram(operation)
    let one = try program.run(on: CPUDevice(threads: 1))
    for threads in 2...3 {
      let several = try program.run(on: CPUDevice(threads: threads))
      for name in program.graph.outputNames {
        let (a, b) = (try one.host(name).floats, try several.host(name).floats)
        #expect(a.map(\.bitPattern) == b.map(\.bitPattern), "\(name) on \(threads) threads")
      }
    }
  }
}

extension OperationCase {
  var usesProducts: Bool {
    ["linear", "matmul", "tokenLog"].contains { name.hasPrefix($0) }
  }
}

/// A case as a graph: its outputs, a loss `sum(weights * first output)`, and its gradients.
private struct CaseProgram {
  let graph: Graph
  private let inputs: [String: HostTensor]

  init(_ operation: OperationCase) throws {
    let builder = GraphBuilder()
    var inputs: [String: HostTensor] = [:]
    var values: [Value] = []
    for (index, tensor) in (operation.floats + operation.indices).enumerated() {
      inputs["\(index)"] = tensor
      values.append(try builder.input("\(index)", .known(tensor.shape), tensor.element))
    }
    let outputs = try operation.build(builder, values)
    for (index, output) in outputs.enumerated() { try builder.output("y\(index)", output) }
    let shape = builder.shape(of: outputs[0])
    let sizes = shape.compactMap { if case .fixed(let size) = $0 { size } else { nil } }
    var numbers = Numbers(seed: 5)
    inputs["weights"] = numbers.tensor(sizes, 0.25...1)
    let weights = try builder.input("weights", shape)
    let loss = try builder.sum(builder.multiply(weights, outputs[0]))
    try builder.output("loss", loss)
    let targets = Array(values.prefix(operation.differentiable))
    for (index, gradient) in try builder.gradients(of: loss, withRespectTo: targets).enumerated() {
      try builder.output("gradient.\(index)", gradient)
    }
    graph = try builder.finish()
    self.inputs = inputs
  }

  func run(on device: any Device) throws -> Results {
    try Executable(graph, on: device).run(inputs, parameters: ParameterStore(device: device))
  }

  /// One output in Double, with one input element moved.
  func evaluate(
    moving input: Int, _ element: Int, by step: Double, read name: String
  ) throws -> DoubleTensor {
    let evaluation = try ReferenceEvaluation(graph, sizes: [:]) { leaf in
      guard case .input(let source) = leaf, let tensor = inputs[source] else { return nil }
      var values = DoubleTensor(tensor).values
      if source == "\(input)" { values[element] += step }
      return values
    }
    let output = try #require(graph.outputs.first { $0.name == name })
    return try #require(evaluation.values[output.value])
  }
}

/// The root of the squared error over the squared values; 0 for equal values.
func relativeError(_ found: [Float], _ expected: [Float]) -> Double {
  var (error, size) = (0.0, 0.0)
  for (a, b) in zip(found, expected) {
    error += (Double(a) - Double(b)) * (Double(a) - Double(b))
    size += Double(b) * Double(b)
  }
  guard found.count == expected.count, error.isFinite else { return .infinity }
  return error == 0 ? 0 : (error / size).squareRoot()
}
