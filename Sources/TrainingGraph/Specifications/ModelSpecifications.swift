import Models

/// A tokenizer read from a folder, or trained on the texts of a dataset (its `items` input).
public struct TokenizerSpecification: Sendable, Codable, Equatable {
  public enum Source: Sendable, Codable, Equatable {
    case folder(String)
    case trained(vocabularySize: Int)
  }

  public var source: Source
  /// Of the folder's files; nil where they were not read, as in a plan.
  public var contentDigest: String?
  /// Strings that are one token each: the segments' delimiters.
  public var addedTokens: [String]
  public var prompt: PromptSpecification

  public init(
    source: Source, contentDigest: String? = nil, addedTokens: [String],
    prompt: PromptSpecification
  ) {
    self.source = source
    self.contentDigest = contentDigest
    self.addedTokens = addedTokens
    self.prompt = prompt
  }
}

/// The first weights of a run: read from a folder, or drawn from scratch.
public struct ModelSpecification: Sendable, Equatable {
  public enum Source: Sendable, Equatable {
    case folder(String)
    /// The vocabulary's size and special tokens are the tokenizer's, whatever `text` says.
    case scratch(text: TextConfiguration, vision: VisionConfiguration, seed: UInt64)
    /// The same without a vision tower.
    case textScratch(text: TextConfiguration, seed: UInt64)
  }

  public var source: Source
  /// Of the folder's configuration and weights; nil where they were not read, as in a plan.
  public var contentDigest: String?

  public init(source: Source, contentDigest: String? = nil) {
    self.source = source
    self.contentDigest = contentDigest
  }
}

/// A new low-rank adapter on weights that stay as they are.
public struct AdapterSpecification: Sendable, Equatable {
  /// The stage that trains it; with the seed decides its first values.
  public var stage: String
  public var seed: UInt64
  public var settings: AdapterSettings

  public init(stage: String, seed: UInt64, settings: AdapterSettings) {
    self.stage = stage
    self.seed = seed
    self.settings = settings
  }
}
