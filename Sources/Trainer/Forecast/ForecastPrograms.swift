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
    case model(PolicyModel.Program, Adapter?)
    case supervised(hasVisuals: Bool, Adapter?)
    case policy(hasVisuals: Bool, Adapter?, usesReference: Bool, stage: String)
  }

  init(
    _ configuration: QwenConfiguration, recomputation: Recomputation, device: any Device
  ) {
    self.configuration = configuration
    self.recomputation = recomputation
    self.device = device
  }

  func model(_ program: PolicyModel.Program, _ adapter: Adapter?) throws -> Executable {
    try executable(.model(program, adapter)) { try program.graph(configuration, adapter: adapter) }
  }

  func supervised(hasVisuals: Bool, _ adapter: Adapter?) throws -> Executable {
    try executable(.supervised(hasVisuals: hasVisuals, adapter)) {
      try StageGraphs.supervised(
        configuration, adapter: adapter, hasVisuals: hasVisuals, recomputation: recomputation)
    }
  }

  func policy(
    _ loss: LossSpecification, stage: String, usesReference: Bool, hasVisuals: Bool,
    _ adapter: Adapter?
  ) throws -> Executable {
    let key = Key.policy(
      hasVisuals: hasVisuals, adapter, usesReference: usesReference, stage: stage)
    return try executable(key) {
      try StageGraphs.policy(
        configuration, adapter: adapter, hasVisuals: hasVisuals, loss: loss,
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
