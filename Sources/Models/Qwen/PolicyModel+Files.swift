import Foundation
import TensorEngine

extension PolicyModel {
  /// Reads a model folder in the Hugging Face layout.
  ///
  /// - Throws: `ModelError` that names the file, and the tensor where one is at fault.
  public static func load(
    from folder: URL, device: any Device, rule: PositionRule = .published
  ) throws -> PolicyModel {
    try load(CheckpointFiles(contentsOf: folder), device: device, rule: rule)
  }

  /// Reads the weights of an open model folder.
  public static func load(
    _ files: CheckpointFiles, device: any Device, rule: PositionRule = .published
  ) throws -> PolicyModel {
    let parameters = ParameterStore(device: device)
    for parameter in QwenParameters.all(files.configuration) {
      let values = try files.weights.floats(parameter.name)
      try parameters.set(parameter.name, HostTensor(values, shape: parameter.shape))
    }
    return try PolicyModel(
      configuration: files.configuration, parameters: parameters, device: device, rule: rule)
  }

  /// Writes a model folder that `transformers` reads; it appears whole or not at all.
  public func save(
    to folder: URL, tokenizer: TokenizerFiles, frames: FrameSettings = FrameSettings(),
    writer: SafetensorsWriter = SafetensorsWriter()
  ) throws {
    var tensors: [String: StoredTensor] = [:]
    for parameter in QwenParameters.all(configuration) {
      let values = try parameters.get(parameter.name).floats
      tensors[parameter.name] = StoredTensor(values, shape: parameter.fileShape)
    }
    try CheckpointFiles.write(
      to: folder, configuration: configuration, tensors: tensors, tokenizer: tokenizer,
      frames: frames, writer: writer)
  }
}
