import Foundation
import Models
import RecipeLanguage
import Rewards
import TrainingGraph
import VideoInput

/// How the policy reads questions and writes responses: the tokenizer with the prompt's wording.
struct PromptFormat {
  let tokenizer: Tokenizer
  let files: TokenizerFiles
  let specification: PromptSpecification
  /// The token that ends a response.
  let endToken: Int

  /// Reads the tokenizer, or trains it on `trainingTexts`.
  init(_ specification: TokenizerSpecification, trainingTexts: [String]) throws {
    switch specification.source {
    case .folder(let folder):
      files = try TokenizerFiles(contentsOf: URL(fileURLWithPath: folder))
    case .trained(let vocabularySize):
      files = try TokenizerTrainer(
        vocabularySize: vocabularySize, words: specification.addedTokens
      ).train(on: trainingTexts)
    }
    tokenizer = try Tokenizer(files)
    self.specification = specification.prompt
    guard let end = tokenizer.id(of: "<|im_end|>") else {
      throw ModelError.invalid("the tokenizer has no token <|im_end|>, which ends a response")
    }
    endToken = end
  }

  /// The identifiers that a configuration from scratch declares.
  var specialTokens: SpecialTokens {
    SpecialTokens(
      beginOfText: tokenizer.id(of: "<|endoftext|>"), endOfText: endToken,
      pad: tokenizer.id(of: "<|endoftext|>"), visionStart: tokenizer.id(of: "<|vision_start|>"),
      visionEnd: tokenizer.id(of: "<|vision_end|>"), imagePad: tokenizer.id(of: "<|image_pad|>"),
      videoPad: tokenizer.id(of: "<|video_pad|>"))
  }

  /// The prompt of a record whose media became `visual`.
  func prompt(_ record: DataRecord, visual: VisualPatches) throws -> Prompt {
    let placeholders = visual.temporal * visual.height * visual.width / 4
    let media: ChatMessage.Part =
      visual.kind == .video ? .video(tokens: placeholders) : .image(tokens: placeholders)
    let messages = try specification.messages(record, media: [media])
    let tokens = try ChatTemplate.encode(messages, addGenerationPrompt: true, with: tokenizer)
    return Prompt(tokens: tokens, visuals: [visual])
  }

  /// The prompt of a record with a text of the policy's own in place of its media; nil for nothing in
  /// their place, as for a record that has none.
  func prompt(_ record: DataRecord, text: String?) throws -> Prompt {
    // What the policy writes must not be read as tokens of the conversation.
    let plain = text.map { ChatMessage.Part.text($0.replacing("<|", with: "< |") + "\n") }
    let messages = try specification.messages(record, media: [plain].compactMap { $0 })
    return Prompt(
      tokens: try ChatTemplate.encode(messages, addGenerationPrompt: true, with: tokenizer))
  }

  /// The tokens a supervised stage teaches: the record's trace and the end token.
  ///
  /// - Throws: `TrainerError.noTarget` for a record without a trace.
  func target(_ record: DataRecord, dataset: String) throws -> [Int] {
    guard !record.trace.isEmpty else {
      throw TrainerError.noTarget(dataset: dataset, record: record.problemID)
    }
    return tokenizer.encode(record.trace) + [endToken]
  }

  /// Every token of a rollout before the most likely others at its place; nil where they were not kept.
  func choices(_ rollout: Rollout, others: Int) -> [[RolloutRecord.Choice]]? {
    guard rollout.mostLikely.count == rollout.tokens.count, others > 0 else { return nil }
    func choice(_ token: Int, _ logProbability: Float) -> RolloutRecord.Choice {
      RolloutRecord.Choice(
        text: String(decoding: tokenizer.bytes(of: token), as: UTF8.self),
        probability: (exp(Double(logProbability)) * 1e4).rounded() / 1e4)
    }
    return rollout.tokens.indices.map { place in
      let token = rollout.tokens[place]
      let likely = rollout.mostLikely[place].filter { $0.token != token }.prefix(others)
      return [choice(token, rollout.logProbabilities[place])]
        + likely.map { choice($0.token, $0.logProbability) }
    }
  }

  /// A sampled response as the rewards see it.
  func response(_ rollout: Rollout) throws -> Response {
    try Response(
      tokens: rollout.tokens, pieces: rollout.tokens.map(tokenizer.bytes(of:)),
      endToken: rollout.finish == .endToken, truncated: rollout.finish == .length)
  }
}

extension ItemStore {
  /// Everything a tokenizer should be able to write: each record's conversation with its trace.
  func texts(_ prompt: PromptSpecification) throws -> [String] {
    try records.map {
      ChatTemplate.render(try prompt.messages($0, media: []), addGenerationPrompt: true) + $0.trace
    }
  }
}
