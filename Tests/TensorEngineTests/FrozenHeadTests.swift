import Testing

@testable import TensorEngine

/// The output projection is the largest matrix of a model: where it is frozen nothing is computed for
/// its gradient.
@Suite("Frozen head")
struct FrozenHeadTests {
  /// The gradients of a sum of log-probabilities for `targets` of hidden and head.
  private func gradients(ofHead: Bool, on device: any Device) throws -> (Graph, Results) {
    var numbers = Numbers(seed: 4)
    let g = GraphBuilder()
    let hidden = try g.input("hidden", ["rows", 8])
    let head = try g.parameter("head", [50, 8])
    let own = try g.tokenLogProbabilities(
      hidden: hidden, head: head, targets: g.input("targets", ["rows"], .int32), temperature: 0.9)
    let wanted = ofHead ? [hidden, head] : [hidden]
    for (index, gradient) in try g.gradients(
      of: g.sum(own.logProbability), withRespectTo: wanted
    ).enumerated() { try g.output("gradient.\(index)", gradient) }
    let store = ParameterStore(device: device)
    try store.set("head", numbers.tensor([50, 8]))
    let graph = try g.finish()
    let results = try Executable(graph, on: device).run(
      ["hidden": numbers.tensor([9, 8]), "targets": numbers.indices(9, below: 50)],
      parameters: store)
    return (graph, results)
  }

  @Test("The other gradient has the same bits, without the head's product")
  func sameBits() throws {
    for device in [try CPUDevice(threads: 2), ReferenceDevice()] as [any Device] {
      let (whole, both) = try gradients(ofHead: true, on: device)
      let (frozen, one) = try gradients(ofHead: false, on: device)
      #expect(try both.host("gradient.0") == one.host("gradient.0"))
      let sizes = ["rows": 9]
      let saved = try whole.flops(for: sizes) - frozen.flops(for: sizes)
      #expect(saved >= 2 * 9 * 8 * 50)
    }
  }
}
