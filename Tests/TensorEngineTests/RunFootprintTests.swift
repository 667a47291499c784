import Kernels
import Testing

@testable import TensorEngine

@Suite("Footprint of a run")
struct RunFootprintTests {
  /// What the device holds beside what it held before is what the footprint says, to the byte.
  @Test(
    "The device comes to hold what the footprint predicts", arguments: [false, true],
    [(prompts: [20, 30], length: 10), (prompts: [100], length: 260)])
  func device(gradients: Bool, sizes: (prompts: [Int], length: Int)) throws {
    let model = TinyTransformer(layers: 3)
    let device = try CPUDevice(threads: 2)
    let store = try model.store(on: device)
    let weights = device.memoryUse.bytes
    #expect(weights == 4 * store.elementCount)

    let executable = try Executable(model.graph(gradients: gradients), on: device)
    let inputs = model.batch(prompts: sizes.prompts, responses: 2, length: sizes.length)
    let responses = 2 * sizes.prompts.count
    let symbols = [
      "T": sizes.prompts.reduce(0, +) + responses * sizes.length, "R": responses * sizes.length,
      "n": sizes.prompts.count + responses,
    ]
    let footprint = try executable.footprint(for: symbols)
    #expect(device.memoryUse.bytes == weights)
    let results = try executable.run(inputs, parameters: store)
    let panels = footprint.keptPanels.values.reduce(0, +)
    #expect(gradients == footprint.keptPanels.isEmpty)
    let held = weights + footprint.reservedBytes + footprint.outputBytes + panels
    #expect(device.memoryUse.bytes == held)
    #expect(device.memoryUse.peakBytes == held)
    #expect(footprint.written.last?.upperBound ?? 0 <= footprint.reservedBytes)
    withExtendedLifetime(results) {}
  }

  @Test("Sizes at their bounds write all that is planned without gaps")
  func written() throws {
    let g = GraphBuilder()
    let x = try g.input("x", ["T", 16])
    try g.output("y", g.sumRows(g.silu(x)))
    let executable = try Executable(g.finish(), on: CPUDevice(threads: 1))
    let plan = try executable.plan(for: ["T": 65])
    #expect(try plan.written(for: ["T": 128]) == [0..<plan.reservedBytes])
    let scratch = plan.arenaBytes..<plan.reservedBytes
    #expect(try plan.written(for: ["T": 65]) == [0..<65 * 64, scratch])
    #expect(try plan.outputBytes(for: ["T": 65]) == 64)
    #expect(throws: EngineError.self) { try plan.written(for: [:]) }
  }

  @Test("Programs fill the gaps of each other's plans, page by page, until one needs more")
  func workspace() {
    func run(_ written: [Range<Int>], reserved: Int) -> RunFootprint {
      RunFootprint(
        written: written, reservedBytes: reserved, outputBytes: 0, keptPanels: [:],
        releasedPanels: [])
    }
    let page = ResidentWorkspace.pageBytes
    var workspace = ResidentWorkspace()
    #expect(workspace.bytes == 0)
    workspace.add(run([0..<10, 3 * page..<3 * page], reserved: 8 * page))
    #expect(workspace.bytes == page)
    workspace.add(run([page - 1..<page + 1, 4 * page..<6 * page], reserved: 7 * page))
    #expect(workspace.bytes == 4 * page)
    // A larger workspace is a new one.
    workspace.add(run([0..<9 * page - 7], reserved: 9 * page - 7))
    #expect(workspace.bytes == 9 * page - 7)
  }

  @Test("Memory that was given back is given up before more is taken")
  func recycling() throws {
    let memory = CPUMemory()
    let megabyte = 1 << 20
    // Sizes that never come again: what is held stays what is used at a time.
    for size in (1...40).map({ $0 * megabyte + 64 }) {
      let block = try memory.take(bytes: size)
      block.address.storeBytes(of: 1, toByteOffset: size - 1, as: UInt8.self)
      memory.give(block)
    }
    #expect(memory.held.peakBytes == 40 * megabyte + 64)
    #expect(throws: EngineError.self) { try memory.take(bytes: Int.max / 2) }
  }

  @Test("A block serves the same size again, and sizes a little below")
  func reuse() throws {
    let memory = CPUMemory()
    let megabyte = 1 << 20
    let first = try memory.take(bytes: 40 * megabyte)
    let second = try memory.take(bytes: 44 * megabyte)
    memory.give(second)
    memory.give(first)
    let panels = try memory.take(bytes: 44 * megabyte)
    #expect(panels.address == second.address && panels.bytes == second.bytes)
    memory.give(panels)
    let gradient = try memory.take(bytes: 39 * megabyte)
    #expect(gradient.address == first.address && gradient.bytes == first.bytes)
    // Half of a block would be wasted.
    let half = try memory.take(bytes: 20 * megabyte)
    #expect(half.bytes == 20 * megabyte)
    // What was free made room for it.
    #expect(memory.held.bytes == 60 * megabyte && memory.held.peakBytes == 84 * megabyte)
  }

  @Test("Work of attention follows the pairs that see each other")
  func pairs() throws {
    let graph = try TinyTransformer(layers: 1).graph(gradients: false)
    let symbols = ["T": 100, "R": 10, "n": 2]
    let all = try graph.flops(for: symbols)
    let table = try #require(graph.inputNames.first { $0 == "segments" })
    let some = try graph.flops(for: symbols, pairs: [table: 1000])
    // 4 operations per pair and column.
    #expect(all - some == Double(4 * (100 * 100 - 1000) * TinyTransformer().width))
  }

  @Test("The machine's rates are measured in an instant")
  func rates() {
    let rates = MachineRates.measured(threads: 1)
    #expect(rates.operationsPerSecond > 1e8 && rates.bytesPerSecond > 1e7)
    #expect(rates.operationsPerSecond.isFinite && rates.bytesPerSecond.isFinite)
  }
}
