import Foundation
import Models

/// Why the sizes of a model are not known.
public enum ModelSizesError: Error, Sendable, Equatable, CustomStringConvertible {
  case noModel
  /// The folder has no configuration, and no published model has its name.
  case unknown(folder: String, known: [String])
  /// A model from scratch whose tokenizer is not trained in the run.
  case noVocabulary

  public var description: String {
    switch self {
    case .noModel: "the training graph has no model"
    case .unknown(let folder, let known):
      "the sizes of the model are not known: \(folder) has no config.json, and is not "
        + "named like one of \(known.joined(separator: ", "))"
    case .noVocabulary: "the model's vocabulary is not known before the run"
    }
  }
}

extension TrainingGraph {
  /// The sizes of the model, without its weights: from the recipe, from its folder, or, where that is
  /// not here, those of the published model with its name.
  ///
  /// - Returns: with what had to be assumed, which completes "assuming …".
  /// - Throws: `ModelSizesError`, `ModelError`.
  public func modelConfiguration() throws -> (
    configuration: QwenConfiguration, assumption: String?
  ) {
    for node in nodes {
      guard case .model(let model) = node.operation else { continue }
      switch model.source {
      case .folder(let folder): return try Self.modelConfiguration(ofFolder: folder)
      case .scratch, .textScratch:
        guard let tokenizer = inputs(of: node, .tokenizer).first,
          case .tokenizer(let specification) = tokenizer.operation,
          case .trained(let vocabularySize) = specification.source
        else { throw ModelSizesError.noVocabulary }
        let tokens = SpecialTokens(visionStart: 0, visionEnd: 1, imagePad: 2, videoPad: 3)
        guard
          let configuration = try model.configuration(
            vocabularySize: vocabularySize, tokens: tokens)
        else { throw ModelSizesError.noModel }
        return (configuration, nil)
      }
    }
    throw ModelSizesError.noModel
  }

  /// The same of any model in a folder.
  public static func modelConfiguration(ofFolder folder: String) throws -> (
    configuration: QwenConfiguration, assumption: String?
  ) {
    let url = URL(fileURLWithPath: folder)
    let file = url.appendingPathComponent("config.json").path
    guard !FileManager.default.fileExists(atPath: file) else {
      return (try QwenConfiguration(contentsOf: url), nil)
    }
    guard let published = PublishedConfigurations.named(url.lastPathComponent) else {
      throw ModelSizesError.unknown(
        folder: url.lastPathComponent, known: PublishedConfigurations.names)
    }
    return (published, "the published sizes of \(url.lastPathComponent), whose files are not here")
  }
}
