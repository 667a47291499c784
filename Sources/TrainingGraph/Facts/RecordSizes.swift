import Foundation
import Models
import RecipeLanguage
import Rewards

/// How large the records of a data set are as the policy reads them, as far as that is known before a
/// run.
public struct RecordSizes: Sendable {
  /// Records in all; nil where that is not known.
  public var count: Int?
  /// Tokens of the prompts, media included.
  public var prompts: LengthFacts
  /// Tokens of what a supervised stage teaches.
  public var targets: LengthFacts
  /// Patches of the vision tower per record, those of one frame pair, and those of one window.
  public var patches: Int
  public var framePatches: Int
  /// Decoded bytes of the frames of a record.
  public var frameBytes: Int
  /// What was taken for granted because it is not known: completes "assuming …".
  public var assumptions: [String]

  public init(
    count: Int?, prompts: LengthFacts, targets: LengthFacts, patches: Int, framePatches: Int,
    frameBytes: Int, assumptions: [String] = []
  ) {
    self.count = count
    self.prompts = prompts
    self.targets = targets
    self.patches = patches
    self.framePatches = framePatches
    self.frameBytes = frameBytes
    self.assumptions = assumptions
  }
}

extension RecipeFacts {
  /// Records whose lengths stand for all.
  private static let measured = 400
  /// Tokens of a question whose data are not here.
  private static let usualQuestion = 256

  /// The sizes of a data set's records. What cannot be read is assumed, and the assumption named.
  ///
  /// - Parameters:
  ///   - video: what is seen of the videos; nil where there are none.
  ///   - target: tokens of a target, where the data are not here.
  public func recordSizes(
    ofData name: String, seenAs video: VideoSpecification?, assumingTarget target: Int
  ) -> RecordSizes {
    var assumptions: [String] = []
    let pixels = framePixels(ofData: name, seenAs: video)
    let hasMedia = video != nil && data[name]?.hasMedia ?? true
    if hasMedia, data[name]?.framePixels == nil {
      assumptions.append("frames of data `\(name)` as large as `video` allows")
    }
    let count: Int? =
      if case .known(let count) = recordCount(ofData: name) { count } else { nil }
    let frames = hasMedia ? video?.frames ?? 0 : 0
    let media = hasMedia ? max(1, frames / 2) * max(1, pixels.resized / 784) : 0
    let lengths = lengths(ofData: name, media: media, &assumptions)
    var targets = lengths?.targets ?? LengthFacts([target])
    if lengths == nil {
      assumptions.append(
        "\(Self.usualQuestion) tokens of text in a question of data `\(name)`, and \(target) in a "
          + "response that is learned from")
    } else if targets.sorted.isEmpty {
      targets = LengthFacts([target])
    }
    return RecordSizes(
      count: count, prompts: lengths?.prompts ?? LengthFacts([media + Self.usualQuestion]),
      targets: targets, patches: 4 * media,
      framePatches: hasMedia ? 4 * max(1, pixels.resized / 784) : 0,
      frameBytes: frames * pixels.decoded * 3, assumptions: assumptions)
  }

  /// Pixels of a frame as it is decoded, and as it enters the model.
  private func framePixels(
    ofData name: String, seenAs video: VideoSpecification?
  ) -> (decoded: Int, resized: Int) {
    guard let video else { return (0, 0) }
    let most = video.maximumPixels
    guard let decoded = data[name]?.framePixels else { return (most, most) }
    return (decoded, min(max(decoded, video.minimumPixels), most))
  }

  private func lengths(
    ofData name: String, media: Int, _ assumptions: inout [String]
  ) -> (prompts: LengthFacts, targets: LengthFacts)? {
    guard let prompt, case .known(let records) = data[name]?.sample(Self.measured) else {
      return nil
    }
    guard let tokenizer = forecastTokenizer(&assumptions) else { return nil }
    var prompts: [Int] = []
    var targets: [Int] = []
    for record in records {
      guard
        let messages = try? prompt.messages(
          record, media: record.hasMedia ? [.video(tokens: media)] : []),
        let tokens = try? ChatTemplate.encode(messages, addGenerationPrompt: true, with: tokenizer)
      else { continue }
      prompts.append(tokens.count)
      if !record.trace.isEmpty { targets.append(tokenizer.encode(record.trace).count + 1) }
    }
    return prompts.isEmpty ? nil : (LengthFacts(prompts), LengthFacts(targets))
  }

  /// The model's tokenizer, or one like that which a model from scratch will have: trained on a part of
  /// the same texts.
  private func forecastTokenizer(_ assumptions: inout [String]) -> Tokenizer? {
    if let model {
      switch model.tokenizer() {
      case .success(let tokenizer): return tokenizer
      case .failure: return nil
      }
    }
    guard let prompt, let trained, case .known(let records) = data[trained.data]?.sample(200) else {
      return nil
    }
    let texts = records.compactMap { record in
      (try? prompt.messages(record, media: [])).map {
        ChatTemplate.render($0, addGenerationPrompt: true) + record.trace
      }
    }
    let words = segments.flatMap { [$0.open, $0.close] }
    let files = try? TokenizerTrainer(vocabularySize: trained.size, words: words).train(on: texts)
    return files.flatMap { try? Tokenizer($0) }
  }
}
