import Foundation
import TensorEngine
import VideoInput

/// A model folder that answers questions of text and pictures: weights, tokenizer and chat format as one.
///
/// Not for concurrent use: one call at a time.
public final class ChatModel {
  /// One question, without turns before it.
  public struct Question: Sendable, Equatable {
    /// Nil for the chat format's own.
    public var system: String?
    public var user: [Part]
    /// What the random numbers of its answer are keyed by, besides the seed.
    public var stream: String

    public init(system: String? = nil, user: [Part], stream: String) {
      self.system = system
      self.user = user
      self.stream = stream
    }

    public init(system: String? = nil, user: String, stream: String) {
      self.init(system: system, user: [.text(user)], stream: stream)
    }
  }

  /// A piece of a question.
  public enum Part: Sendable, Equatable {
    case text(String)
    /// Frames of one size, seen as the policy sees those of its videos.
    ///
    /// - Parameter secondsPerFrame: of the video; nil for a still picture.
    case frames([Frame], secondsPerFrame: Double?)
  }

  public struct Answer: Sendable, Hashable {
    /// Without control tokens.
    public var text: String
    public var promptTokens: Int
    /// The end token included.
    public var newTokens: Int
    /// Whether it was cut at the limit on new tokens.
    public var isTruncated: Bool
  }

  /// A question that leaves its answer too little room.
  public struct Overlong: Error, Sendable, Hashable, CustomStringConvertible {
    public var promptTokens: Int
    public var newTokens: Int
    public var context: Int

    public var description: String {
      "the question has \(promptTokens) tokens and its answer may have \(newTokens); the model is "
        + "made for \(context)"
    }
  }

  public let policy: PolicyModel
  public let tokenizer: Tokenizer
  private let frames: FrameSettings
  /// Whatever comes first ends an answer.
  private let stopTokens: [Int]

  /// Reads weights and tokenizer.
  ///
  /// - Throws: `ModelError` that names the file.
  public init(
    contentsOf folder: URL, device: any Device, precision: WeightPrecision = .float32
  ) throws {
    let files = try CheckpointFiles(contentsOf: folder)
    tokenizer = try Self.tokenizer(of: files)
    frames = try FrameSettings(ofFolder: folder)
    stopTokens = Self.endTokens.compactMap(tokenizer.id(of:))
    policy = try PolicyModel.load(files, device: device, precision: precision)
  }

  /// Whether a folder holds such a model, as far as can be said without reading its weights.
  ///
  /// - Throws: `ModelError` that names the file and what is wrong with it.
  public static func check(_ folder: URL) throws {
    _ = try tokenizer(of: CheckpointFiles(contentsOf: folder))
  }

  /// SHA-256 over all that an answer depends on: configuration, weights and tokenizer.
  ///
  /// - Parameter showingFrames: whether questions show pictures, so that answers also depend on how patches are made
  ///   of them.
  public static func contentDigest(of folder: URL, showingFrames: Bool = false) throws -> String {
    let model = try CheckpointFiles.contentDigest(of: folder)
    let digest = Digest.sha256(
      "\(model)\n\(try TokenizerFiles(contentsOf: folder).contentDigest)")
    guard showingFrames else { return digest }
    let frames = try FrameSettings(ofFolder: folder)
    return Digest.sha256("\(digest)\nframes \(frames.mean) \(frames.standardDeviation)")
  }

  /// The answers to some questions, in their order; `Overlong` for those without room.
  ///
  /// An answer is a function of the model, its question, the sampling and the seed, and of nothing else that is
  /// asked in the same call.
  /// - Parameters:
  ///   - temperature: 0 is greedy.
  ///   - maxNewTokens: of one answer, at most.
  ///   - inFlight: answers that are decoded at once.
  ///   - isCancelled: asked before every token.
  /// - Throws: `GenerationError`; `PromptError.modelHasNoVision` for pictures that the model cannot see;
  ///   `VideoError` for frames that differ in size; `CancellationError` when cancelled.
  public func answers(
    to questions: [Question], temperature: Double = 0, maxNewTokens: Int, seed: UInt64 = 0,
    inFlight: Int = PolicyModel.rolloutsInFlight, isCancelled: () -> Bool = { false }
  ) throws -> [Result<Answer, Overlong>] {
    let context = policy.configuration.text.maximumPositions
    let prompts = try questions.map(prompt)
    let fits = prompts.map { prompt in
      let (sum, overflow) = prompt.tokens.count.addingReportingOverflow(maxNewTokens)
      return !overflow && sum <= context
    }
    let asked = prompts.indices.filter { fits[$0] }
    let rollouts = try policy.generate(
      asked.map { prompts[$0] },
      sampling: SamplingSettings(
        temperature: temperature, maxNewTokens: maxNewTokens, stopTokens: stopTokens),
      randomness: SamplingRandomness(seed: seed, streams: asked.map { questions[$0].stream }),
      inFlight: inFlight, isCancelled: isCancelled)
    var answered = rollouts.makeIterator()
    return prompts.indices.map { index in
      guard fits[index], let rollout = answered.next()?.first else {
        return .failure(
          Overlong(
            promptTokens: prompts[index].tokens.count, newTokens: maxNewTokens, context: context))
      }
      return .success(
        Answer(
          text: tokenizer.decode(rollout.tokens, skippingSpecials: true),
          promptTokens: prompts[index].tokens.count, newTokens: rollout.tokens.count,
          isTruncated: rollout.finish == .length))
    }
  }

  private func prompt(_ question: Question) throws -> Prompt {
    let system = question.system.map { [ChatMessage(.system, $0)] } ?? []
    var visuals: [VisualPatches] = []
    let parts = try question.user.map { part -> ChatMessage.Part in
      switch part {
      case .text(let text): return .text(text)
      case .frames(let frames, let secondsPerFrame):
        let visual = try patches(frames, secondsPerFrame: secondsPerFrame)
        visuals.append(visual)
        let tokens = try policy.configuration.placeholderCount(of: visual)
        return visual.kind == .video ? .video(tokens: tokens) : .image(tokens: tokens)
      }
    }
    return Prompt(
      tokens: try ChatTemplate.encode(
        system + [ChatMessage(.user, parts)], addGenerationPrompt: true, with: tokenizer),
      visuals: visuals)
  }

  private func patches(_ shown: [Frame], secondsPerFrame: Double?) throws -> VisualPatches {
    guard let vision = policy.configuration.vision else { throw PromptError.modelHasNoVision }
    let processor = frames.processor(
      of: vision, width: shown.first?.width ?? 0, height: shown.first?.height ?? 0)
    return try processor.patches(
      shown, secondsPerFrame: secondsPerFrame ?? 0, kind: secondsPerFrame == nil ? .image : .video)
  }

  /// The first ends a turn of a conversation, the second a text.
  private static let endTokens = ["<|im_end|>", "<|endoftext|>"]

  private static func tokenizer(of files: CheckpointFiles) throws -> Tokenizer {
    let tokenizer = try files.tokenizer()
    for token in ["<|im_start|>", "<|im_end|>"] where tokenizer.id(of: token) == nil {
      throw ModelError.unsupported(
        path: files.folder.appendingPathComponent(TokenizerFiles.tokenizerName).path,
        location: "added_tokens",
        reason: "a tokenizer without \(token), which the chat format needs")
    }
    return tokenizer
  }
}
