/// Something about the world outside the recipe: known, or not and why.
public enum Fact<Value: Sendable>: Sendable {
  case known(Value)
  /// Completes "skipped, because …": "the model's files are not here".
  case unknown(String)
  /// There is no such thing (yet): a model from scratch has no files. Nothing was skipped.
  case inapplicable
}

/// What a model's own `generation_config.json` says about sampling; nil where it is silent.
public struct GenerationFacts: Sendable, Equatable {
  public var temperature: Double?
  public var topP: Double?
  public var topK: Int?
  public var repetitionPenalty: Double?

  public init(
    temperature: Double? = nil, topP: Double? = nil, topK: Int? = nil,
    repetitionPenalty: Double? = nil
  ) {
    self.temperature = temperature
    self.topP = topP
    self.topK = topK
    self.repetitionPenalty = repetitionPenalty
  }
}

/// One column of a data set.
public struct ColumnFacts: Sendable, Equatable {
  public enum Kind: String, Sendable { case text, number, boolean, list, mixed }

  public var kind: Kind
  /// The distinct values, when there are at most 64.
  public var values: [String]?
  /// Records in which the column is absent or empty.
  public var missing: Int

  public init(_ kind: Kind, values: [String]? = nil, missing: Int = 0) {
    self.kind = kind
    self.values = values
    self.missing = missing
  }
}

/// A linear layer of the model, which an adapter can be put on.
public struct LayerFacts: Sendable, Equatable {
  public var name: String
  public var inputs: Int
  public var outputs: Int

  public init(name: String, inputs: Int, outputs: Int) {
    self.name = name
    self.inputs = inputs
    self.outputs = outputs
  }
}

/// Lengths in tokens over a data set, ascending.
public struct LengthFacts: Sendable, Equatable {
  public var sorted: [Int]

  public init(_ lengths: [Int]) { sorted = lengths.sorted() }

  /// The share of lengths inside the bounds; 0 when there are none.
  public func share(in bounds: ClosedRange<Double>) -> Double {
    guard !sorted.isEmpty else { return 0 }
    return Double(sorted.count { bounds.contains(Double($0)) }) / Double(sorted.count)
  }

  public var longest: Int? { sorted.last }
}

/// What checks may ask of the world outside the recipe: tokenizer, model files, data. A source
/// answers for one recipe; it reads files and nothing else.
public protocol FactSource: Sendable {
  /// Tokens of a text, special tokens of the recipe included.
  func tokenCount(_ text: String) -> Fact<Int>
  /// What the chat template writes at the beginning of a response.
  func responsePrefix() -> Fact<String>
  func generation() -> Fact<GenerationFacts>
  /// Longest sequence the model was made for, in tokens.
  func contextLength() -> Fact<Int>
  /// The model's linear layers that can be adapted.
  func linearLayers() -> Fact<[LayerFacts]>
  /// Whether a model besides the policy can see pictures.
  ///
  /// - Parameters:
  ///   - folder: of its files.
  ///   - name: as the recipe names it.
  func readsMedia(model folder: String, named name: String) -> Fact<Bool>
  func columns(ofData name: String) -> Fact<[String: ColumnFacts]>
  func recordCount(ofData name: String) -> Fact<Int>
  /// Tokens of the prompts, media included.
  func promptTokens(ofData name: String) -> Fact<LengthFacts>
  /// Tokens inside a segment in the data's own responses.
  func segmentTokens(ofData name: String, segment: String) -> Fact<LengthFacts>
  /// Share of items that the starting policy answers right, from a previous measurement.
  func passRate(ofData name: String) -> Fact<Double>
  /// A digest of each item's question and media.
  func itemDigests(ofData name: String) -> Fact<Set<String>>
  /// What tells the records from those that an equal entry meant before; nil where nothing needs to.
  func version(ofData name: String) -> String?
}

extension FactSource {
  public func version(ofData name: String) -> String? { nil }
  public func readsMedia(model folder: String, named name: String) -> Fact<Bool> { .inapplicable }
}
