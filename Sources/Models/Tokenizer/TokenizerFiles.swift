import Foundation

/// The two files that make a tokenizer, as bytes: they are copied from model to model unchanged.
public struct TokenizerFiles: Sendable, Hashable {
  static let tokenizerName = "tokenizer.json"
  static let settingsName = "tokenizer_config.json"

  /// `tokenizer.json`.
  public let tokenizer: Data
  /// `tokenizer_config.json`.
  public let settings: Data

  public init(tokenizer: Data, settings: Data) {
    self.tokenizer = tokenizer
    self.settings = settings
  }

  /// Reads both files from a model's folder.
  public init(contentsOf folder: URL) throws {
    tokenizer = try FileBytes.read(folder.appendingPathComponent(Self.tokenizerName))
    settings = try FileBytes.read(folder.appendingPathComponent(Self.settingsName))
  }

  /// Writes both files into `folder`, each atomically.
  public func write(to folder: URL) throws {
    try AtomicFile.write(tokenizer, to: folder.appendingPathComponent(Self.tokenizerName))
    try AtomicFile.write(settings, to: folder.appendingPathComponent(Self.settingsName))
  }
}
