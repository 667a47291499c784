import Testing

@testable import TensorEngine

@Suite("What is not finite")
struct NotFiniteTests {
  private let device: CPUDevice
  private let store: ParameterStore
  private let executable: Executable
  private let inputs: [String: HostTensor]

  /// exp(w x) in a scope of its own.
  init() throws {
    device = try CPUDevice(threads: 2)
    store = ParameterStore(device: device)
    try store.set("a", floats([1, 2], [2]))
    try store.set("w", floats([1, 2, 3, 4], [2, 2]))
    let g = GraphBuilder()
    let x = try g.input("x", ["T", 2])
    let y = try g.scope("layers.1") {
      try g.exp(g.linear(g.add(x, g.parameter("a", [2])), weight: g.parameter("w", [2, 2])))
    }
    try g.output("y", y)
    try g.output("z", g.scope("head") { try g.scale(y, 0.5) })
    executable = try Executable(g.finish(), on: device)
    inputs = ["x": floats([1, 2, 3, 4], [2, 2])]
  }

  private func found(_ inputs: [String: HostTensor]) throws -> EngineError? {
    try executable.notFinite(inputs, parameters: store)
  }

  @Test("is nothing where all is well")
  func nothing() throws {
    #expect(try found(inputs) == nil)
    #expect(try store.firstNotFinite() == nil)
    try store.set("a", floats([.greatestFiniteMagnitude, 0], [2]))
    #expect(try store.firstNotFinite() == nil)
  }

  @Test("is a parameter, by name", arguments: [Float.nan, .infinity, -.infinity])
  func parameter(_ bad: Float) throws {
    try store.set("w", floats([1, 2, bad, 4], [2, 2]))
    #expect(try found(inputs) == .notFinite(name: "w"))
    #expect(try store.firstNotFinite() == "w")
  }

  @Test("is an input, by name")
  func input() throws {
    let bad = ["x": floats([1, .nan, 3, 4], [2, 2])]
    #expect(try found(bad) == .notFinite(name: "x"))
  }

  @Test("is the first result that is not, by operation and scope")
  func result() throws {
    let large = ["x": floats([1, 2, 300, 4], [2, 2])]
    let error = try found(large)
    #expect(error == .notFiniteResult(operation: "exp", scope: "layers.1"))
    #expect(error?.description.contains("exp in layers.1") == true)
    // The search leaves nothing behind.
    #expect(try found(inputs) == nil)
    #expect(try executable.run(inputs, parameters: store).host("y").floats.allSatisfy(\.isFinite))
  }
}

private func floats(_ values: [Float], _ shape: [Int]) -> HostTensor {
  HostTensor(values, shape: shape)
}
