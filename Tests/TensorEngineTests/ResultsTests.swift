import Testing

@testable import TensorEngine

@Suite("Results")
struct ResultsTests {
  @Test("Gradients of several runs add up, and other outputs stay those of the first")
  func sums() throws {
    for device in [try CPUDevice(threads: 2), ReferenceDevice()] as [any Device] {
      let g = GraphBuilder()
      try g.output("gradient.w", g.input("w", ["n"]))
      try g.output("other", g.input("w", ["n"]))
      let executable = try Executable(g.finish(), on: device)
      func results(_ values: [Float]) throws -> Results {
        try executable.run(
          ["w": HostTensor(values, shape: [values.count])],
          parameters: ParameterStore(device: device))
      }
      let sum = try results([1, 2])
      try sum.addGradients(of: results([0.25, -3]))
      try sum.addGradients(of: results([1, 1]))
      #expect(try sum.host("gradient.w").floats == [2.25, 0])
      #expect(try sum.host("other").floats == [1, 2])
      #expect(
        throws: EngineError.sizeConflict(
          name: "gradient.w", message: "is [2] in one run and [3] in another")
      ) { try sum.addGradients(of: results([1, 2, 3])) }
    }
  }

  @Test("Sums of many elements are those of one after the other, on any number of threads")
  func large() throws {
    var numbers = Numbers(seed: 8)
    let count = 50_001
    let (first, second) = (numbers.tensor([count]), numbers.tensor([count]))
    for threads in 1...3 {
      let device = try CPUDevice(threads: threads)
      let sum = try device.allocate(.float32, shape: [count], zeroed: true)
      let addend = try device.allocate(.float32, shape: [count], zeroed: true)
      try device.upload(first, to: sum)
      try device.upload(second, to: addend)
      try device.add(addend, to: sum)
      let found = try device.download(sum, shape: [count]).floats
      #expect(found == zip(first.floats, second.floats).map { $0 + $1 })
    }
  }
}
