import Foundation
import TensorEngine
import TestSupport
import Testing

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
