import Models
import TensorEngine
import TrainingGraph

/// The programs of a run, compiled to be planned and not to be run.
final class ForecastPrograms {
  let configuration: QwenConfiguration
  let recomputation: Recomputation
  private let device: any Device
  private var known: [Key: Executable] = [:]

  private enum Key: Hashable {
    case model(PolicyModel.Program, Weights)
    case supervised(hasVisuals: Bool, Weights)
    case policy(hasVisuals: Bool, Weights, usesReference: Bool, stage: String)
  }

  /// What of a policy its programs depend on.
  private struct Weights: Hashable {
    var adapter: Adapter?
    var precision: WeightPrecision

    init(_ policy: ForecastPolicy) {
      adapter = policy.adapter
      precision = policy.precision
    }
  }

  init(
    _ configuration: QwenConfiguration, recomputation: Recomputation, device: any Device
  ) {
    self.configuration = configuration
    self.recomputation = recomputation
    self.device = device
  }

  func model(_ program: PolicyModel.Program, _ policy: ForecastPolicy) throws -> Executable {
    try executable(.model(program, Weights(policy))) {
      try program.graph(
        configuration, adapter: policy.adapter, precision: policy.precision)
    }
  }

  func supervised(hasVisuals: Bool, _ policy: ForecastPolicy) throws -> Executable {
    try executable(.supervised(hasVisuals: hasVisuals, Weights(policy))) {
      try StageGraphs.supervised(
        configuration, adapter: policy.adapter, precision: policy.precision,
        hasVisuals: hasVisuals, recomputation: recomputation)
    }
  }

  func policy(
    _ loss: LossSpecification, stage: String, usesReference: Bool, hasVisuals: Bool,
    _ policy: ForecastPolicy
  ) throws -> Executable {
    let key = Key.policy(
      hasVisuals: hasVisuals, Weights(policy), usesReference: usesReference, stage: stage)
    return try executable(key) {
      try StageGraphs.policy(
        configuration, adapter: policy.adapter, precision: policy.precision,
        hasVisuals: hasVisuals, loss: loss,
        usesReference: usesReference, recomputation: recomputation)
    }
  }

  private func executable(_ key: Key, _ graph: () throws -> Graph) throws -> Executable {
    if let executable = known[key] { return executable }
    let executable = try Executable(graph(), on: device)
    known[key] = executable
    return executable
  }
}
