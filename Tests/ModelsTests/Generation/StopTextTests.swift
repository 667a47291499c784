import Foundation
import TensorEngine
import TestSupport
import Testing

@testable import Models

@Suite("Stop text")
struct StopTextTests {
  /// How many tokens a response has when it ends with the text; nil when it does not.
  private func length(_ text: String, _ pieces: [String]) throws -> Int? {
    let stop = try #require(StopText(text, tokens: pieces.map { Array($0.utf8) }))
    var progress = StopText.Progress()
    for token in pieces.indices {
      stop.advance(&progress, by: token)
      if progress.isComplete { return token + 1 }
    }
    return nil
  }

  @Test(
    "is found in the bytes of tokens, however it is spread over them",
    arguments: [
      (["red", "</answer>", "!"], 2), (["red</", "ans", "wer", ">", "x"], 4),
      // A token may hold more than the end of the text, or all of it.
      (["red", "</answer", ">\n\n", "x"], 3), (["red</answer> and", "x"], 1),
      // What looks like the beginning and is not.
      (["</ans", "</answer", ">"], 3), (["<", "/", "<", "/answer>"], 4),
      (["</answer", " >"], nil), (["</answe"], nil), ([], nil),
    ] as [([String], Int?)])
  func spread(pieces: [String], expected: Int?) throws {
    #expect(try length("</answer>", pieces) == expected)
  }

  @Test("that overlaps itself is found where it first ends")
  func overlap() throws {
    #expect(try length("aab", ["a", "a", "a", "b"]) == 4)
    #expect(try length("abab", ["ab", "a", "c", "aba", "b"]) == 5)
    #expect(try length("é", ["\u{E9}"]) == 1)
  }

  @Test("may be cut inside of a character")
  func bytes() throws {
    let bytes = Array("»".utf8)
    let stop = try #require(StopText("»", tokens: [[bytes[0]], [bytes[1]]]))
    var progress = StopText.Progress()
    stop.advance(&progress, by: 0)
    #expect(!progress.isComplete)
    stop.advance(&progress, by: 7)
    stop.advance(&progress, by: 1)
    #expect(progress.isComplete)
  }

  @Test("is never empty")
  func empty() { #expect(StopText("", tokens: []) == nil) }

  /// The bytes of tokens of a model without a tokenizer: their identifiers, in letters.
  private func stop(_ text: String, _ model: PolicyModel) throws -> StopText {
    try #require(
      StopText(
        text,
        tokens: (0..<model.configuration.text.vocabularySize).map { [UInt8($0 % 8) + 97] }))
  }

  @Test(
    "ends rollouts as if they were cut there, in any number of places",
    arguments: [1, 3, 7, 64])
  func generation(inFlight: Int) throws {
    let model = try PolicyModel.load(from: Fixtures.url("tiny-lm"), device: CPUDevice(threads: 2))
    let prompts = (1...4).map { Prompt(tokens: Array(50..<50 + 3 * $0)) }
    var settings = SamplingSettings(maxNewTokens: 16, stopTokens: Array(0..<20))
    func rollouts(_ settings: SamplingSettings) throws -> [Rollout] {
      try model.generate(
        prompts, rolloutsPerPrompt: 4, sampling: settings,
        randomness: SamplingRandomness(seed: 2, stage: "rl", step: 0), inFlight: inFlight
      ).flatMap { $0 }
    }
    let free = try rollouts(settings)
    let stop = try stop("ab", model)
    settings.stopText = stop
    let stopped = try rollouts(settings)
    for (whole, rollout) in zip(free, stopped) {
      var progress = StopText.Progress()
      let place = whole.tokens.firstIndex { token in
        stop.advance(&progress, by: token)
        return progress.isComplete
      }
      // The end token comes first where it completes the text.
      guard let place, !settings.stopTokens.contains(whole.tokens[place]) else {
        #expect(rollout == whole)
        continue
      }
      #expect(rollout.tokens == Array(whole.tokens[...place]))
      #expect(rollout.logProbabilities == Array(whole.logProbabilities[...place]))
      #expect(rollout.finish == .stopText)
    }
    #expect(Set(stopped.map(\.finish)) == [.stopText, .endToken, .length])
  }
}
