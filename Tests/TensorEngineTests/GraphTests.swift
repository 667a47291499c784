import Testing

@testable import TensorEngine

@Suite("Graph")
struct GraphTests {
  @Test("A printed graph has one line per node and output")
  func printer() throws {
    let g = GraphBuilder()
    let x = try g.input("x", ["T", 4])
    try g.scope("mlp") {
      let y = try g.linear(x, weight: g.parameter("up", [8, 4]))
      try g.output("y", g.silu(y))
    }
    #expect(
      try g.finish().description == """
        %0 = input 'x' : [T, 4]
        %1 = parameter 'up' : [8, 4]
        %2 = linear(%0, %1) : [T, 8]  @mlp
        %3 = silu(%2) : [T, 8]  @mlp
        output y = %3
        """)
  }

  @Test("Equal computations are shared, unneeded ones removed, and digests tell graphs apart")
  func simplification() throws {
    func build(_ factor: Double) throws -> Graph {
      let g = GraphBuilder()
      let x = try g.input("x", [3])
      _ = try g.exp(g.input("unused", [3]))
      try g.output("y", g.add(g.scale(x, 2), g.scale(x, factor)))
      return try g.finish()
    }
    let shared = try build(2)
    #expect(shared.operationCount == 2)
    #expect(shared.inputNames == ["x"])
    let different = try build(3)
    #expect(different.operationCount == 3)
    #expect(shared.digest != different.digest)
    #expect(shared.digest == (try build(2)).digest)
  }

  @Test("A shape error names the operation, the scope and both shapes")
  func shapeErrors() throws {
    let g = GraphBuilder()
    let x = try g.input("x", ["T", 4])
    let weight = try g.parameter("w", [8, 5])
    #expect(
      throws: EngineError.shape(
        operation: "linear", scope: "text.layers.3",
        message: "x [T, 4] and weight [8, 5] differ in their last extent")
    ) {
      try g.scope("text") { try g.scope("layers.3") { _ = try g.linear(x, weight: weight) } }
    }
    let error = #expect(throws: EngineError.self) { _ = try g.add(x, weight) }
    #expect(
      error?.description
        == "add: operands [T, 4] and [8, 5] differ and neither is a row, a column or a scalar of "
        + "the other")
  }

  @Test("A name is one value, with one shape")
  func names() throws {
    let g = GraphBuilder()
    let w = try g.parameter("w", [2, 3])
    #expect(try g.parameter("w", [2, 3]) == w)
    #expect(throws: EngineError.self) { _ = try g.parameter("w", [3, 2]) }
    try g.output("y", w)
    #expect(throws: EngineError.self) { try g.output("y", w) }
  }

  @Test("Reading a state that was overwritten is refused")
  func staleState() throws {
    let g = GraphBuilder()
    let old = try g.state("cache", ["slots", 2])
    let rows = try g.input("rows", ["n", 2])
    let indices = try g.input("at", ["n"], .int32)
    let new = try g.writeRows(state: old, rows: rows, indices: indices)
    try g.output("sum", g.add(g.sumRows(new), g.sumRows(old)))
    let error = #expect(throws: EngineError.self) { _ = try g.finish() }
    #expect(error?.description.contains("overwritten") == true)
  }

  @Test("Reading an overwritten state under another shape is refused")
  func staleAlias() throws {
    let g = GraphBuilder()
    let old = try g.state("cache", [4, 2])
    let view = try g.reshape(old, [2, 4])
    let rows = try g.input("rows", ["n", 2])
    _ = try g.writeRows(state: old, rows: rows, indices: g.input("at", ["n"], .int32))
    try g.output("sum", g.sumRows(view))
    #expect(throws: EngineError.self) { _ = try g.finish() }
  }

  @Test("A product is two operations per multiply-add")
  func flops() throws {
    let g = GraphBuilder()
    let x = try g.input("x", ["T", 4])
    try g.output("y", g.linear(x, weight: g.parameter("w", [8, 4])))
    #expect(try g.finish().flops(for: ["T": 10]) == 2 * 10 * 8 * 4)
  }

  @Test("Only a state can be written to")
  func writesNeedStates() throws {
    let g = GraphBuilder()
    let rows = try g.input("rows", [3, 2])
    let indices = try g.input("at", [3], .int32)
    _ = try g.writeRows(state: g.exp(rows), rows: rows, indices: indices)
    #expect(throws: EngineError.self) { _ = try g.finish() }
  }
}

@Suite("Differentiation")
struct DifferentiationTests {
  private func evaluate(_ graph: Graph, _ inputs: [String: HostTensor]) throws -> Results {
    let device = ReferenceDevice()
    return try Executable(graph, on: device).run(inputs, parameters: ParameterStore(device: device))
  }

  @Test("A target that the loss does not depend on gets zeros")
  func unused() throws {
    let g = GraphBuilder()
    let x = try g.input("x", [2])
    let y = try g.input("y", ["T", 3])
    let gradients = try g.gradients(of: g.sum(g.square(x)), withRespectTo: [x, y])
    try g.output("dx", gradients[0])
    try g.output("dy", g.add(y, gradients[1]))
    let results = try evaluate(
      g.finish(),
      [
        "x": HostTensor([1, -3] as [Float], shape: [2]),
        "y": HostTensor([4, 5, 6] as [Float], shape: [1, 3]),
      ])
    #expect(try results.host("dx").floats == [2, -6])
    #expect(try results.host("dy").floats == [4, 5, 6])
  }

  @Test("A value that is read several times gets the sum of its gradients")
  func fanOut() throws {
    let g = GraphBuilder()
    let x = try g.input("x", [2])
    // x^2 + 3x + x * stop(x): slope 2x + 3 + x.
    let loss = try g.sum(
      g.add(
        g.add(g.square(x), g.scale(x, 3)), g.multiply(x, g.stopGradient(x))))
    try g.output("dx", g.gradients(of: loss, withRespectTo: [x])[0])
    let results = try evaluate(g.finish(), ["x": HostTensor([2, -1] as [Float], shape: [2])])
    #expect(try results.host("dx").floats == [9, 0])
  }

  @Test("A gradient can be asked for an intermediate value")
  func intermediate() throws {
    let g = GraphBuilder()
    let x = try g.input("x", [2])
    let y = try g.scale(x, 5)
    try g.output("dy", g.gradients(of: g.sum(g.square(y)), withRespectTo: [y])[0])
    let results = try evaluate(g.finish(), ["x": HostTensor([1, 2] as [Float], shape: [2])])
    #expect(try results.host("dy").floats == [10, 20])
  }

  @Test("Frozen parameters cost nothing")
  func frozen() throws {
    func products(_ trained: [String]) throws -> Int {
      let g = GraphBuilder()
      let a = try g.parameter("a", [4, 4])
      let b = try g.parameter("b", [4, 4])
      let y = try g.linear(g.silu(g.linear(g.input("x", ["T", 4]), weight: a)), weight: b)
      let targets = try trained.map { try g.parameter($0, [4, 4]) }
      for (name, gradient) in zip(trained, try g.gradients(of: g.sum(y), withRespectTo: targets)) {
        try g.output(name, gradient)
      }
      return try g.finish().nodes.count { $0.operation is MatMul }
    }
    #expect(try products(["a", "b"]) == 3)
    #expect(try products(["a"]) == 2)
    #expect(try products(["b"]) == 1)
  }

  @Test("A loss that is no scalar, or that depends on an entropy, is refused")
  func refusals() throws {
    let g = GraphBuilder()
    let hidden = try g.input("hidden", ["R", 4])
    let head = try g.parameter("head", [6, 4])
    let result = try g.tokenLogProbabilities(
      hidden: hidden, head: head, targets: g.input("targets", ["R"], .int32), temperature: 1)
    #expect(throws: EngineError.self) {
      _ = try g.gradients(of: result.logProbability, withRespectTo: [head])
    }
    let entropy = try g.sum(result.entropy)
    let error = #expect(throws: EngineError.self) {
      _ = try g.gradients(of: entropy, withRespectTo: [head])
    }
    #expect(error?.description.contains("tokenLogProbabilities") == true)
  }
}
