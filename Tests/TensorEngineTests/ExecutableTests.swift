import Testing

@testable import TensorEngine

@Suite("Executable", .serialized)
struct ExecutableTests {
  private static let devices: [@Sendable () throws -> any Device] = [
    { try CPUDevice(threads: 2) }, { ReferenceDevice() },
  ]

  private func floats(_ values: Float..., shape: [Int]) -> HostTensor {
    HostTensor(values, shape: shape)
  }

  @Test("A state keeps what writeRows put there from run to run", arguments: devices)
  func states(_ make: @Sendable () throws -> any Device) throws {
    let device = try make()
    let g = GraphBuilder()
    let cache = try g.state("cache", ["slots", 2])
    let written = try g.writeRows(
      state: cache, rows: g.input("rows", ["n", 2]), indices: g.input("at", ["n"], .int32))
    try g.output("sums", g.sumRows(written))
    let executable = try Executable(g.finish(), on: device)
    let (parameters, states) = (ParameterStore(device: device), StateStore(device: device))
    try states.allocate("cache", shape: [4, 2])
    func run(_ rows: HostTensor, _ at: [Int32]) throws -> [Float] {
      try executable.run(
        ["rows": rows, "at": HostTensor(at, shape: [at.count])], parameters: parameters,
        states: states
      ).host("sums").floats
    }
    #expect(try run(floats(1, 2, 3, 4, shape: [2, 2]), [3, 0]) == [4, 6])
    #expect(try run(floats(10, 20, shape: [1, 2]), [3]) == [13, 24])
    #expect(try states.get("cache").floats == [3, 4, 0, 0, 0, 0, 10, 20])
    // A bad index changes nothing, not even the rows before it.
    #expect(
      throws: EngineError.indexOutOfRange(operation: "writeRows", scope: "", index: 4, bound: 4)
    ) { _ = try run(floats(7, 7, 7, 7, shape: [2, 2]), [0, 4]) }
    #expect(throws: EngineError.self) {
      _ = try run(floats(7, 7, 7, 7, shape: [2, 2]), [1, 1])
    }
    #expect(try states.get("cache").floats == [3, 4, 0, 0, 0, 0, 10, 20])
    #expect(throws: EngineError.missingState(name: "cache")) {
      _ = try executable.run(
        ["rows": floats(1, 2, shape: [1, 2]), "at": HostTensor([0] as [Int32], shape: [1])],
        parameters: parameters, states: StateStore(device: device))
    }
  }

  @Test("What is bound must fit what was declared", arguments: devices)
  func bindings(_ make: @Sendable () throws -> any Device) throws {
    let device = try make()
    let g = GraphBuilder()
    let x = try g.input("x", ["T", 2])
    let y = try g.add(g.linear(x, weight: g.parameter("w", [2, 2])), g.input("y", ["T", 2]))
    try g.output("z", y)
    let executable = try Executable(g.finish(), on: device)
    let store = ParameterStore(device: device)
    let (one, two) = (floats(1, 2, shape: [1, 2]), floats(1, 2, 3, 4, shape: [2, 2]))
    func error(_ inputs: [String: HostTensor]) -> EngineError? {
      #expect(throws: EngineError.self) { _ = try executable.run(inputs, parameters: store) }
    }
    #expect(error(["x": one, "y": one]) == .missingParameter(name: "w"))
    try store.set("w", two)
    #expect(error(["x": one]) == .missingInput(name: "y"))
    #expect(error(["x": one, "y": two])?.description.contains("T is 1 elsewhere") == true)
    #expect(
      error(["x": HostTensor([1, 2, 3] as [Float], shape: [1, 3]), "y": one])
        == .sizeConflict(name: "x", message: "declared as [T, 2], given as [1, 3]"))
    #expect(error(["x": HostTensor([1, 2] as [Int32], shape: [1, 2]), "y": one]) != nil)
    #expect(throws: EngineError.self) { try store.set("w", one) }
    let results = try executable.run(["x": one, "y": one, "other": two], parameters: store)
    #expect(try results.host("z").floats == [6, 13])
    #expect(throws: EngineError.missingOutput(name: "q")) { _ = try results.host("q") }
    #expect(throws: EngineError.self) { _ = try results.scalar("z") }
    let wrong = ParameterStore(device: device)
    try wrong.set("w", HostTensor([1, 2, 3] as [Float], shape: [1, 3]))
    #expect(throws: EngineError.self) {
      _ = try executable.run(["x": one, "y": one], parameters: wrong)
    }
  }

  @Test("Indices out of range name operation, scope, index and bound", arguments: [-1, 5])
  func indices(_ bad: Int32) throws {
    let g = GraphBuilder()
    let indices = try g.input("indices", ["n"], .int32)
    try g.scope("embedding") {
      try g.output("y", g.gatherRows(table: g.parameter("table", [5, 2]), indices: indices))
    }
    let device = try CPUDevice(threads: 1)
    let store = ParameterStore(device: device)
    try store.set("table", HostTensor([Float](repeating: 1, count: 10), shape: [5, 2]))
    let executable = try Executable(g.finish(), on: device)
    #expect(
      throws: EngineError.indexOutOfRange(
        operation: "gatherRows", scope: "embedding", index: Int(bad), bound: 5)
    ) {
      _ = try executable.run(
        ["indices": HostTensor([0, bad], shape: [2])], parameters: store)
    }
  }

  @Test(
    "A segment table that contradicts itself is refused",
    arguments: [
      [[0, 4, 0, 0, 0, 9, 0]],  // own rows beyond the keys
      [[0, 9, 0, 0, 0, 4, 0]],  // queries beyond the rows
      [[0, 4, 0, 0, 0, 2, 0]],  // causal with fewer own keys than queries
      [[0, 2, 0, 0, 0, 2, 0], [1, 2, 0, 0, 2, 2, 1]],  // a query row twice
      [[0, 2, 0, 0, 0, 2, 0], [2, 2, 0, 2, 2, 2, 1]],  // shared keys, different groups
      [[0, -1, 0, 0, 0, 2, 0]],
      [[0, 4, -1, 0, 0, 4, 0]],
      [[0, 1, 0, 4, 0, 4, 0]],  // more keys than rows
    ] as [[[Int32]]])
  func segments(_ rows: [[Int32]]) throws {
    let g = GraphBuilder()
    let x = try g.input("x", ["T", 2])
    let y = try g.attention(
      query: x, key: x, value: x, segments: g.input("segments", ["n", 7], .int32), heads: 1,
      keyValueHeads: 1, causal: true, scale: 1)
    try g.output("dx", g.gradients(of: g.sum(y), withRespectTo: [x])[0])
    let device = try CPUDevice(threads: 1)
    let executable = try Executable(g.finish(), on: device)
    #expect(throws: EngineError.self) {
      _ = try executable.run(
        [
          "x": HostTensor([Float](repeating: 1, count: 8), shape: [4, 2]),
          "segments": segmentTable(rows),
        ], parameters: ParameterStore(device: device))
    }
  }

  @Test("A symbol that only a reshape introduces is solved for", arguments: devices)
  func reshapes(_ make: @Sendable () throws -> any Device) throws {
    let device = try make()
    let g = GraphBuilder()
    let x = try g.input("x", ["P", 2])
    try g.output("y", g.scale(g.reshape(x, ["M", 8]), 2))
    let executable = try Executable(g.finish(), on: device)
    let store = ParameterStore(device: device)
    let values = (0..<16).map(Float.init)
    let y = try executable.run(["x": HostTensor(values, shape: [8, 2])], parameters: store)
      .host("y")
    #expect(y == HostTensor(values.map { $0 * 2 }, shape: [2, 8]))
    #expect(throws: EngineError.self) {
      _ = try executable.run(
        ["x": HostTensor([1, 2, 3, 4, 5, 6] as [Float], shape: [3, 2])], parameters: store)
    }
  }

  @Test("No rows are a size like any other", arguments: devices)
  func empty(_ make: @Sendable () throws -> any Device) throws {
    let device = try make()
    let model = TinyTransformer()
    let store = try model.store(on: device)
    var batch = model.batch(prompts: [], responses: 1, length: 1)
    batch["segments"] = HostTensor([Int32](), shape: [0, 7])
    let results = try Executable(model.graph(), on: device).run(batch, parameters: store)
    #expect(try results.host("logProbability").shape == [0])
    #expect(try results.scalar("loss") == 0)
    #expect(try results.host("gradient.0.gate").floats.allSatisfy { $0 == 0 })
    #expect(try results.host("gradient.embedding").floats.allSatisfy { $0 == 0 })
  }

  @Test("Inputs, parameters and one value under two names can be outputs", arguments: devices)
  func plainOutputs(_ make: @Sendable () throws -> any Device) throws {
    let device = try make()
    let g = GraphBuilder()
    let x = try g.input("x", [2])
    let y = try g.add(x, g.parameter("w", [2]))
    try g.output("input", x)
    try g.output("parameter", g.parameter("w", [2]))
    try g.output("sum", y)
    try g.output("again", g.reshape(y, [2, 1]))
    try g.output("number", g.constant(4))
    let store = ParameterStore(device: device)
    try store.set("w", floats(10, 20, shape: [2]))
    let executable = try Executable(g.finish(), on: device)
    let results = try executable.run(["x": floats(1, 2, shape: [2])], parameters: store)
    _ = try executable.run(["x": floats(5, 5, shape: [2])], parameters: store)
    #expect(try results.host("input").floats == [1, 2])
    #expect(try results.host("parameter").floats == [10, 20])
    #expect(try results.host("sum").floats == [11, 22])
    #expect(try results.host("again") == floats(11, 22, shape: [2, 1]))
    #expect(try results.scalar("number") == 4)
  }

  @Test("A product uses the current version of its weight")
  func packedWeights() throws {
    let device = try CPUDevice(threads: 2)
    let g = GraphBuilder()
    try g.output("y", g.linear(g.input("x", ["T", 2]), weight: g.parameter("w", [1, 2])))
    let executable = try Executable(g.finish(), on: device)
    let store = ParameterStore(device: device)
    let x = ["x": floats(1, 1, shape: [1, 2])]
    try store.set("w", floats(2, 3, shape: [1, 2]))
    #expect(try executable.run(x, parameters: store).scalar("y") == 5)
    let copy = try store.copy()
    try store.set("w", floats(20, 30, shape: [1, 2]))
    #expect(try executable.run(x, parameters: store).scalar("y") == 50)
    #expect(try executable.run(x, parameters: copy).scalar("y") == 5)
    #expect(store.version == 2)
  }
}
