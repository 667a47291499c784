import Foundation
import TensorEngine

/// A model with its parameters, on a device: log-probabilities of given responses, and responses of
/// its own.
///
/// Not for concurrent use: one call at a time.
public final class PolicyModel {
  public let configuration: QwenConfiguration
  /// What is trained on top of the weights; nil where the weights themselves are trained.
  public let adapter: Adapter?
  /// The parameters by their checkpoint names, and the adapter's by those of the adapted layers; an
  /// optimizer changes them in place.
  public let parameters: ParameterStore
  public let device: any Device
  public let rule: PositionRule
  /// How the matrices are kept. Those of `bfloat16` cannot be trained; an adapter on them can.
  public let precision: WeightPrecision
  private var executables: [Program: Executable] = [:]

  /// What the model has compiled programs for.
  public enum Program: Hashable, Sendable {
    case logProbabilities(hasVisuals: Bool)
    case logits(hasVisuals: Bool)
    /// The logits of a step of generation, whose earlier rows are in the cache.
    case cachedLogits(hasVisuals: Bool)
  }

  /// - Throws: `ModelError.invalid` when a parameter is missing, has another shape than the
  ///   configuration says, or is not kept in the precision.
  public init(
    configuration: QwenConfiguration, adapter: Adapter? = nil, parameters: ParameterStore,
    device: any Device, rule: PositionRule = .published, precision: WeightPrecision = .float32
  ) throws {
    for parameter in QwenParameters.all(configuration) + (adapter?.parameters ?? []) {
      let found = parameters.shape(of: parameter.name)
      guard found == parameter.shape else {
        let problem = found.map { "has shape \($0)" } ?? "is missing"
        throw ModelError.invalid(
          "parameter \(parameter.name) \(problem); the configuration says \(parameter.shape)")
      }
      let (element, expected) = (
        parameters.element(of: parameter.name), parameter.element(precision)
      )
      guard element == expected else {
        throw ModelError.invalid(
          "parameter \(parameter.name) is kept as \(element ?? .float32); in a model of "
            + "\(precision.rawValue) it is \(expected)")
      }
    }
    self.configuration = configuration
    self.adapter = adapter
    self.parameters = parameters
    self.device = device
    self.rule = rule
    self.precision = precision
  }

  /// A model with random parameters: a function of the configuration, the seed and the settings.
  public static func initialize(
    configuration: QwenConfiguration, seed: UInt64, device: any Device,
    rule: PositionRule = .published, settings: InitializationSettings = InitializationSettings()
  ) throws -> PolicyModel {
    let parameters = ParameterStore(device: device)
    for parameter in QwenParameters.all(configuration) {
      try parameters.set(parameter.name, settings.values(of: parameter, seed: seed))
    }
    return try PolicyModel(
      configuration: configuration, parameters: parameters, device: device, rule: rule)
  }

  /// A copy whose parameters no longer change with this model's: a reference policy. The weights
  /// under an adapter do not change, and are the same memory in both.
  public func frozenCopy() throws -> PolicyModel {
    let trained = Set(trainedParameters.map(\.name))
    return try PolicyModel(
      configuration: configuration, adapter: adapter,
      parameters: parameters.copy(where: trained.contains), device: device, rule: rule,
      precision: precision)
  }

  /// The parameters that training changes: the adapter's, or all where there is none.
  public var trainedParameters: [ParameterSpecification] {
    QwenParameters.trained(configuration, adapter)
  }

  /// How many numbers the weights hold, those of an adapter not counted.
  public var parameterCount: Int {
    QwenParameters.all(configuration).reduce(0) { $0 + $1.count }
  }

  /// The natural logarithms of the probabilities of a batch's targets, in the batch's order, at a
  /// temperature above 0.
  public func logProbabilities(_ batch: PackedBatch, temperature: Double = 1) throws -> [Float] {
    guard batch.targetCount > 0 else { return [] }
    let program = try executable(.logProbabilities(hasVisuals: batch.hasVisuals))
    var inputs = batch.inputs
    inputs[Self.temperature] = HostTensor(Float(temperature))
    return try program.run(inputs, parameters: parameters).host(Self.result).floats
  }

  /// The logits after every token of a prompt, one row of the vocabulary's size per token.
  public func logits(_ prompt: Prompt) throws -> [[Float]] {
    let batch = try PackedBatch([(prompt, [])], configuration: configuration, rule: rule)
    var inputs = batch.inputs
    inputs[QwenGraph.Input.targetRows] = HostTensor(
      (0..<batch.rowCount).map { Int32($0) }, shape: [batch.rowCount])
    inputs[QwenGraph.Input.targets] = nil
    let program = try executable(.logits(hasVisuals: batch.hasVisuals))
    let all = try program.run(inputs, parameters: parameters).host(Self.result).floats
    let width = configuration.text.vocabularySize
    return stride(from: 0, to: all.count, by: width).map { Array(all[$0..<$0 + width]) }
  }

  static let result = "result"
  static let temperature = "temperature"

  /// The compiled program, made on first use.
  func executable(_ program: Program) throws -> Executable {
    if let known = executables[program] { return known }
    let executable = try Executable(
      program.graph(configuration, adapter: adapter, precision: precision), on: device)
    executables[program] = executable
    return executable
  }
}

extension PolicyModel.Program {
  /// The tensor graph, which depends on shapes alone.
  public func graph(
    _ configuration: QwenConfiguration, adapter: Adapter? = nil,
    precision: WeightPrecision = .float32
  ) throws -> Graph {
    let graph = GraphBuilder()
    let result =
      switch self {
      case .logProbabilities(let hasVisuals):
        try QwenGraph.tokenLogProbabilities(
          graph, configuration, adapter: adapter, precision: precision, hasVisuals: hasVisuals,
          temperature: graph.input(PolicyModel.temperature, [])
        ).logProbability
      case .logits(let hasVisuals):
        try QwenGraph.logits(
          graph, configuration, adapter: adapter, precision: precision, hasVisuals: hasVisuals,
          cached: false)
      case .cachedLogits(let hasVisuals):
        try QwenGraph.logits(
          graph, configuration, adapter: adapter, precision: precision, hasVisuals: hasVisuals,
          cached: true)
      }
    try graph.output(PolicyModel.result, result)
    return try graph.finish()
  }
}
