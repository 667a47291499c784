import Models
import TensorEngine

/// Tensors that live and go together, and what is kept packed of them.
final class ForecastTensors {
  let bytes: Int
  var panels: [String: Int] = [:]

  init(_ parameters: [ParameterSpecification], _ precision: WeightPrecision = .float32) {
    bytes = parameters.reduce(0) { $0 + $1.bytes(precision) }
  }

  var panelBytes: Int { panels.values.reduce(0, +) }
}

/// A policy as far as its memory goes: its weights, perhaps shared with another one, and its adapter's.
public struct ForecastPolicy {
  public let configuration: QwenConfiguration
  private(set) var precision: WeightPrecision
  var adapter: Adapter?
  /// The weights without the adapter; a merged model has those of the adapted layers for itself.
  var base: [ForecastTensors]
  var own: ForecastTensors?

  public init(_ configuration: QwenConfiguration, precision: WeightPrecision = .float32) {
    self.configuration = configuration
    self.precision = precision
    base = [ForecastTensors(QwenParameters.all(configuration), precision)]
  }

  var tensors: [ForecastTensors] { base + [own].compactMap { $0 } }
  /// What training changes: the adapter, or the weights.
  var trained: ForecastTensors { own ?? base[0] }

  /// The same weights in another precision, under the same adapter.
  func keeping(_ precision: WeightPrecision) -> ForecastPolicy {
    guard precision != self.precision else { return self }
    var policy = ForecastPolicy(configuration, precision: precision)
    (policy.adapter, policy.own) = (adapter, own)
    return policy
  }

  /// The same weights under a new adapter.
  func adapted(_ settings: AdapterSettings) throws -> ForecastPolicy {
    let adapter = try Adapter(settings, configuration)
    var policy = self
    policy.adapter = adapter
    policy.own = ForecastTensors(adapter.parameters)
    return policy
  }

  /// What `PolicyModel.frozenCopy` makes: its own copy of what is trained.
  public func copied() -> ForecastPolicy {
    var policy = self
    if let adapter {
      policy.own = ForecastTensors(adapter.parameters)
    } else {
      policy.base = [ForecastTensors(QwenParameters.all(configuration), precision)]
    }
    return policy
  }

  /// What a checkpoint of an adapted policy holds.
  func merged() -> ForecastPolicy {
    guard let adapter else { return self }
    guard precision == .float32 else { return ForecastPolicy(configuration) }
    let weights = Set(adapter.layers.map { $0.name + ".weight" })
    var policy = self
    (policy.adapter, policy.own) = (nil, nil)
    policy.base.append(
      ForecastTensors(QwenParameters.all(configuration).filter { weights.contains($0.name) }))
    return policy
  }

  /// Takes over what a run leaves packed.
  func keep(_ footprint: RunFootprint) {
    for tensors in tensors {
      for name in footprint.releasedPanels { tensors.panels[name] = nil }
    }
    let adapted = Set(adapter?.parameters.map(\.name) ?? [])
    for (name, bytes) in footprint.keptPanels {
      (adapted.contains(name) ? own ?? base[0] : base[0]).panels[name] = bytes
    }
  }
}

extension ParameterSpecification {
  /// What the parameter takes in a model of this precision.
  func bytes(_ precision: WeightPrecision) -> Int {
    count * (element(precision) == .bfloat16 ? 2 : 4)
  }
}
