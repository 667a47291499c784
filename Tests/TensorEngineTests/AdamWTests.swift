import Testing

@testable import TensorEngine

@Suite("AdamW")
struct AdamWTests {
  private static let devices: [@Sendable () throws -> any Device] = [
    { try CPUDevice(threads: 2) }, { ReferenceDevice() },
  ]
  private static let slopes: [[Float]] = [[0.3, -0.4, 1.2], [-0.1, 0.2, 0.05], [2, -3, 6]]

  /// A graph whose gradient for "w" is what it is given.
  private func gradients(
    _ slopes: [Float], _ store: ParameterStore, name: String = "w"
  ) throws -> Results {
    let g = GraphBuilder()
    try g.output("gradient.\(name)", g.input("slopes", [.fixed(slopes.count)]))
    return try Executable(g.finish(), on: store.device).run(
      ["slopes": HostTensor(slopes, shape: [slopes.count])], parameters: store)
  }

  private func store(on device: any Device) throws -> ParameterStore {
    let store = ParameterStore(device: device)
    try store.set("w", HostTensor([0.5, -1.25, 2], shape: [3]))
    return store
  }

  @Test("Three clipped steps give the values computed by hand in Double", arguments: devices)
  func clipped(_ make: @Sendable () throws -> any Device) throws {
    let store = try store(on: make())
    let optimizer = try AdamW(
      AdamWSettings(beta1: 0.9, beta2: 0.98, weightDecay: 0.1, maximumGradientNorm: 1),
      parameters: store)
    var norms: [Double] = []
    for slopes in Self.slopes {
      norms.append(
        try optimizer.step(gradients(slopes, store), learningRate: 0.01).gradientNorm)
    }
    expectClose(norms, [1.3000000000, 0.2291287847, 7.0000000000], within: 1e-6)
    expectClose(
      try store.get("w").floats.map(Double.init), [0.4789144741, -1.2290889563, 1.9685352095],
      within: 1e-6)
    #expect(optimizer.stepCount == 3)
  }

  @Test("Without decay and clipping the same steps give the plain Adam values", arguments: devices)
  func plain(_ make: @Sendable () throws -> any Device) throws {
    let store = try store(on: make())
    let optimizer = try AdamW(
      AdamWSettings(beta1: 0.9, beta2: 0.98, weightDecay: 0.1), parameters: store,
      decays: { $0 != "w" })
    for slopes in Self.slopes {
      let statistics = try optimizer.step(gradients(slopes, store), learningRate: 0.01)
      #expect(statistics.clipFactor == 1)
    }
    expectClose(
      try store.get("w").floats.map(Double.init), [0.4792512589, -1.2307676060, 1.9756998895],
      within: 1e-6)
  }

  @Test(
    "A gradient that is not finite is named and nothing changes", arguments: [Float.nan, .infinity])
  func notFinite(_ bad: Float) throws {
    let store = try store(on: CPUDevice(threads: 2))
    let optimizer = try AdamW(AdamWSettings(maximumGradientNorm: 1), parameters: store)
    _ = try optimizer.step(gradients([1, 2, 3], store), learningRate: 0.01)
    let (values, moments) = (try store.get("w"), try optimizer.exportState())
    #expect(throws: EngineError.notFinite(name: "gradient.w")) {
      _ = try optimizer.step(gradients([1, bad, 3], store), learningRate: 0.01)
    }
    #expect(try store.get("w") == values)
    #expect(try optimizer.exportState() == moments)
  }

  @Test("An exported state goes on exactly where it was", arguments: devices)
  func checkpoint(_ make: @Sendable () throws -> any Device) throws {
    let device = try make()
    let store = try store(on: device)
    let settings = AdamWSettings(maximumGradientNorm: 1)
    let optimizer = try AdamW(settings, parameters: store)
    _ = try optimizer.step(gradients(Self.slopes[0], store), learningRate: 0.01)
    let resumedStore = try store.copy()
    let resumed = try AdamW(settings, parameters: resumedStore)
    try resumed.importState(optimizer.exportState())
    for slopes in Self.slopes.dropFirst() {
      _ = try optimizer.step(gradients(slopes, store), learningRate: 0.01)
      _ = try resumed.step(gradients(slopes, resumedStore), learningRate: 0.01)
    }
    #expect(try store.get("w") == resumedStore.get("w"))
    #expect(resumed.stepCount == 3)
    #expect(throws: EngineError.missingInput(name: "step_count")) { try resumed.importState([:]) }
    for count in [Int32(-1), .max] {
      var damaged = try optimizer.exportState()
      damaged["step_count"] = HostTensor([count], shape: [])
      #expect(throws: EngineError.self) { try resumed.importState(damaged) }
      #expect(resumed.stepCount == optimizer.stepCount)
    }
    var damaged = try optimizer.exportState()
    damaged["second.w"] = HostTensor([1, 2] as [Float], shape: [2])
    #expect(throws: EngineError.self) { try resumed.importState(damaged) }
  }

  @Test("Only what it trains has moments and changes", arguments: devices)
  func subset(_ make: @Sendable () throws -> any Device) throws {
    let store = try store(on: make())
    try store.set("frozen", HostTensor([3.0, 4.0], shape: [2]))
    let optimizer = try AdamW(AdamWSettings(), parameters: store, trained: ["w"])
    _ = try optimizer.step(gradients(Self.slopes[0], store), learningRate: 0.01)
    #expect(try store.get("frozen").floats == [3, 4])
    #expect(try store.get("w").floats != [0.5, -1.25, 2])
    #expect(
      try optimizer.exportState().keys.sorted() == ["first.w", "second.w", "step_count"])
    #expect(throws: EngineError.missingOutput(name: "gradient.w")) {
      _ = try optimizer.step(gradients([1, 1], store, name: "frozen"), learningRate: 0.1)
    }
    #expect(throws: EngineError.missingParameter(name: "unknown")) {
      _ = try AdamW(AdamWSettings(), parameters: store, trained: ["unknown"])
    }
  }

  @Test("A step without any known gradient, or with one of another shape, is refused")
  func mismatches() throws {
    let store = try store(on: CPUDevice(threads: 1))
    let optimizer = try AdamW(AdamWSettings(), parameters: store)
    #expect(throws: EngineError.missingOutput(name: "gradient.w")) {
      _ = try optimizer.step(gradients([1], store, name: "other"), learningRate: 0.1)
    }
    #expect(throws: EngineError.self) {
      _ = try optimizer.step(gradients([1], store), learningRate: 0.1)
    }
    #expect(optimizer.stepCount == 0)
  }

  private func expectClose(_ found: [Double], _ expected: [Double], within tolerance: Double) {
    #expect(found.count == expected.count)
    for (a, b) in zip(found, expected) { #expect(abs(a - b) < tolerance * max(1, abs(b))) }
  }
}
