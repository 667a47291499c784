import Foundation
import TensorEngine

extension PolicyModel {
  /// Reads a model folder in the Hugging Face layout, whatever the precision of its files.
  ///
  /// - Throws: `ModelError` that names the file, and the tensor where one is at fault: a number of a
  ///   weight that is NaN or infinite too.
  public static func load(
    from folder: URL, device: any Device, rule: PositionRule = .published,
    precision: WeightPrecision = .float32
  ) throws -> PolicyModel {
    try load(
      CheckpointFiles(contentsOf: folder), device: device, rule: rule, precision: precision)
  }

  /// Reads the weights of an open model folder.
  public static func load(
    _ files: CheckpointFiles, device: any Device, rule: PositionRule = .published,
    precision: WeightPrecision = .float32
  ) throws -> PolicyModel {
    let parameters = ParameterStore(device: device)
    for parameter in QwenParameters.all(files.configuration) {
      let element = parameter.element(precision)
      try parameters.set(parameter.name, element, shape: parameter.shape) { elements, memory in
        try files.weights.read(parameter.name, elements, as: element, into: memory)
      }
    }
    return try PolicyModel(
      configuration: files.configuration, parameters: parameters, device: device, rule: rule,
      precision: precision)
  }

  /// Writes a model folder that `transformers` reads; it appears whole or not at all.
  ///
  /// An adapted model is written merged, with its adapter alone in the folder's `adapter`, in the
  /// layout of the `peft` library.
  /// - Returns: The model that the folder holds: this one, or the merged one.
  @discardableResult
  public func save(
    to folder: URL, tokenizer: TokenizerFiles, frames: FrameSettings = FrameSettings(),
    writer: SafetensorsWriter = SafetensorsWriter()
  ) throws -> PolicyModel {
    let model = try merged()
    try CheckpointFiles.write(
      to: folder, configuration: configuration,
      tensors: model.stored(QwenParameters.all(configuration)), tokenizer: tokenizer,
      frames: frames, adapter: try adapterFiles(), writer: writer)
    return model
  }

  /// The values of parameters as they are stored, each fetched when it is written.
  func stored(_ specifications: [ParameterSpecification]) -> [String: StoredTensor] {
    let parameters = parameters
    return specifications.reduce(into: [:]) { tensors, parameter in
      tensors[parameter.name] = StoredTensor(shape: parameter.fileShape) {
        try parameters.get(parameter.name).floats
      }
    }
  }
}
