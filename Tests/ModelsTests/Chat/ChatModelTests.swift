import Foundation
import TensorEngine
import TestSupport
import Testing
import VideoInput

@testable import Models

/// A model folder that answers questions of text.
@Suite struct ChatModelTests {
  private static let questions = (0..<5).map { index in
    ChatModel.Question(
      system: index % 2 == 0 ? "Be short \(index)." : nil,
      user: String(repeating: "which way does it move ? ", count: index + 1),
      stream: "question \(index)")
  }

  private func chat(threads: Int = 2, _ name: String = "tiny-lm") throws -> ChatModel {
    try ChatModel(contentsOf: Fixtures.url(name), device: CPUDevice(threads: threads))
  }

  private func answers(
    _ chat: ChatModel, _ questions: [ChatModel.Question] = questions, temperature: Double = 1,
    seed: UInt64 = 3, inFlight: Int = 256
  ) throws -> [ChatModel.Answer] {
    try chat.answers(
      to: questions, temperature: temperature, maxNewTokens: 12, seed: seed, inFlight: inFlight
    ).map { try $0.get() }
  }

  /// The conversation is what the reference renders, and the tokens are those of greedy decoding, which the
  /// fixtures pin elsewhere.
  @Test func aGreedyAnswerIsTheTextAfterTheConversation() throws {
    for name in ["tiny-lm", "tiny-vl"] {
      let chat = try chat(name)
      let answer = try #require(
        try answers(
          chat, [.init(system: "Judge.", user: "Is it red?", stream: "")], temperature: 0
        ).first)
      let prompt = chat.tokenizer.encode(
        "<|im_start|>system\nJudge.<|im_end|>\n<|im_start|>user\nIs it red?<|im_end|>\n"
          + "<|im_start|>assistant\n")
      let rollouts = try chat.policy.generate(
        [Prompt(tokens: prompt)],
        sampling: .greedy(
          maxNewTokens: 12,
          stopTokens: ["<|im_end|>", "<|endoftext|>"].compactMap(chat.tokenizer.id(of:))),
        randomness: SamplingRandomness(seed: 0, stage: "", step: 0))
      let rollout = try #require(rollouts.first?.first)
      #expect(answer.text == chat.tokenizer.decode(rollout.tokens, skippingSpecials: true))
      #expect(answer.promptTokens == prompt.count)
      #expect(answer.newTokens == rollout.tokens.count)
      #expect(answer.isTruncated == (rollout.finish == .length))
    }
  }

  @Test func anAnswerDependsOnItsQuestionAlone() throws {
    let together = try answers(chat())
    #expect(Set(together.map(\.text)).count > 1)
    #expect(try answers(chat(threads: 1)) == together)
    #expect(try answers(chat(threads: 3), inFlight: 2) == together)
    let reversed = try answers(chat(), Self.questions.reversed())
    #expect(Array(reversed.reversed()) == together)
    let alone = try chat()
    for (question, answer) in zip(Self.questions, together) {
      #expect(try answers(alone, [question]) == [answer])
    }
  }

  @Test func seedAndStreamDrawAnswers() throws {
    let chat = try chat()
    let drawn = try answers(chat)
    #expect(try answers(chat, seed: 4) != drawn)
    let others = Self.questions.map {
      ChatModel.Question(system: $0.system, user: $0.user, stream: $0.stream + "'")
    }
    #expect(try answers(chat, others) != drawn)
    // Greedy answers are not drawn.
    #expect(
      try answers(chat, temperature: 0, seed: 4) == answers(chat, others, temperature: 0, seed: 5))
  }

  @Test func aQuestionWithoutRoomForItsAnswerIsNamedAndTheOthersAreAnswered() throws {
    let chat = try chat()
    let context = chat.policy.configuration.text.maximumPositions
    let long = ChatModel.Question(
      user: String(repeating: "left ", count: context), stream: "long")
    let found = try chat.answers(
      to: [Self.questions[0], long, Self.questions[1]], maxNewTokens: 4)
    let expected = try chat.answers(to: Array(Self.questions.prefix(2)), maxNewTokens: 4)
    #expect([found[0], found[2]] == expected)
    guard case .failure(let overlong) = found[1] else {
      Issue.record("the long question was answered")
      return
    }
    #expect(overlong.context == context && overlong.newTokens == 4)
    #expect("\(overlong)".contains("the model is made for \(context)"))
    let none = try chat.answers(to: [Self.questions[0]], maxNewTokens: .max)
    #expect(none.allSatisfy { if case .failure = $0 { true } else { false } })
    #expect(try chat.answers(to: [], maxNewTokens: 4).isEmpty)
  }

  /// A block that crosses a background, in frames that are not of the size of whole patches.
  private static let frames = (0..<5).map { time in
    var frame = Frame(width: 80, height: 60, red: 25, green: 25, blue: 25)
    for y in 20..<36 {
      for x in (6 * time)..<(6 * time + 16) { frame.rgb[(y * 80 + x) * 3] = 230 }
    }
    return frame
  }

  /// As the policy's prompts are made: patches of the decoded frames, and a placeholder for each of their tokens.
  @Test func framesAreSeenAsThePolicySeesThem() throws {
    let chat = try chat("tiny-vl")
    let processor = FrameProcessor(minPixels: 3136, maxPixels: 6272)
    let resized = try Self.frames.map(processor.resized)
    #expect(resized[0].width == 84 && resized[0].height == 56)
    for (secondsPerFrame, kind) in [(0.5 as Double?, VisualPatches.Kind.video), (nil, .image)] {
      let count = kind == .video ? 5 : 1
      let answer = try #require(
        try answers(
          chat,
          [
            .init(
              user: [
                .text("Look: "),
                .frames(Array(resized.prefix(count)), secondsPerFrame: secondsPerFrame),
                .text("Is it red?"),
              ], stream: "")
          ], temperature: 0
        ).first)
      let patches = try processor.patches(
        Array(Self.frames.prefix(count)), secondsPerFrame: secondsPerFrame ?? 0, kind: kind)
      let tokens = patches.patchCount / 4
      let prompt = Prompt(
        tokens: try ChatTemplate.encode(
          [
            ChatMessage(
              .user,
              [
                .text("Look: "),
                kind == .video ? .video(tokens: tokens) : .image(tokens: tokens),
                .text("Is it red?"),
              ])
          ], addGenerationPrompt: true, with: chat.tokenizer), visuals: [patches])
      let rollouts = try chat.policy.generate(
        [prompt],
        sampling: .greedy(
          maxNewTokens: 12,
          stopTokens: ["<|im_end|>", "<|endoftext|>"].compactMap(chat.tokenizer.id(of:))),
        randomness: SamplingRandomness(seed: 0, stage: "", step: 0))
      let rollout = try #require(rollouts.first?.first)
      #expect(answer.text == chat.tokenizer.decode(rollout.tokens, skippingSpecials: true))
      #expect(answer.promptTokens == prompt.tokens.count)
    }
  }

  @Test func anAnswerAboutFramesDependsOnItsQuestionAlone() throws {
    let seeing = Self.questions.enumerated().map { index, question in
      ChatModel.Question(
        system: question.system,
        user: question.user
          + [.frames(Array(Self.frames.prefix(index)), secondsPerFrame: index == 1 ? nil : 0.5)],
        stream: question.stream)
    }.dropFirst()
    let together = try answers(chat("tiny-vl"), Array(seeing))
    #expect(try answers(chat(threads: 1, "tiny-vl"), Array(seeing)) == together)
    #expect(try answers(chat(threads: 3, "tiny-vl"), Array(seeing), inFlight: 2) == together)
    let alone = try chat("tiny-vl")
    for (question, answer) in zip(seeing, together) {
      #expect(try answers(alone, [question]) == [answer])
    }
    // Other frames, another answer.
    var blind = seeing[1]
    blind.user = Self.questions[1].user
    #expect(try answers(alone, [blind]) != [together[0]])
  }

  @Test func aModelOfTextAloneSeesNoFrames() throws {
    #expect(throws: PromptError.modelHasNoVision) {
      try chat().answers(
        to: [.init(user: [.frames(Self.frames, secondsPerFrame: 0.5)], stream: "")],
        maxNewTokens: 4)
    }
  }

  /// As other libraries normalize for this model.
  @Test func framesBecomePatchesByTheModelsOwnSettings() throws {
    try withTemporaryDirectory { folder in
      let copy = folder.appendingPathComponent("model")
      try FileManager.default.copyItem(at: Fixtures.url("tiny-vl"), to: copy)
      #expect(try FrameSettings(ofFolder: copy) == FrameSettings())
      let blind = try ChatModel.contentDigest(of: copy)
      let seeing = try ChatModel.contentDigest(of: copy, showingFrames: true)
      let file = copy.appendingPathComponent("preprocessor_config.json")
      try Data(#"{"image_mean": [0.5, 0.5, 0.5], "image_std": [0.25, 0.25, 0.25]}"#.utf8)
        .write(to: file)
      let settings = try FrameSettings(ofFolder: copy)
      #expect(
        settings.mean == [0.5, 0.5, 0.5] && settings.standardDeviation == [0.25, 0.25, 0.25])
      #expect(try ChatModel.contentDigest(of: copy) == blind)
      #expect(try ChatModel.contentDigest(of: copy, showingFrames: true) != seeing)
      let vision = try #require(QwenConfiguration(contentsOf: copy).vision)
      let white = Frame(width: 28, height: 28, red: 255, green: 255, blue: 255)
      let patches = try settings.processor(of: vision, width: 28, height: 28).patches(
        [white], secondsPerFrame: 0, kind: .image)
      #expect(patches.values.allSatisfy { abs($0 - 2) < 1e-5 })
      for text in [
        #"{"image_std": [1, 1]}"#, #"{"image_std": [0, 1, 1]}"#, "[", #"{"image_mean": 1}"#,
      ] {
        try Data(text.utf8).write(to: file)
        let error = #expect(throws: ModelError.self) {
          try ChatModel(contentsOf: copy, device: CPUDevice(threads: 1))
        }
        #expect("\(try #require(error))".contains("preprocessor_config.json"), "\(text)")
      }
    }
  }

  @Test func cancellingEndsTheComputation() throws {
    let chat = try chat()
    #expect(throws: CancellationError.self) {
      try chat.answers(to: Self.questions, maxNewTokens: 12, isCancelled: { true })
    }
  }

  @Test func whatIsNoSuchModelIsNamed() throws {
    #expect(throws: Never.self) { try ChatModel.check(Fixtures.url("tiny-lm")) }
    try withTemporaryDirectory { folder in
      let missing = #expect(throws: ModelError.self) { try ChatModel.check(folder) }
      #expect("\(try #require(missing))".contains("config.json: cannot read"))

      let copy = folder.appendingPathComponent("model")
      try FileManager.default.copyItem(at: Fixtures.url("tiny-lm"), to: copy)
      let configuration = copy.appendingPathComponent("config.json")
      let text = try String(contentsOf: configuration, encoding: .utf8)
      try Data(text.replacing("\"qwen2\"", with: "\"llama\"").utf8).write(to: configuration)
      let other = #expect(throws: ModelError.self) { try ChatModel.check(copy) }
      #expect("\(try #require(other))".contains("llama"))

      try Data(text.utf8).write(to: configuration)
      let tokenizer = copy.appendingPathComponent("tokenizer.json")
      let plain = try String(contentsOf: tokenizer, encoding: .utf8)
        .replacing("<|im_start|>", with: "<|turn|>")
      try Data(plain.utf8).write(to: tokenizer)
      let silent = #expect(throws: ModelError.self) { try ChatModel.check(copy) }
      #expect("\(try #require(silent))".contains("a tokenizer without <|im_start|>"))
    }
  }

  @Test func theDigestIsOfConfigurationWeightsAndTokenizer() throws {
    try withTemporaryDirectory { folder in
      let copy = folder.appendingPathComponent("model")
      try FileManager.default.copyItem(at: Fixtures.url("tiny-lm"), to: copy)
      let digest = try ChatModel.contentDigest(of: copy)
      #expect(try ChatModel.contentDigest(of: Fixtures.url("tiny-lm")) == digest)
      for name in ["config.json", "tokenizer.json"] {
        let file = copy.appendingPathComponent(name)
        let bytes = try Data(contentsOf: file)
        try (bytes + Data("\n".utf8)).write(to: file)
        #expect(try ChatModel.contentDigest(of: copy) != digest, "\(name)")
        try bytes.write(to: file)
      }
      #expect(try ChatModel.contentDigest(of: copy) == digest)
      #expect(
        try ChatModel.contentDigest(of: Fixtures.url("tiny-vl")) != digest)
    }
  }
}
