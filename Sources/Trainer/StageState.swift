import Foundation
import Models
import Rewards
import TensorEngine

/// The state of a stage in progress, in one file that is written atomically, tensor by tensor: the parameters
/// that it trains, optimizer moments, what its rewards remember, the number of completed steps, and the digest
/// of the node they belong to.
enum StageState {
  private static let weights = "model."
  private static let moments = "optimizer."
  private static let stepCount = "step_count"
  private static let memory = "memory"
  private static let evaluations = "evaluations"

  /// What a stage trains, as it is stored.
  static func weights(of stage: some TrainingStage) -> [String: StoredTensor] {
    let parameters = stage.policy.parameters
    return stage.policy.trainedParameters.map(\.name).reduce(into: [:]) { tensors, name in
      tensors[weights + name] = StoredTensor(shape: parameters.shape(of: name) ?? []) {
        try parameters.get(name).floats
      }
    }
  }

  /// Puts back what a stage trains.
  static func restoreWeights(_ stage: some TrainingStage, from file: Safetensors) throws {
    for name in file.names where name.hasPrefix(weights) {
      let tensor = HostTensor(try file.floats(name), shape: file.shape(of: name) ?? [])
      try stage.policy.parameters.set(String(name.dropFirst(weights.count)), tensor)
    }
  }

  /// Writes the state of `stage` after `step` steps.
  ///
  /// - Parameter findings: of evaluations within the stage; nil where there are none.
  static func save(
    _ stage: some TrainingStage, step: Int, digest: String, findings: StageFindings?, to url: URL
  ) throws {
    var tensors = weights(of: stage)
    let state = try stage.optimizer.state()
    for name in state.names {
      tensors[moments + name] = StoredTensor(shape: state.shape(of: name) ?? []) {
        try state.tensor(name).floats
      }
    }
    tensors[moments + stepCount] = StoredTensor([state.stepCount], shape: [])
    var metadata = ["digest": digest, "step": String(step)]
    if !stage.memory.isEmpty {
      metadata[memory] = try text(stage.memory)
    }
    if let findings { metadata[evaluations] = try text(findings) }
    let writer = SafetensorsWriter(metadata: metadata)
    try writer.write(tensors, to: url)
  }

  /// Decimal text that reads back as the same numbers.
  private static func text(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  /// What evaluations had found when a state was saved; nil for a state of another node, and where there are
  /// none.
  static func findings(digest: String, in url: URL) throws -> StageFindings? {
    let file = try Safetensors(contentsOf: url)
    guard file.metadata["digest"] == digest else { return nil }
    return try file.metadata[evaluations].map {
      try JSONDecoder().decode(StageFindings.self, from: Data($0.utf8))
    }
  }

  /// Puts a saved state back, if `url` holds one of the node with this digest.
  ///
  /// - Returns: The number of completed steps, 0 without a state.
  static func restore(
    _ stage: some TrainingStage, digest: String, from url: URL
  ) throws -> Int {
    guard FileManager.default.fileExists(atPath: url.path) else { return 0 }
    let file = try Safetensors(contentsOf: url)
    guard file.metadata["digest"] == digest, let step = file.metadata["step"].flatMap({ Int($0) })
    else { return 0 }
    try restoreWeights(stage, from: file)
    guard let count = try file.integers(moments + stepCount).first else {
      throw EngineError.missingInput(name: moments + stepCount)
    }
    try stage.optimizer.importState(
      stepCount: count,
      shape: { file.shape(of: moments + $0) }
    ) { name in
      HostTensor(try file.floats(moments + name), shape: file.shape(of: moments + name) ?? [])
    }
    stage.memory =
      try file.metadata[memory].map {
        try JSONDecoder().decode(RewardMemory.self, from: Data($0.utf8))
      } ?? RewardMemory()
    return step
  }
}
