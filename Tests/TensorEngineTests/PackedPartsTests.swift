import Testing

@testable import TensorEngine

/// Matrices too large to be packed whole for one product.
@Suite("Matrices packed in parts")
struct PackedPartsTests {
  /// Columns and steps of weights that are packed some columns at a time, and some steps at a time.
  private static let shapes = [[3000, 900], [400, 9000]]
  private let device: CPUDevice

  init() throws {
    device = try CPUDevice(threads: 2)
  }

  private func store(_ weight: HostTensor) throws -> ParameterStore {
    let store = ParameterStore(device: device)
    try store.set("w", weight)
    return store
  }

  @Test("give the bits of one that is kept whole, as it is for few rows", arguments: shapes)
  func forward(shape: [Int]) throws {
    var numbers = Numbers(seed: 3)
    let store = try store(numbers.tensor(shape))
    let g = GraphBuilder()
    try g.output(
      "y",
      g.linear(
        g.input("x", ["T", .fixed(shape[1])]), weight: g.parameter("w", shape)))
    let executable = try Executable(g.finish(), on: device)
    func rows(_ x: HostTensor) throws -> [UInt32] {
      try executable.run(["x": x], parameters: store).host("y").floats.map(\.bitPattern)
    }
    let x = numbers.tensor([520, shape[1]])
    let few = HostTensor(Array(x.floats[..<(6 * shape[1])]), shape: [6, shape[1]])
    let many = try rows(x)
    #expect(try Array(many[..<(6 * shape[0])]) == rows(few))
  }

  @Test(
    "give the gradients of the reference, and those of bfloat16 the bits of its widened numbers",
    arguments: shapes)
  func gradients(shape: [Int]) throws {
    var numbers = Numbers(seed: 4)
    let weight = numbers.tensor(shape).converted(to: .bfloat16)
    let x = numbers.tensor([7, shape[1]])
    func gradient(_ element: ElementType, on device: any Device) throws -> [Float] {
      let g = GraphBuilder()
      let rows = try g.input("x", [7, .fixed(shape[1])])
      let y = try g.linear(rows, weight: g.parameter("w", shape, element))
      let loss = try g.sum(g.square(y))
      try g.output("dx", try #require(g.gradients(of: loss, withRespectTo: [rows]).first))
      let store = ParameterStore(device: device)
      try store.set("w", weight.converted(to: element))
      return try Executable(g.finish(), on: device).run(["x": x], parameters: store).host("dx")
        .floats
    }
    let own = try gradient(.float32, on: device)
    #expect(try gradient(.bfloat16, on: device).map(\.bitPattern) == own.map(\.bitPattern))
    let reference = try gradient(.float32, on: ReferenceDevice())
    let scale = reference.map(abs).max() ?? 1
    #expect(zip(own, reference).allSatisfy { abs($0 - $1) < 1e-5 * scale })
  }
}
