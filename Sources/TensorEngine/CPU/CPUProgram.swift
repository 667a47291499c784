import Foundation
import Kernels

/// A graph compiled for the CPU: a list of closures over slot and extent numbers.
///
/// Everything that depends on names is resolved here, once. A run fills two tables (addresses by
/// slot, sizes by extent) and calls the closures in order.
final class CPUProgram: DeviceProgram, @unchecked Sendable {
  /// A memory plan with what a run needs of it.
  private struct Prepared {
    let plan: MemoryPlan
    /// The arena offset of each slot, or -1.
    let offsets: [Int]
    let scratchOffset: Int
    let workerScratchOffset: Int
    let workerScratchStride: Int
    let totalBytes: Int
  }

  let graph: Graph
  unowned let device: CPUDevice
  private let lowering: CPULowering
  private let steps: [(node: Int, step: CPUStep)]
  private let placement: Placement
  private let symbols: [String]
  /// Which parameters it computes gradients of, in the graph's order: they are about to change.
  let trainedParameters: [Bool]
  /// Each extent as a fixed factor and the symbols it is multiplied with.
  private let extentFactors: [(fixed: Int, symbols: [Int])]
  private let storageOfSlot: [Int]
  private let inputSlots: [Int]
  private let outputExtents: [Extent]
  private var prepared: [[Int]: Prepared] = [:]

  // Tables that a run fills; under the device's lock.
  private let buffers: UnsafeMutablePointer<UnsafeMutableRawPointer>
  private let weights: UnsafeMutablePointer<Unmanaged<CPUBuffer>?>
  /// By slot, as `trainedParameters`; false for what is no parameter.
  private let trained: UnsafeMutablePointer<Bool>
  private let sizes: UnsafeMutablePointer<Int>
  private let constants: UnsafeMutablePointer<Float>

  init(_ graph: Graph, device: CPUDevice) {
    self.graph = graph
    self.device = device
    placement = Placement(graph)
    let outputs = Set(graph.outputNames)
    trainedParameters = graph.parameterNames.map { outputs.contains("gradient." + $0) }
    let lowering = CPULowering(
      graph: graph, kernels: device.kernels, pairKernels: device.pairKernels)
    self.lowering = lowering
    steps = lowering.steps()
    outputExtents = graph.outputs.map { lowering.extent(graph.type($0.value).shape) }
    let symbols = Set(
      graph.nodes.flatMap(\.types).flatMap(\.shape).compactMap { dimension in
        if case .symbol(let name) = dimension { name } else { nil }
      }
    ).sorted()
    self.symbols = symbols
    extentFactors = lowering.extents.map { dimensions in
      let factors = TensorType(dimensions).factors
      return (factors.fixed, factors.symbols.compactMap { symbols.firstIndex(of: $0) })
    }
    var storageOfSlot = [Int](repeating: 0, count: lowering.slotCount)
    for (value, storage) in placement.storageOf {
      storageOfSlot[lowering.slot(value).index] = storage
    }
    self.storageOfSlot = storageOfSlot
    inputSlots = graph.nodes.indices.compactMap { index in
      guard case .input = graph.nodes[index].leaf else { return nil }
      return lowering.slot(Value(node: index, output: 0)).index
    }
    constants = .allocate(capacity: placement.storages.count)
    let nowhere = UnsafeMutableRawPointer(constants)
    buffers = .allocate(capacity: max(1, lowering.slotCount))
    buffers.initialize(repeating: nowhere, count: lowering.slotCount)
    weights = .allocate(capacity: max(1, lowering.slotCount))
    weights.initialize(repeating: nil, count: lowering.slotCount)
    trained = .allocate(capacity: max(1, lowering.slotCount))
    trained.initialize(repeating: false, count: lowering.slotCount)
    sizes = .allocate(capacity: max(1, lowering.extents.count))
    sizes.initialize(repeating: 0, count: lowering.extents.count)
    for (index, storage) in placement.storages.enumerated() {
      if case .constant(let value) = storage.kind { constants[index] = Float(value) }
    }
    for (slot, storage) in storageOfSlot.enumerated() {
      if case .parameter(let index) = placement.storages[storage].kind {
        trained[slot] = trainedParameters[index]
      }
    }
  }

  deinit {
    buffers.deallocate()
    weights.deallocate()
    trained.deallocate()
    sizes.deallocate()
    constants.deallocate()
  }

  // MARK: - Planning

  func plan(for sizes: [String: Int]) throws -> MemoryPlan {
    try device.lock.withLock { try prepare(sizes).plan }
  }

  private func prepare(_ sizes: [String: Int]) throws -> Prepared {
    let key = try symbols.map { symbol in
      guard let size = sizes[symbol] else {
        throw EngineError.sizeConflict(name: symbol, message: "the size of this symbol is unknown")
      }
      return BoundLadder.bound(size)
    }
    if let known = prepared[key] { return known }
    resolve(key)
    let table = UnsafePointer(self.sizes)
    let shared = lowering.scratch.map { $0(table) }.max() ?? 0
    let perWorker = ((lowering.workerScratch.map { $0(table) }.max() ?? 0) + 63) & ~63
    let sharedBytes = (shared + 63) & ~63
    let scratchBytes = sharedBytes + perWorker * device.threads
    let plan = try MemoryPlan(
      graph: graph, placement: placement,
      sizes: Dictionary(uniqueKeysWithValues: zip(symbols, key)),
      scratchBytes: { _ in scratchBytes })
    var offsetOfStorage = [Int](repeating: -1, count: placement.storages.count)
    for interval in plan.intervals { offsetOfStorage[interval.storage] = interval.offset }
    let result = Prepared(
      plan: plan, offsets: storageOfSlot.map { offsetOfStorage[$0] },
      scratchOffset: plan.arenaBytes, workerScratchOffset: plan.arenaBytes + sharedBytes,
      workerScratchStride: perWorker, totalBytes: plan.arenaBytes + scratchBytes)
    prepared[key] = result
    return result
  }

  /// Fills the sizes table.
  private func resolve(_ symbolSizes: [Int]) {
    for (index, factors) in extentFactors.enumerated() {
      sizes[index] = factors.symbols.reduce(factors.fixed) { $0 * symbolSizes[$1] }
    }
  }

  // MARK: - Running

  func run(_ bindings: ProgramBindings) throws -> [any DeviceBuffer] {
    let parameters = try bindings.parameters.map(device.own)
    let states = try bindings.states.map(device.own)
    return try device.lock.withLock {
      let prepared = try prepare(bindings.sizes)
      resolve(symbols.map { bindings.sizes[$0] ?? 0 })
      let arena = try device.workspace.reserve(prepared.totalBytes)
      for (parameter, isTrained) in zip(parameters, trainedParameters) where isTrained {
        parameter.releasePanels()
      }
      let outputs = try zip(graph.outputs, outputExtents).map { output, extent in
        try CPUBuffer(
          graph.type(output.value).element, count: sizes[extent.index], zeroed: false,
          from: device.memory)
      }
      bind(prepared, arena, parameters, states, outputs)
      for (slot, tensor) in zip(inputSlots, bindings.inputs) {
        tensor.withBytes { bytes in
          if let source = bytes.baseAddress { memcpy(buffers[slot], source, bytes.count) }
        }
      }
      let frame = CPUFrame(
        buffers: buffers, weights: weights, sizes: sizes,
        scratch: arena + prepared.scratchOffset,
        firstWorkerScratch: arena + prepared.workerScratchOffset,
        workerScratchStride: prepared.workerScratchStride, pool: device.pool,
        kernels: device.kernels, library: device.library, trained: trained)
      withExtendedLifetime((parameters, states)) {
        if device.stepTimes != nil {
          measure(frame, bindings.sizes)
        } else if device.search != nil {
          seekNotFinite(frame, bindings.sizes)
        } else {
          for step in steps { step.step(frame) }
        }
      }
      for (output, from) in placement.copies {
        memcpy(
          outputs[output].memory, buffers[lowering.slot(from).index], outputs[output].count * 4)
      }
      return outputs
    }
  }

  /// Fills the address table.
  private func bind(
    _ prepared: Prepared, _ arena: UnsafeMutableRawPointer, _ parameters: [CPUBuffer],
    _ states: [CPUBuffer], _ outputs: [CPUBuffer]
  ) {
    for slot in 0..<lowering.slotCount {
      let storage = storageOfSlot[slot]
      switch placement.storages[storage].kind {
      case .arena: buffers[slot] = arena + prepared.offsets[slot]
      case .constant: buffers[slot] = UnsafeMutableRawPointer(constants + storage)
      case .state(let index): buffers[slot] = states[index].memory
      case .output(let index): buffers[slot] = outputs[index].memory
      case .parameter(let index):
        buffers[slot] = parameters[index].memory
        weights[slot] = Unmanaged.passUnretained(parameters[index])
      }
    }
  }

  // MARK: - Measuring

  private func measure(_ frame: CPUFrame, _ sizes: [String: Int]) {
    for step in steps {
      let start = ContinuousClock.now
      step.step(frame)
      let duration = ContinuousClock.now - start
      let node = graph.nodes[step.node]
      guard let operation = node.operation else { continue }
      let shapes = { (types: [TensorType]) in types.compactMap { try? $0.resolve(sizes) } }
      device.stepTimes?.append(
        StepTime(
          operation: operation.name, detail: operation.detail, scope: node.scope,
          flops: operation.flops(shapes(node.inputs.map(graph.type)), shapes(node.types)),
          duration: duration))
    }
  }

  /// Runs all steps, and notes the first one with a result that is not finite.
  private func seekNotFinite(_ frame: CPUFrame, _ sizes: [String: Int]) {
    for step in steps {
      step.step(frame)
      let node = graph.nodes[step.node]
      guard device.search?.found == nil, node.operation?.hasEffect == false else { continue }
      for (output, type) in node.types.enumerated() where type.element == .float32 {
        guard let shape = try? type.resolve(sizes) else { continue }
        let slot = lowering.slot(Value(node: step.node, output: output))
        let values = UnsafeBufferPointer(start: slot.floats(frame), count: elementCount(shape))
        guard !values.allSatisfy(\.isFinite) else { continue }
        device.search?.found = .notFiniteResult(
          operation: node.operation?.name ?? "", scope: node.scope)
        break
      }
    }
  }
}
