import Foundation

/// The folder of a model in the Hugging Face layout: `config.json`, `model.safetensors` (or its
/// shards and index), `tokenizer.json`, `tokenizer_config.json` and the small files beside them.
public struct CheckpointFiles: Sendable {
  public let folder: URL
  public let configuration: QwenConfiguration
  /// The tensors, all present and of the shapes that `configuration` demands.
  public let weights: Safetensors

  /// Opens the folder and compares the configuration with the tensors' headers.
  ///
  /// - Throws: `ModelError`; `.contradiction` names the tensor that is missing, has another shape
  ///   than the configuration says, or belongs to no such model.
  public init(contentsOf folder: URL) throws {
    self.folder = folder
    configuration = try QwenConfiguration(contentsOf: folder)
    weights = try Safetensors(contentsOf: folder)
    try CheckpointFiles.compare(configuration, with: weights, in: folder)
  }

  /// The tokenizer of this model, whose identifiers fit its vocabulary.
  public func tokenizer() throws -> Tokenizer {
    let url = folder.appendingPathComponent(TokenizerFiles.tokenizerName)
    let tokenizer = try Tokenizer(contentsOf: url)
    guard tokenizer.vocabularySize <= configuration.text.vocabularySize else {
      throw ModelError.malformed(
        path: url.path, location: "model.vocab",
        reason: "\(tokenizer.vocabularySize) tokens; config.json's vocab_size is "
          + "\(configuration.text.vocabularySize)")
    }
    return tokenizer
  }

  private static func compare(
    _ configuration: QwenConfiguration, with weights: Safetensors, in folder: URL
  ) throws {
    let expected = configuration.parameterShapes
    for parameter in expected {
      guard let entry = weights.entry(parameter.name) else {
        throw ModelError.contradiction(
          path: folder.path, tensor: parameter.name,
          reason: "is missing; config.json demands it with the shape \(parameter.shape)")
      }
      guard entry.shape == parameter.shape else {
        throw ModelError.contradiction(
          path: weights.path(of: parameter.name), tensor: parameter.name,
          reason: "has the shape \(entry.shape); config.json demands \(parameter.shape)")
      }
      guard entry.type.isFloatingPoint else {
        throw ModelError.contradiction(
          path: weights.path(of: parameter.name), tensor: parameter.name,
          reason: "holds \(entry.type.rawValue); weights are floating-point numbers")
      }
    }
    var known = Set(expected.map(\.name))
    // Some published checkpoints store the tied projection a second time.
    if configuration.text.tiedEmbeddings { known.insert("lm_head.weight") }
    if let extra = weights.names.first(where: { !known.contains($0) }) {
      throw ModelError.contradiction(
        path: weights.path(of: extra), tensor: extra,
        reason: "belongs to no model that config.json describes")
    }
  }
}

extension CheckpointFiles {
  /// Writes a model folder. It appears whole or not at all: the files are made in a folder beside
  /// it, synced, and the two folders are exchanged in one step; a failure leaves the old one
  /// untouched.
  ///
  /// - Parameter adapter: what `tensors` were merged with, to be kept alone beside them.
  /// - Throws: `ModelError.contradiction` when `tensors` are not those of `configuration`, before
  ///   anything is written; `ModelError.cannotWrite`.
  public static func write(
    to folder: URL, configuration: QwenConfiguration, tensors: [String: StoredTensor],
    tokenizer: TokenizerFiles, frames: FrameSettings = FrameSettings(),
    adapter: AdapterFiles? = nil, writer: SafetensorsWriter = SafetensorsWriter()
  ) throws {
    try check(tensors, configuration, folder)
    try AtomicFolder.write(to: folder, create: writer.create) { write in
      func add(_ json: JSONValue, _ name: String) throws { try write(Data(json.text.utf8), name) }
      try writer.write(
        tensors, to: write.folder.appendingPathComponent("model.safetensors"))
      try add(configuration.json, "config.json")
      try add(configuration.generationJSON, "generation_config.json")
      try write(tokenizer.tokenizer, TokenizerFiles.tokenizerName)
      try write(tokenizer.settings, TokenizerFiles.settingsName)
      try write(Data(ChatTemplate.jinja.utf8), "chat_template.jinja")
      if let vision = configuration.vision {
        try add(frames.json(vision), FrameSettings.fileName)
      }
      if let adapter {
        try adapter.write(
          to: write.folder.appendingPathComponent(AdapterFiles.folderName), writer: writer)
      }
    }
  }

  private static func check(
    _ tensors: [String: StoredTensor], _ configuration: QwenConfiguration, _ folder: URL
  ) throws {
    let expected = configuration.parameterShapes
    for parameter in expected {
      guard let tensor = tensors[parameter.name], tensor.shape == parameter.shape else {
        let found = tensors[parameter.name].map { "has the shape \($0.shape)" } ?? "is missing"
        throw ModelError.contradiction(
          path: folder.path, tensor: parameter.name,
          reason: "\(found); the configuration demands \(parameter.shape)")
      }
    }
    let known = Set(expected.map(\.name))
    if let extra = tensors.keys.filter({ !known.contains($0) }).min() {
      throw ModelError.contradiction(
        path: folder.path, tensor: extra, reason: "belongs to no model of this configuration")
    }
  }
}

extension QwenConfiguration {
  /// `generation_config.json`: plain sampling, ended by the configuration's end token.
  fileprivate var generationJSON: JSONValue {
    let ids: [(String, Int?)] = [
      ("bos_token_id", tokens.beginOfText), ("eos_token_id", tokens.endOfText),
      ("pad_token_id", tokens.pad),
    ]
    return .object(
      ids.compactMap { name, id in id.map { JSONValue.Member(name, .integer($0)) } } + [
        .init("do_sample", .boolean(true)), .init("temperature", .number(1)),
        .init("top_k", .integer(0)), .init("top_p", .number(1)),
      ])
  }
}
