import Foundation

/// An adapter in the layout of the `peft` library: `adapter_config.json` and
/// `adapter_model.safetensors` with `base_model.model.<module>.lora_A.weight` and `.lora_B.weight`.
public struct AdapterFiles: Sendable {
  /// Where a model folder keeps the adapter that its weights were merged with. Not beside the
  /// weights: there `transformers` would apply it once more.
  public static let folderName = "adapter"
  static let configurationName = "adapter_config.json"
  static let weightsName = "adapter_model.safetensors"

  public let adapter: Adapter
  /// A and B of every layer, by the names of `Adapter.parameters`.
  public let values: [String: [Float]]
  private let modules: AdapterModules

  init(_ adapter: Adapter, values: [String: [Float]], _ configuration: QwenConfiguration) {
    self.adapter = adapter
    self.values = values
    modules = AdapterModules(configuration)
  }

  /// Reads an adapter folder for a model of this configuration.
  ///
  /// - Throws: `ModelError` that names the file and the key or tensor: a tensor that is missing, has
  ///   another shape than rank and model say, holds NaN or infinity, or belongs to no linear layer of
  ///   the model; a setting that changes what the adapter computes and is not implemented.
  public init(contentsOf folder: URL, for configuration: QwenConfiguration) throws {
    let settings = try AdapterRecord(
      contentsOf: folder.appendingPathComponent(Self.configurationName))
    let weights = try Safetensors(contentsOf: folder.appendingPathComponent(Self.weightsName))
    modules = AdapterModules(configuration)
    let layers = try modules.layers(of: weights, settings, configuration)
    adapter = try Adapter(rank: settings.rank, alpha: settings.alpha, layers: layers)
    var values: [String: [Float]] = [:]
    for parameter in adapter.parameters {
      let name = try modules.stored(parameter.name, in: weights)
      let floats = try weights.floats(name)
      if let place = floats.firstIndex(where: { !$0.isFinite }) {
        throw ModelError.contradiction(
          path: weights.path(of: name), tensor: name,
          reason: "holds \(floats[place]) at position \(place); an adapter is of finite numbers")
      }
      values[parameter.name] = floats
    }
    self.values = values
  }

  /// Writes the folder; it appears whole or not at all.
  ///
  /// - Throws: `ModelError.cannotWrite`.
  public func write(to folder: URL, writer: SafetensorsWriter = SafetensorsWriter()) throws {
    var tensors: [String: StoredTensor] = [:]
    for parameter in adapter.parameters {
      guard let values = values[parameter.name] else { continue }
      tensors[modules.name(ofParameter: parameter.name)] = StoredTensor(
        values, shape: parameter.shape)
    }
    // An adapter is small, and `peft` looks for one file.
    var writer = writer
    writer.maximumShardBytes = nil
    try AtomicFolder.write(to: folder, create: writer.create) { write in
      try writer.write(tensors, to: write.folder.appendingPathComponent(Self.weightsName))
      let record = AdapterRecord.json(adapter, targets: adapter.layers.map { modules.name(of: $0) })
      try write(Data(record.text.utf8), Self.configurationName)
    }
  }
}

/// What layers are called as modules in `transformers` (since 4.52), where a model with a tower has
/// its decoder in `model.language_model` and the tower in `model.visual`; checkpoints keep the older
/// names.
struct AdapterModules {
  private static let prefix = "base_model.model."
  /// Checkpoint name to module name, by their beginnings.
  private let renamed: [(checkpoint: String, module: String)]

  init(_ configuration: QwenConfiguration) {
    renamed =
      configuration.vision == nil
      ? [] : [("model.", "model.language_model."), ("visual.", "model.visual.")]
  }

  func name(of layer: LinearLayer) -> String { module(layer.name) }

  func name(ofParameter name: String) -> String { Self.prefix + module(name) }

  private func module(_ name: String) -> String {
    guard let rule = renamed.first(where: { name.hasPrefix($0.checkpoint) }) else { return name }
    return rule.module + name.dropFirst(rule.checkpoint.count)
  }

  /// The checkpoint's name of a module; adapters that were made for the older names keep theirs.
  private func checkpointName(_ module: String) -> String {
    guard let rule = renamed.first(where: { module.hasPrefix($0.module) }) else { return module }
    return rule.checkpoint + module.dropFirst(rule.module.count)
  }

  /// The name under which a parameter is stored.
  func stored(_ parameter: String, in weights: Safetensors) throws -> String {
    let names = [name(ofParameter: parameter), Self.prefix + parameter]
    guard let found = names.first(where: { weights.entry($0) != nil }) else {
      throw ModelError.contradiction(
        path: weights.path(of: names[0]), tensor: names[0], reason: "is missing")
    }
    return found
  }

  /// The layers that the stored tensors adapt, in the order of a checkpoint. Every tensor has been
  /// found to fit.
  func layers(
    of weights: Safetensors, _ settings: AdapterRecord, _ configuration: QwenConfiguration
  ) throws -> [LinearLayer] {
    let known = configuration.linearLayers
    let byName = Dictionary(known.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    var adapted: Set<String> = []
    for name in weights.names {
      guard name.hasPrefix(Self.prefix) else {
        throw refusal(name, weights, "does not begin with `\(Self.prefix)`")
      }
      let parameter = checkpointName(String(name.dropFirst(Self.prefix.count)))
      let (down, up) = (Adapter.down(""), Adapter.up(""))
      guard let part = [down, up].first(where: parameter.hasSuffix) else {
        throw refusal(name, weights, "is neither `…\(down)` nor `…\(up)`")
      }
      guard let layer = byName[String(parameter.dropLast(part.count))] else {
        throw refusal(name, weights, "belongs to no linear layer of the model")
      }
      let shape = part == down ? [settings.rank, layer.inputs] : [layer.outputs, settings.rank]
      guard weights.shape(of: name) == shape else {
        throw refusal(
          name, weights,
          "has the shape \(weights.shape(of: name) ?? []); rank \(settings.rank) and the model "
            + "demand \(shape)")
      }
      adapted.insert(layer.name)
    }
    let layers = known.filter {
      adapted.contains($0.name) || settings.targets(module($0.name), known: $0.name)
    }
    guard !layers.isEmpty else {
      throw ModelError.malformed(
        path: weights.path(of: ""), location: "the file", reason: "holds no adapter")
    }
    for layer in layers {
      _ = try stored(Adapter.down(layer.name), in: weights)
      _ = try stored(Adapter.up(layer.name), in: weights)
    }
    return layers
  }

  private func refusal(_ name: String, _ weights: Safetensors, _ reason: String) -> ModelError {
    .contradiction(path: weights.path(of: name), tensor: name, reason: reason)
  }
}
