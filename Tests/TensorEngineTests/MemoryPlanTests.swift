import Testing

@testable import TensorEngine

@Suite("Memory plan")
struct MemoryPlanTests {
  @Test("Values that are alive together never overlap, and reuse pays")
  func overlap() throws {
    for gradients in [false, true] {
      let graph = try TinyTransformer(layers: 4).graph(gradients: gradients)
      let executable = try Executable(graph, on: CPUDevice(threads: 1))
      let plan = try executable.plan(for: ["T": 500, "R": 200, "n": 9])
      for (index, a) in plan.intervals.enumerated() {
        #expect(a.offset % 64 == 0 && a.offset + a.bytes <= plan.arenaBytes)
        for b in plan.intervals.dropFirst(index + 1) where a.overlaps(b) {
          #expect(a.offset + a.bytes <= b.offset || b.offset + b.bytes <= a.offset)
        }
      }
      #expect(plan.arenaBytes < plan.unsharedBytes / (gradients ? 2 : 5))
      #expect(plan.peakBytes == plan.arenaBytes + plan.scratchBytes + plan.outputBytes)
    }
  }

  @Test("A chain of pointwise operations works in place")
  func inPlace() throws {
    let g = GraphBuilder()
    var x = try g.input("x", ["T", 16])
    for _ in 0..<6 { x = try g.silu(g.scale(x, 1.5)) }
    try g.output("y", g.sumRows(x))
    let plan = try Executable(g.finish(), on: CPUDevice(threads: 1)).plan(for: ["T": 64])
    #expect(plan.arenaBytes == 64 * 16 * 4)
  }

  @Test("A result takes over what it is computed from, as the gradient of tied embeddings does")
  func resultsInPlace() throws {
    let (rows, width) = (1000, 16)
    let g = GraphBuilder()
    let table = try g.parameter("table", [rows, width])
    let embedded = try g.gatherRows(table: table, indices: g.input("at", ["n"], .int32))
    let loss = try g.sum(g.linear(embedded, weight: table))
    try g.output("gradient.table", g.gradients(of: loss, withRespectTo: [table])[0])
    let plan = try Executable(g.finish(), on: CPUDevice(threads: 1)).plan(for: ["n": 8])
    #expect(plan.outputBytes == 4 * rows * width)
    // Nothing as large as the table but what is as wide as its rows are many.
    #expect(
      plan.intervals.allSatisfy {
        $0.bytes < 4 * rows * width
          || $0.shapes.allSatisfy { $0.contains(.fixed(rows)) && !$0.contains(.fixed(width)) }
      })
  }

  @Test("A value that is read later is not overwritten")
  func keepsWhatIsRead() throws {
    let g = GraphBuilder()
    let x = try g.input("x", ["T", 4])
    let a = try g.exp(x)
    let b = try g.scale(a, 2)
    try g.output("y", g.multiply(g.add(a, b), x))
    let device = try CPUDevice(threads: 1)
    let results = try Executable(g.finish(), on: device).run(
      ["x": HostTensor([0, 1, 0, 2] as [Float], shape: [1, 4])],
      parameters: ParameterStore(device: device))
    let y = try results.host("y").floats
    #expect(abs(y[1] - 3 * 2.718281828) < 1e-5 && abs(y[3] - 6 * 7.3890561) < 1e-4)
  }

  @Test("Bounds are steps of at least a quarter, in multiples of 64")
  func ladder() {
    #expect([0, 1, 64, 65, 129, 1000].map(BoundLadder.bound) == [0, 64, 64, 128, 192, 1216])
    for size in 0...5000 {
      let bound = BoundLadder.bound(size)
      #expect(bound >= size && bound % 64 == 0 && BoundLadder.bound(bound) == bound)
      #expect(Double(BoundLadder.bound(bound + 1)) >= 1.25 * Double(bound))
    }
  }

  @Test("The report names the peak and the bounds it holds for")
  func report() throws {
    let executable = try Executable(TinyTransformer().graph(), on: CPUDevice(threads: 1))
    let lines = try executable.plan(for: ["T": 100, "R": 40, "n": 3]).description
    #expect(lines.hasPrefix("peak ") && lines.contains("R <= 64, T <= 128, n <= 64"))
    #expect(throws: EngineError.self) { _ = try executable.plan(for: ["T": 100]) }
  }
}
