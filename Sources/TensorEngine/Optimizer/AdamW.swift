/// The settings of AdamW.
public struct AdamWSettings: Sendable, Hashable {
  public var beta1: Double
  public var beta2: Double
  public var epsilon: Double
  /// Decoupled: the parameter shrinks by `learningRate * weightDecay` of itself in each step.
  public var weightDecay: Double
  /// The global gradient norm that is not exceeded; nil for no clipping.
  public var maximumGradientNorm: Double?

  public init(
    beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, weightDecay: Double = 0.01,
    maximumGradientNorm: Double? = nil
  ) {
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.maximumGradientNorm = maximumGradientNorm
  }
}

/// What one optimizer step reports.
public struct OptimizerStatistics: Sendable, Hashable {
  /// The global L2 norm of the gradients before clipping.
  public var gradientNorm: Double
  /// What gradients were multiplied with; 1 when nothing was clipped.
  public var clipFactor: Double
}

/// AdamW (Loshchilov and Hutter 2019, algorithm 2) with bias correction and clipping by the global
/// norm, as PyTorch does both: the factor is `maximum / (norm + 1e-6)`, at most 1.
///
/// Moments live on the device, beside the parameters.
public final class AdamW {
  public let settings: AdamWSettings
  public private(set) var stepCount = 0
  private let parameters: ParameterStore
  private let names: [String]
  private let decays: (String) -> Bool
  private var moments: [String: (first: any DeviceBuffer, second: any DeviceBuffer)] = [:]

  /// An optimizer for parameters of a store, with moments of zero.
  /// - Parameters:
  ///   - trained: The names of the parameters that it may change and keeps moments for; all of them
  ///     by default.
  ///   - decays: Whether weight decay applies to a parameter; to all by default.
  /// - Throws: `EngineError.missingParameter` for a name that the store does not have,
  ///   `sizeConflict` for a parameter that is kept as bfloat16.
  public init(
    _ settings: AdamWSettings, parameters: ParameterStore, trained: [String]? = nil,
    decays: @escaping (String) -> Bool = { _ in true }
  ) throws {
    self.settings = settings
    self.parameters = parameters
    self.decays = decays
    names = trained.map { Set($0).sorted() } ?? parameters.names
    for name in names {
      let element = try parameters.tensor(name).buffer.element
      guard element == .float32 else {
        throw EngineError.sizeConflict(
          name: name, message: "is kept as \(element); only float32 parameters are trained")
      }
      try parameters.detach(name)
      let tensor = try parameters.tensor(name)
      moments[name] = (
        try parameters.device.allocate(.float32, shape: tensor.shape, zeroed: true),
        try parameters.device.allocate(.float32, shape: tensor.shape, zeroed: true)
      )
    }
  }

  /// One update from the outputs named `gradient.<parameter>`. Parameters without one stay as they
  /// are. If the gradient norm is not finite nothing is changed and `notFinite` names the first bad
  /// gradient.
  public func step(_ gradients: Results, learningRate: Double) throws -> OptimizerStatistics {
    let present = Set(gradients.names)
    let trained = names.filter { present.contains("gradient.\($0)") }
    guard !trained.isEmpty else {
      throw EngineError.missingOutput(name: "gradient.\(names.first ?? "*")")
    }
    var total = 0.0
    for name in trained {
      let tensor = try gradients.tensor("gradient.\(name)")
      guard tensor.shape == parameters.shape(of: name) else {
        throw EngineError.sizeConflict(
          name: "gradient.\(name)",
          message: "is \(tensor.shape), its parameter \(parameters.shape(of: name) ?? [])")
      }
      let squares = try parameters.device.sumOfSquares(tensor.buffer)
      guard squares.isFinite else { throw EngineError.notFinite(name: "gradient.\(name)") }
      total += squares
    }
    let norm = total.squareRoot()
    guard norm.isFinite else { throw EngineError.notFinite(name: "gradient norm") }
    let clip = settings.maximumGradientNorm.map { min(1, $0 / (norm + 1e-6)) } ?? 1
    stepCount += 1
    for name in trained {
      try update(name, gradients, learningRate: learningRate, clip: clip)
    }
    parameters.contentsChanged()
    return OptimizerStatistics(gradientNorm: norm, clipFactor: clip)
  }

  private func update(
    _ name: String, _ gradients: Results, learningRate: Double, clip: Double
  ) throws {
    guard let moments = moments[name] else { throw EngineError.missingParameter(name: name) }
    try parameters.device.adamW(
      AdamWUpdate(
        learningRate: learningRate, beta1: settings.beta1, beta2: settings.beta2,
        epsilon: settings.epsilon, weightDecay: decays(name) ? settings.weightDecay : 0,
        step: stepCount, gradientScale: clip),
      AdamWTensors(
        parameter: try parameters.tensor(name).buffer,
        gradient: try gradients.tensor("gradient.\(name)").buffer, firstMoment: moments.first,
        secondMoment: moments.second))
  }

  // MARK: - Checkpoints

  /// The moments as they are now, `first.<parameter>` and `second.<parameter>`, to be read one by one.
  public func state() throws -> AdamWState {
    var tensors: [String: (buffer: any DeviceBuffer, shape: [Int])] = [:]
    for (name, moments) in moments {
      let shape = try parameters.tensor(name).shape
      tensors["first.\(name)"] = (moments.first, shape)
      tensors["second.\(name)"] = (moments.second, shape)
    }
    return AdamWState(stepCount: stepCount, device: parameters.device, tensors: tensors)
  }

  /// The moments as `first.<parameter>` and `second.<parameter>`, and `step_count` (int32 `[]`).
  public func exportState() throws -> [String: HostTensor] {
    let state = try state()
    var exported = ["step_count": HostTensor([Int32(stepCount)], shape: [])]
    for name in state.names { exported[name] = try state.tensor(name) }
    return exported
  }

  /// Takes over what `exportState` gave. All shapes are checked before anything changes.
  public func importState(_ state: [String: HostTensor]) throws {
    guard let count = state["step_count"]?.integers.first else {
      throw EngineError.missingInput(name: "step_count")
    }
    try importState(stepCount: Int(count), shape: { state[$0]?.shape }) { name in
      guard let tensor = state[name] else { throw EngineError.missingInput(name: name) }
      return tensor
    }
  }

  /// Takes over moments one by one. The count and all shapes are checked before anything changes; after
  /// an error of `tensor` the moments are undefined.
  ///
  /// - Parameters:
  ///   - stepCount: completed steps, below 2^31.
  ///   - shape: of a moment by name; nil where it is missing.
  ///   - tensor: its values.
  public func importState(
    stepCount: Int, shape: (String) -> [Int]?, tensor: (String) throws -> HostTensor
  ) throws {
    guard (0..<Int(Int32.max)).contains(stepCount) else {
      throw EngineError.sizeConflict(name: "step_count", message: "is \(stepCount)")
    }
    let own = try state()
    for name in own.names {
      guard let found = shape(name) else { throw EngineError.missingInput(name: name) }
      guard found == own.shape(of: name) else {
        throw EngineError.sizeConflict(
          name: name, message: "is \(found), not \(own.shape(of: name) ?? [])")
      }
    }
    for name in own.names { try own.set(name, tensor(name)) }
    self.stepCount = stepCount
  }
}

/// The moments of an optimizer on their device.
public struct AdamWState: Sendable {
  public let stepCount: Int
  fileprivate let device: any Device
  fileprivate let tensors: [String: (buffer: any DeviceBuffer, shape: [Int])]

  /// All names, sorted.
  public var names: [String] { tensors.keys.sorted() }

  public func shape(of name: String) -> [Int]? { tensors[name]?.shape }

  /// A copy of a moment's values.
  public func tensor(_ name: String) throws -> HostTensor {
    guard let known = tensors[name] else { throw EngineError.missingInput(name: name) }
    return try device.download(known.buffer, shape: known.shape)
  }

  fileprivate func set(_ name: String, _ tensor: HostTensor) throws {
    guard let known = tensors[name] else { throw EngineError.missingInput(name: name) }
    try device.upload(tensor, to: known.buffer)
  }
}
