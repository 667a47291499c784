import Models
import TensorEngine

/// A parameter as far as its memory goes, with what is kept packed of it.
final class ForecastTensor {
  let bytes: Int
  var panelBytes = 0

  init(bytes: Int) { self.bytes = bytes }
}

/// A policy as far as its memory goes: its parameters, some of them perhaps shared with another policy.
public struct ForecastPolicy {
  public let configuration: QwenConfiguration
  private(set) var precision: WeightPrecision
  private(set) var adapter: Adapter?
  /// Weights and those of the adapter, by name.
  private var parameters: [String: ForecastTensor] = [:]

  public init(_ configuration: QwenConfiguration, precision: WeightPrecision = .float32) {
    self.configuration = configuration
    self.precision = precision
    renew(QwenParameters.all(configuration))
  }

  var tensors: [ForecastTensor] { Array(parameters.values) }

  /// Bytes of what training changes: the adapter, or the weights.
  var trainedBytes: Int {
    (adapter?.parameters ?? QwenParameters.all(configuration)).reduce(0) {
      $0 + $1.bytes(precision)
    }
  }

  /// The same weights in another precision, under the same adapter.
  func keeping(_ precision: WeightPrecision) -> ForecastPolicy {
    var policy = self
    policy.precision = precision
    policy.renew(
      QwenParameters.all(configuration).filter {
        $0.element(precision) != $0.element(self.precision)
      })
    return policy
  }

  /// The same weights under a new adapter.
  func adapted(_ settings: AdapterSettings) throws -> ForecastPolicy {
    let adapter = try Adapter(settings, configuration)
    var policy = self
    policy.adapter = adapter
    policy.renew(adapter.parameters)
    return policy
  }

  /// What `PolicyModel.frozenCopy` makes: its own copy of what is trained.
  public func copied() -> ForecastPolicy {
    var policy = self
    policy.renew(adapter?.parameters ?? QwenParameters.all(configuration))
    return policy
  }

  /// What a checkpoint of an adapted policy holds: adapted weights of its own, the others shared.
  func merged() -> ForecastPolicy {
    guard let adapter else { return self }
    let weights = Set(adapter.layers.map { $0.name + ".weight" })
    var policy = keeping(.float32)
    policy.adapter = nil
    for parameter in adapter.parameters { policy.parameters[parameter.name] = nil }
    policy.renew(QwenParameters.all(configuration).filter { weights.contains($0.name) })
    return policy
  }

  /// Takes over what a run leaves packed.
  func keep(_ footprint: RunFootprint) {
    for name in footprint.releasedPanels { parameters[name]?.panelBytes = 0 }
    for (name, bytes) in footprint.keptPanels { parameters[name]?.panelBytes = bytes }
  }

  private mutating func renew(_ changed: [ParameterSpecification]) {
    for parameter in changed {
      parameters[parameter.name] = ForecastTensor(bytes: parameter.bytes(precision))
    }
  }
}

extension ParameterSpecification {
  /// What the parameter takes in a model of this precision.
  func bytes(_ precision: WeightPrecision) -> Int {
    count * (element(precision) == .bfloat16 ? 2 : 4)
  }
}
