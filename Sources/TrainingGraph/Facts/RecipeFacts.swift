import Foundation
import Models
import RecipeLanguage
import Rewards
import Synchronization

/// The facts of one recipe, from the files it names: the model's, and those of its data.
///
/// Making it reads nothing. A question reads what it needs, once; what cannot be read is unknown, with
/// a reason for people, and what a model from scratch does not have yet is inapplicable.
public final class RecipeFacts: FactSource {
  /// Makes the facts of a data entry; nil when the entry is in error.
  public typealias DataKind = @Sendable (_ entry: Record) -> (any DataFacts)?

  /// Records whose texts are tokenized.
  private static let tokenized = 2_000

  /// Nil for a model from scratch.
  let model: ModelFacts?
  let data: [String: any DataFacts]
  let segments: [SegmentSpecification]
  let prompt: PromptSpecification?
  /// The sizes of a model from scratch; nil where the recipe's are in error.
  private let scratch: QwenConfiguration?
  /// What stages and evaluations see of videos, by data.
  private let videos: [String: VideoBounds]
  /// The data and the vocabulary's size of a tokenizer that the run trains.
  let trained: (data: String, size: Int)?
  private let lengths = Mutex<[String: Fact<LengthFacts>]>([:])
  private let digests = Mutex<[String: Fact<Set<String>>]>([:])

  /// - Parameters:
  ///   - root: the recipe, decoded as far as it is right.
  ///   - kinds: who knows about data, by kind.
  public init(_ root: Record, kinds: [String: DataKind]) {
    let settings = root.optionalRecord("model")
    if case .file(let written, let resolved)? = settings?.optionalPath("from") {
      model = ModelFacts(folder: resolved, name: written)
    } else {
      model = nil
    }
    data = (root.optionalRecord("data")?.records ?? []).reduce(into: [:]) { facts, entry in
      facts[entry.name] = entry.optionalString("kind").flatMap { kinds[$0]?(entry) ?? nil }
    }
    segments = (root.optionalRecord("segments")?.records ?? []).compactMap {
      try? SegmentSpecification(settings: $0)
    }
    prompt = settings?.optionalRecord("prompt").flatMap { try? PromptSpecification(settings: $0) }
    scratch = settings.flatMap(QwenModelKind.scratchConfiguration)
    videos = data.keys.reduce(into: [:]) { $0[$1] = VideoBounds(ofData: $1, root) }
    let tokenizer = settings?.optionalRecord("tokenizer")
    trained = tokenizer?.optionalString("train_on").flatMap { data in
      tokenizer?.optionalInteger("vocabulary_size").map { (data, $0) }
    }
  }

  /// The largest that any stage or evaluation sees of the videos of a data set.
  func video(ofData name: String) -> VideoBounds { videos[name] ?? VideoBounds() }

  public func tokenCount(_ text: String) -> Fact<Int> {
    guard let model else {
      // The tokenizer is yet to be trained, but makes every delimiter one token.
      return segments.contains { $0.open == text || $0.close == text } ? .known(1) : .inapplicable
    }
    switch model.tokenizer() {
    case .success(let tokenizer): return .known(tokenizer.encode(text).count)
    case .failure(let missing): return .unknown(missing.reason)
    }
  }

  public func responsePrefix() -> Fact<String> { model?.responsePrefix() ?? .known("") }
  public func generation() -> Fact<GenerationFacts> { model?.generation() ?? .inapplicable }
  public func contextLength() -> Fact<Int> { model?.contextLength() ?? .inapplicable }
  public func linearLayers() -> Fact<[LayerFacts]> {
    guard let model else {
      return scratch.map { .known($0.linearLayers.map(LayerFacts.init)) } ?? .inapplicable
    }
    switch model.configuration() {
    case .success(let configuration): return .known(configuration.linearLayers.map(LayerFacts.init))
    case .failure(let missing): return .unknown(missing.reason)
    }
  }

  public func readsMedia(model folder: String, named name: String) -> Fact<Bool> {
    switch ModelFacts(folder: folder, name: name).configuration() {
    case .success(let configuration): .known(configuration.vision != nil)
    case .failure(let missing): .unknown(missing.reason)
    }
  }

  public func columns(ofData name: String) -> Fact<[String: ColumnFacts]> {
    data[name]?.columns() ?? .inapplicable
  }
  public func recordCount(ofData name: String) -> Fact<Int> {
    data[name]?.recordCount() ?? .inapplicable
  }
  public func version(ofData name: String) -> String? { data[name]?.version }
  public func passRate(ofData name: String) -> Fact<Double> {
    data[name]?.passRate() ?? .inapplicable
  }
  public func itemDigests(ofData name: String) -> Fact<Set<String>> {
    if let known = digests.withLock({ $0[name] }) { return known }
    let fact = data[name]?.itemDigests() ?? .inapplicable
    digests.withLock { $0[name] = fact }
    return fact
  }

  /// With media at the largest size that the sampler allows.
  public func promptTokens(ofData name: String) -> Fact<LengthFacts> {
    remembered("prompts/\(name)") {
      let video = video(ofData: name)
      guard let prompt, let entry = data[name], let perFrame = frameTokens(entry, video) else {
        return .inapplicable
      }
      let perVideo = max(1, (video.frames ?? 0) / 2) * perFrame
      return tokenized(entry) { record, tokenizer in
        let media: [ChatMessage.Part] =
          switch record.dataType {
          case DataRecord.text: []
          case "image": [.image(tokens: perFrame)]
          default: [.video(tokens: perVideo)]
          }
        guard let messages = try? prompt.messages(record, media: media) else { return nil }
        return try? ChatTemplate.encode(messages, addGenerationPrompt: true, with: tokenizer).count
      }
    }
  }

  /// Tokens of one frame at its largest; 0 where no record has media, nil where nothing says how large
  /// frames may be.
  private func frameTokens(_ entry: any DataFacts, _ video: VideoBounds) -> Int? {
    guard entry.hasMedia else { return 0 }
    guard video.frames != nil, let maximumPixels = video.maximumPixels else { return nil }
    // A merged patch is 28 x 28 pixels; frames are merged in pairs.
    return max(1, min(maximumPixels, entry.framePixels ?? maximumPixels) / 784)
  }

  public func segmentTokens(ofData name: String, segment: String) -> Fact<LengthFacts> {
    remembered("segments/\(name)/\(segment)") {
      guard let entry = data[name], let parser = try? SegmentParser(segments),
        segments.contains(where: { $0.name == segment })
      else { return .inapplicable }
      return tokenized(entry) { record, tokenizer in
        guard !record.trace.isEmpty else { return nil }
        let tokens = tokenizer.encode(record.trace)
        let response = try? Response(
          tokens: tokens, pieces: tokens.map(tokenizer.bytes(of:)), endToken: false,
          truncated: false)
        let found = response.flatMap { parser.parse($0).segment(segment) }
        return found.flatMap { $0.isFound ? $0.contentTokenCount : nil }
      }
    }
  }

  /// Lengths over a sample of the records, as far as they have one.
  private func tokenized(
    _ entry: any DataFacts, _ length: (DataRecord, Tokenizer) -> Int?
  ) -> Fact<LengthFacts> {
    guard let model else { return .inapplicable }
    let tokenizer: Tokenizer
    switch model.tokenizer() {
    case .success(let loaded): tokenizer = loaded
    case .failure(let missing): return .unknown(missing.reason)
    }
    switch entry.sample(Self.tokenized) {
    case .unknown(let reason): return .unknown(reason)
    case .inapplicable: return .inapplicable
    case .known(let records):
      let lengths = records.compactMap { length($0, tokenizer) }
      return lengths.isEmpty ? .inapplicable : .known(LengthFacts(lengths))
    }
  }

  private func remembered(
    _ key: String, _ make: () -> Fact<LengthFacts>
  ) -> Fact<LengthFacts> {
    if let known = lengths.withLock({ $0[key] }) { return known }
    let fact = make()
    lengths.withLock { $0[key] = fact }
    return fact
  }
}

extension LayerFacts {
  init(_ layer: LinearLayer) {
    self.init(name: layer.name, inputs: layer.inputs, outputs: layer.outputs)
  }
}
