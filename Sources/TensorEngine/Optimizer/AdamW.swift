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
      try parameters.detach(name)
      let tensor = try parameters.tensor(name)
      guard tensor.buffer.element == .float32 else {
        throw EngineError.sizeConflict(
          name: name,
          message: "is kept as \(tensor.buffer.element); only float32 parameters are trained")
      }
      moments[name] = (
        try parameters.device.allocate(.float32, shape: tensor.shape),
        try parameters.device.allocate(.float32, shape: tensor.shape)
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

  /// The moments as `first.<parameter>` and `second.<parameter>`, and `step_count` (int32 `[]`).
  public func exportState() throws -> [String: HostTensor] {
    var state = ["step_count": HostTensor([Int32(stepCount)], shape: [])]
    for (name, moments) in moments {
      let shape = try parameters.tensor(name).shape
      state["first.\(name)"] = try parameters.device.download(moments.first, shape: shape)
      state["second.\(name)"] = try parameters.device.download(moments.second, shape: shape)
    }
    return state
  }

  /// Takes over what `exportState` gave. Everything is checked before anything changes.
  public func importState(_ state: [String: HostTensor]) throws {
    guard let count = state["step_count"]?.integers.first else {
      throw EngineError.missingInput(name: "step_count")
    }
    func moment(_ key: String, _ shape: [Int]) throws -> HostTensor {
      guard let tensor = state[key] else { throw EngineError.missingInput(name: key) }
      guard tensor.shape == shape, tensor.element == .float32 else {
        throw EngineError.sizeConflict(name: key, message: "is \(tensor.shape), not \(shape)")
      }
      return tensor
    }
    var checked: [(any DeviceBuffer, HostTensor)] = []
    for (name, moments) in moments {
      let shape = try parameters.tensor(name).shape
      checked.append((moments.first, try moment("first.\(name)", shape)))
      checked.append((moments.second, try moment("second.\(name)", shape)))
    }
    for (buffer, tensor) in checked { try parameters.device.upload(tensor, to: buffer) }
    stepCount = Int(count)
  }
}
