import Testing

@testable import TensorEngine

@Suite("bfloat16")
struct BFloat16Tests {
  /// A Float's bits and those of the bfloat16 nearest to it, ties to even.
  @Test(
    "Floats are rounded to nearest, ties to even",
    arguments: [
      (0x3F80_0000, 0x3F80), (0x3F80_8000, 0x3F80), (0x3F81_8000, 0x3F82), (0x3F80_8001, 0x3F81),
      (0x3F80_7FFF, 0x3F80), (0xBF81_8000, 0xBF82), (0x8000_0000, 0x8000), (0x0000_8000, 0x0000),
      (0x0000_8001, 0x0001), (0x7F7F_7FFF, 0x7F7F), (0x7F7F_8000, 0x7F80), (0x7F80_0000, 0x7F80),
      (0xFF80_0000, 0xFF80), (0x7F80_0001, 0x7FC0), (0xFFC1_2345, 0xFFC1),
    ] as [(UInt32, UInt16)])
  func rounding(_ bits: UInt32, _ expected: UInt16) {
    let value = BFloat16(Float(bitPattern: bits))
    #expect(value.bitPattern == expected)
    #expect(Float(value).bitPattern == UInt32(expected) << 16)
  }

  @Test("A tensor is converted there and back")
  func conversion() {
    let floats = HostTensor([1.0, 1.00390625, -3.1415927, 0], shape: [2, 2])
    let halves = floats.converted(to: .bfloat16)
    #expect(halves.element == .bfloat16)
    #expect(halves.floats == [1, 1, -3.140625, 0])
    #expect(
      halves.converted(to: .float32) == HostTensor([1.0, 1.0, -3.140625, 0.0], shape: [2, 2]))
    #expect(floats.converted(to: .float32) == floats)
    let indices = HostTensor([Int32(3)], shape: [1])
    #expect(indices.converted(to: .bfloat16) == indices)
  }

  private static let shapes = [[1, 1], [16, 8], [33, 7], [130, 257], [64, 770]]

  @Test("A matrix comes back from every device as it was given", arguments: shapes)
  func storage(_ shape: [Int]) throws {
    var numbers = Numbers(seed: 1)
    let tensor = numbers.tensor(shape).converted(to: .bfloat16)
    let devices =
      try Processor.current.kernelSets.map {
        try CPUDevice(threads: 2, matrixProducts: .packed, kernels: $0)
      } + [ReferenceDevice()] as [any Device]
    for device in devices {
      let store = ParameterStore(device: device)
      try store.set("w", tensor)
      #expect(try store.get("w") == tensor, "\(device.name)")
      #expect(store.element(of: "w") == .bfloat16)
      let floats = tensor.converted(to: .float32)
      try store.set("w", floats)
      #expect(try store.get("w") == floats, "\(device.name)")
      var asked = 0
      try store.set("w", .bfloat16, shape: shape) { elements, into in
        #expect(elements.lowerBound == asked)
        asked = elements.upperBound
        tensor.withBytes {
          into.copyMemory(from: .init(rebasing: $0[2 * elements.lowerBound..<2 * asked]))
        }
      }
      #expect(asked == tensor.count)
      #expect(try store.copy().get("w") == tensor, "\(device.name)")
    }
  }

  @Test("A large matrix is read in stretches, and an error leaves the store as it was")
  func stretches() throws {
    struct Broken: Error {}
    let store = ParameterStore(device: try CPUDevice(threads: 2))
    let shape = [3000, 1025]
    var stretches: [Range<Int>] = []
    try store.set("w", .bfloat16, shape: shape) { elements, into in
      stretches.append(elements)
      let target = into.bindMemory(to: BFloat16.self)
      #expect(target.count == elements.count)
      for (index, element) in elements.enumerated() {
        target[index] = BFloat16(Float(element % 251))
      }
    }
    #expect(stretches.count > 1 && stretches.allSatisfy { $0.count <= 1 << 22 })
    let expected = (0..<3000 * 1025).map { BFloat16(Float($0 % 251)) }
    #expect(try store.get("w") == HostTensor(expected, shape: shape))
    #expect(throws: Broken.self) {
      try store.set("w", .float32, shape: shape) { _, _ in throw Broken() }
    }
    #expect(store.element(of: "w") == .bfloat16)
  }

  /// Every output of the small transformer, as bits by name.
  private func outputs(
    _ model: TinyTransformer, prompt: Int, on device: CPUDevice
  ) throws -> [String: [UInt32]] {
    let graph = try model.graph()
    let results = try Executable(graph, on: device).run(
      model.batch(prompts: [prompt, 5], responses: 2, length: 9),
      parameters: model.store(on: device))
    return Dictionary(
      uniqueKeysWithValues: try graph.outputNames.map {
        ($0, try results.host($0).floats.map(\.bitPattern))
      })
  }

  /// With an odd width too, whose steps do not fill whole words, and with more rows than weights are
  /// kept packed for.
  @Test(
    "Weights kept as bfloat16 give the bits of the same numbers kept as float32, forward and backward",
    arguments: [(3, 16, 20), (3, 10, 20), (1, 18, 600)])
  func exactness(_ heads: Int, _ headWidth: Int, _ prompt: Int) throws {
    var model = TinyTransformer(heads: heads, headWidth: headWidth, inner: 71)
    model.roundsMatrices = true
    model.trainsMatrices = false
    for kernels in Processor.current.kernelSets {
      func device(_ threads: Int) throws -> CPUDevice {
        try CPUDevice(threads: threads, matrixProducts: .packed, kernels: kernels)
      }
      model.matrices = .float32
      let expected = try outputs(model, prompt: prompt, on: device(2))
      model.matrices = .bfloat16
      for threads in 1...3 {
        let found = try outputs(model, prompt: prompt, on: device(threads))
        #expect(found == expected, "\(kernels.name), \(threads) threads")
      }
    }
  }

  @Test("Results agree with the reference in Double on the same weights")
  func reference() throws {
    var model = TinyTransformer()
    model.roundsMatrices = true
    model.trainsMatrices = false
    model.matrices = .bfloat16
    let graph = try model.graph()
    let batch = model.batch(prompts: [12], responses: 2, length: 6)
    let results = try ([CPUDevice(threads: 2), ReferenceDevice()] as [any Device]).map {
      try Executable(graph, on: $0).run(batch, parameters: model.store(on: $0))
    }
    for name in graph.outputNames {
      let error = relativeError(try results[0].host(name).floats, try results[1].host(name).floats)
      #expect(error < 2e-5, "\(name): \(error)")
    }
  }

  @Test("OpenBLAS leaves them to our kernels", .enabled(if: (try? OpenBLAS.load()) != nil))
  func library() throws {
    var numbers = Numbers(seed: 2)
    let (w, x) = (numbers.tensor([20, 12]).converted(to: .bfloat16), numbers.tensor([3, 12]))
    let results = try [MatrixProducts.packed, .openBLAS].map { products in
      let g = GraphBuilder()
      try g.output(
        "y", g.linear(g.input("x", ["T", 12]), weight: g.parameter("w", [20, 12], .bfloat16)))
      let device = try CPUDevice(threads: 1, matrixProducts: products)
      let store = ParameterStore(device: device)
      try store.set("w", w)
      return try Executable(g.finish(), on: device).run(["x": x], parameters: store).host("y")
    }
    #expect(results[0] == results[1])
  }
}

/// What a bfloat16 parameter cannot be used for.
@Suite("bfloat16 out of place")
struct BFloat16MisuseTests {
  private func message(_ build: (GraphBuilder, Value) throws -> Void) -> String? {
    let g = GraphBuilder()
    return #expect(throws: EngineError.self) {
      try g.scope("layer") { try build(g, g.parameter("w", [8, 8], .bfloat16)) }
      _ = try g.finish()
    }?.description
  }

  @Test("Its gradient is refused by name")
  func gradient() {
    let found = message { g, w in
      let loss = try g.sum(g.linear(g.input("x", ["T", 8]), weight: w))
      _ = try g.gradients(of: loss, withRespectTo: [w])
    }
    #expect(
      found
        == "gradients in layer cannot be differentiated: the parameter 'w' is kept as bfloat16; "
        + "only float32 parameters are trained")
  }

  @Test("It is no operand, no result and no activation")
  func operand() {
    let added = message { g, w in try g.output("y", g.add(w, w)) }
    #expect(added?.hasPrefix("add in layer: ") == true && added?.contains("bfloat16") == true)
    let left = message { g, w in try g.output("y", g.matmul(w, g.parameter("v", [8, 8]))) }
    #expect(
      left == "matmul in layer: a must be a float tensor of rank 2, but is [8, 8] bfloat16")
    #expect(
      message { g, w in try g.output("y", w) }?.contains("'y' is a bfloat16 parameter") == true)
    let reshaped = message { g, w in try g.output("y", g.exp(g.reshape(w, [64]))) }
    #expect(reshaped?.contains("float") == true)
    let input = message { g, _ in
      try g.output(
        "y", g.linear(g.input("x", ["T", 8]), weight: g.input("v", [8, 8], .bfloat16)))
    }
    #expect(input?.contains("is bfloat16, which only a parameter can be") == true)
  }

  @Test("Vectors are not kept as bfloat16, and the optimizer trains none")
  func store() throws {
    for device in [try CPUDevice(threads: 1), ReferenceDevice()] as [any Device] {
      let store = ParameterStore(device: device)
      #expect(
        throws: EngineError.sizeConflict(
          name: "norm", message: "only matrices are kept as bfloat16, and its shape is [3]")
      ) { try store.set("norm", HostTensor([BFloat16(1), BFloat16(2), BFloat16(3)], shape: [3])) }
      try store.set("w", HostTensor([BFloat16(1), BFloat16(2)], shape: [1, 2]))
      #expect(
        throws: EngineError.sizeConflict(
          name: "w", message: "is kept as bfloat16; only float32 parameters are trained")
      ) { try AdamW(AdamWSettings(), parameters: store) }
    }
  }

  @Test("A graph for one form does not run on the other")
  func otherForm() throws {
    let device = try CPUDevice(threads: 1)
    let store = ParameterStore(device: device)
    try store.set("w", HostTensor([Float](repeating: 1, count: 4), shape: [2, 2]))
    let g = GraphBuilder()
    try g.output(
      "y", g.linear(g.input("x", ["T", 2]), weight: g.parameter("w", [2, 2], .bfloat16)))
    let executable = try Executable(g.finish(), on: device)
    #expect(
      throws: EngineError.sizeConflict(
        name: "w", message: "the graph reads [2, 2] bfloat16, the store has [2, 2]")
    ) { try executable.run(["x": HostTensor([1.0, 2.0], shape: [1, 2])], parameters: store) }
  }
}
