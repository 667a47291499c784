import Testing

@testable import TensorEngine

@Suite("Exactness of a transformer")
struct DeterminismTests {
  private let model = TinyTransformer()

  private func run(
    _ graph: Graph, _ batch: [String: HostTensor], threads: Int
  ) throws -> Results {
    let device = try CPUDevice(threads: threads)
    return try Executable(graph, on: device).run(batch, parameters: model.store(on: device))
  }

  private func bits(_ results: Results, _ name: String) throws -> [UInt32] {
    try results.host(name).floats.map(\.bitPattern)
  }

  @Test("Outputs and gradients have the same bits on 1, 2 and 3 threads")
  func threads() throws {
    let graph = try model.graph()
    let batch = model.batch(prompts: [70, 131], responses: 3, length: 50)
    let one = try run(graph, batch, threads: 1)
    for threads in 2...3 {
      let several = try run(graph, batch, threads: threads)
      for name in graph.outputNames {
        #expect(try bits(one, name) == bits(several, name), "\(name) on \(threads) threads")
      }
    }
  }

  @Test("Rows are added to a sum with the bits of adding them to zeros first", arguments: 1...3)
  func scatter(threads: Int) throws {
    let (width, count) = (33, 200)
    func sum(_ add: (GraphBuilder, Value, Value, Value) throws -> Value) throws -> [UInt32] {
      let g = GraphBuilder()
      let known = try g.exp(g.input("known", [40, .fixed(width)]))
      let rows = try g.input("rows", ["n", .fixed(width)])
      try g.output("sum", add(g, known, rows, g.input("at", ["n"], .int32)))
      let device = try CPUDevice(threads: threads)
      var numbers = Numbers(seed: 5)
      let results = try Executable(g.finish(), on: device).run(
        [
          "known": numbers.tensor([40, width]), "rows": numbers.tensor([count, width]),
          "at": numbers.indices(count, below: 40),
        ], parameters: ParameterStore(device: device))
      return try bits(results, "sum")
    }
    let zeros = try sum { g, known, rows, at in
      try g.add(known, g.scatterAddRows(rows, indices: at, count: 40))
    }
    let known = try sum { g, known, rows, at in
      try g.accumulate(g.scatterAddRows(rows, indices: at, count: 40), to: known)
    }
    #expect(zeros == known)
  }

  @Test("Sharing the prompt does not change a bit of the log-probabilities")
  func sharedPrompt() throws {
    let graph = try model.graph(gradients: false)
    let shared = try run(
      graph, model.batch(prompts: [37, 64], responses: 4, length: 21), threads: 2)
    let repeated = try run(
      graph, model.batch(prompts: [37, 64], responses: 4, length: 21, shared: false), threads: 2)
    #expect(try bits(shared, "logProbability") == bits(repeated, "logProbability"))
  }

  @Test("Sharing the prompt gives the gradients of repeating it")
  func sharedPromptGradients() throws {
    let graph = try model.graph()
    let shared = try run(
      graph, model.batch(prompts: [37], responses: 4, length: 21), threads: 2)
    let repeated = try run(
      graph, model.batch(prompts: [37], responses: 4, length: 21, shared: false), threads: 2)
    for name in graph.outputNames {
      let error = relativeError(
        try shared.host(name).floats, try repeated.host(name).floats)
      #expect(error < 1e-5, "\(name)")
    }
  }

  @Test("A sequence has the same bits alone and among others")
  func packing() throws {
    let graph = try model.graph(gradients: false)
    let alone = try run(graph, model.batch(prompts: [40], responses: 1, length: 30), threads: 2)
    let together = try run(
      graph, model.batch(prompts: [40, 9], responses: 1, length: 30), threads: 2)
    let first = try bits(together, "logProbability").prefix(30)
    #expect(try bits(alone, "logProbability") == Array(first))
  }

  @Test("The CPU agrees with the reference on loss and all gradients")
  func reference() throws {
    let graph = try model.graph()
    let batch = model.batch(prompts: [9, 5], responses: 2, length: 6)
    let device = ReferenceDevice()
    let expected = try Executable(graph, on: device).run(
      batch, parameters: model.store(on: device))
    let found = try run(graph, batch, threads: 2)
    for name in graph.outputNames {
      let error = relativeError(try found.host(name).floats, try expected.host(name).floats)
      #expect(error < 1e-5, "\(name)")
    }
  }

  @Test("A run after longer and shorter ones gives the bits of a fresh device")
  func planReuse() throws {
    let graph = try model.graph()
    let device = try CPUDevice(threads: 2)
    let executable = try Executable(graph, on: device)
    let store = try model.store(on: device)
    let batch = model.batch(prompts: [20], responses: 2, length: 10)
    for prompt in [200, 3] {
      _ = try executable.run(
        model.batch(prompts: [prompt], responses: 1, length: 7), parameters: store)
    }
    let later = try executable.run(batch, parameters: store)
    let fresh = try run(graph, batch, threads: 2)
    for name in graph.outputNames { #expect(try bits(later, name) == bits(fresh, name)) }
  }

  @Test("The sampler's log-probability has the trainer's bits")
  func samplerAgrees() throws {
    var numbers = Numbers(seed: 21)
    let (rows, width, vocabulary) = (130, 48, 997)
    let g = GraphBuilder()
    let hidden = try g.input("hidden", ["R", .fixed(width)])
    let head = try g.parameter("head", [vocabulary, width])
    for temperature in [1, 0.7, 1.3] {
      let result = try g.tokenLogProbabilities(
        hidden: hidden, head: head, targets: g.input("targets", ["R"], .int32),
        temperature: temperature)
      try g.output("at \(temperature)", result.logProbability)
    }
    try g.output("logits", g.linear(hidden, weight: head))
    let device = try CPUDevice(threads: 2)
    let store = ParameterStore(device: device)
    try store.set("head", numbers.tensor([vocabulary, width]))
    let targets = numbers.indices(rows, below: vocabulary)
    let results = try Executable(g.finish(), on: device).run(
      ["hidden": numbers.tensor([rows, width]), "targets": targets], parameters: store)
    let logits = try results.host("logits").floats
    for temperature in [1, 0.7, 1.3] {
      let trainer = try results.host("at \(temperature)").floats
      for row in 0..<rows {
        let sampler = logits[row * vocabulary..<(row + 1) * vocabulary].withUnsafeBufferPointer {
          device.logProbabilities(
            of: [Int(targets.integers[row])], logits: $0, temperature: temperature)
        }
        #expect(sampler.map(\.bitPattern) == [trainer[row].bitPattern])
      }
    }
  }
}
