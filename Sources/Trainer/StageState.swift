import Foundation
import Models
import TensorEngine

/// The state of a stage in progress, in one file that is written atomically: the parameters that it
/// trains, optimizer moments, the number of completed steps, and the digest of the node they belong to.
struct StageState {
  private static let weights = "model."
  private static let moments = "optimizer."

  /// Writes the state of `stage` after `step` steps.
  static func save(_ stage: some TrainingStage, step: Int, digest: String, to url: URL) throws {
    var tensors: [String: StoredTensor] = [:]
    for name in stage.policy.trainedParameters.map(\.name) {
      let tensor = try stage.policy.parameters.get(name)
      tensors[weights + name] = StoredTensor(tensor.floats, shape: tensor.shape)
    }
    for (name, tensor) in try stage.exportOptimizer() {
      tensors[moments + name] =
        tensor.element == .int32
        ? StoredTensor(tensor.integers.map(Int.init), shape: tensor.shape)
        : StoredTensor(tensor.floats, shape: tensor.shape)
    }
    let writer = SafetensorsWriter(metadata: ["digest": digest, "step": String(step)])
    try writer.write(tensors, to: url)
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
    var optimizer: [String: HostTensor] = [:]
    for name in file.names {
      let shape = file.shape(of: name) ?? []
      let isFloatingPoint = file.entry(name)?.type.isFloatingPoint ?? true
      let tensor =
        isFloatingPoint
        ? HostTensor(try file.floats(name), shape: shape)
        : HostTensor(try file.integers(name).map { Int32(clamping: $0) }, shape: shape)
      if name.hasPrefix(weights) {
        try stage.policy.parameters.set(String(name.dropFirst(weights.count)), tensor)
      } else if name.hasPrefix(moments) {
        optimizer[String(name.dropFirst(moments.count))] = tensor
      }
    }
    try stage.importOptimizer(optimizer)
    return step
  }
}
