/// Facts that are simply stated, those of an example say. What is not stated does not exist.
public struct StatedFacts: FactSource {
  public var tokensPerWord: Int?
  /// Tokens of single texts, where they differ from that.
  public var texts: [String: Int]
  public var prefix: String?
  public var generationFacts: GenerationFacts?
  public var context: Int?
  public var layers: [LayerFacts]?
  public var columns: [String: [String: ColumnFacts]]
  public var records: [String: Int]
  public var prompts: [String: LengthFacts]
  public var segments: [String: [String: LengthFacts]]
  public var passRates: [String: Double]
  public var items: [String: Set<String>]
  /// Models besides the policy that see no pictures, by their names in the recipe.
  public var blindModels: Set<String>

  /// - Parameter tokensPerWord: every run of non-blank characters is this many tokens, and so is every
  ///   tag `<…>` within one.
  public init(
    tokensPerWord: Int? = nil, texts: [String: Int] = [:], prefix: String? = nil,
    generation: GenerationFacts? = nil,
    context: Int? = nil, layers: [LayerFacts]? = nil,
    columns: [String: [String: ColumnFacts]] = [:],
    records: [String: Int] = [:], prompts: [String: LengthFacts] = [:],
    segments: [String: [String: LengthFacts]] = [:], passRates: [String: Double] = [:],
    items: [String: Set<String>] = [:], blindModels: Set<String> = []
  ) {
    self.tokensPerWord = tokensPerWord
    self.texts = texts
    self.prefix = prefix
    generationFacts = generation
    self.context = context
    self.layers = layers
    self.columns = columns
    self.records = records
    self.prompts = prompts
    self.segments = segments
    self.passRates = passRates
    self.items = items
    self.blindModels = blindModels
  }

  private func fact<Value>(_ value: Value?) -> Fact<Value> {
    value.map { .known($0) } ?? .inapplicable
  }

  public func tokenCount(_ text: String) -> Fact<Int> {
    let spaced = text.replacing("<", with: " <").replacing(">", with: "> ")
    let words = spaced.split(whereSeparator: \.isWhitespace).count
    return fact(texts[text] ?? tokensPerWord.map { $0 * words })
  }
  public func responsePrefix() -> Fact<String> { fact(prefix) }
  public func generation() -> Fact<GenerationFacts> { fact(generationFacts) }
  public func contextLength() -> Fact<Int> { fact(context) }
  public func linearLayers() -> Fact<[LayerFacts]> { fact(layers) }
  public func readsMedia(model folder: String, named name: String) -> Fact<Bool> {
    .known(!blindModels.contains(name))
  }
  public func columns(ofData name: String) -> Fact<[String: ColumnFacts]> { fact(columns[name]) }
  public func recordCount(ofData name: String) -> Fact<Int> { fact(records[name]) }
  public func promptTokens(ofData name: String) -> Fact<LengthFacts> { fact(prompts[name]) }
  public func segmentTokens(ofData name: String, segment: String) -> Fact<LengthFacts> {
    fact(segments[name]?[segment])
  }
  public func passRate(ofData name: String) -> Fact<Double> { fact(passRates[name]) }
  public func itemDigests(ofData name: String) -> Fact<Set<String>> { fact(items[name]) }
}
