import Testing

@testable import TensorEngine

@Suite("Parameter store")
struct ParameterStoreTests {
  private func store(on device: any Device) throws -> ParameterStore {
    let store = ParameterStore(device: device)
    try store.set("a", HostTensor([1.0, 2.0], shape: [2]))
    try store.set("b", HostTensor([3.0], shape: [1]))
    return store
  }

  private func isShared(_ name: String, _ first: ParameterStore, _ second: ParameterStore) throws
    -> Bool
  { try first.tensor(name).buffer === second.tensor(name).buffer }

  @Test("A copy shares what it does not copy, until either side sets it")
  func sharing() throws {
    let original = try store(on: CPUDevice(threads: 1))
    let copy = try original.copy { $0 == "a" }
    #expect(try !isShared("a", original, copy))
    #expect(try isShared("b", original, copy))
    try copy.set("b", HostTensor([7.0], shape: [1]))
    #expect(try original.get("b").floats == [3])
    #expect(try copy.get("b").floats == [7])

    let other = try original.copy { _ in false }
    try original.set("a", HostTensor([5.0, 6.0], shape: [2]))
    #expect(try other.get("a").floats == [1, 2])
    #expect(try original.get("a").floats == [5, 6])
  }

  @Test("An optimizer takes memory of its own for what it trains")
  func training() throws {
    let original = try store(on: CPUDevice(threads: 1))
    let copy = try original.copy { _ in false }
    let g = GraphBuilder()
    try g.output("gradient.a", g.input("slopes", [2]))
    let gradients = try Executable(g.finish(), on: original.device).run(
      ["slopes": HostTensor([1.0, 1.0], shape: [2])], parameters: original)
    let optimizer = try AdamW(AdamWSettings(), parameters: original, trained: ["a"])
    _ = try optimizer.step(gradients, learningRate: 0.1)
    #expect(try original.get("a").floats != [1, 2])
    #expect(try copy.get("a").floats == [1, 2])
    #expect(try isShared("b", original, copy))
  }

  @Test("What is removed stays with those who share it")
  func removal() throws {
    let original = try store(on: CPUDevice(threads: 1))
    let copy = try original.copy { _ in false }
    copy.remove("a")
    #expect(copy.names == ["b"])
    #expect(try original.get("a").floats == [1, 2])
    #expect(throws: EngineError.missingParameter(name: "a")) { try copy.get("a") }
  }
}
