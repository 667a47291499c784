import Foundation
import TestSupport
import Testing

@testable import Models

@Suite struct TokenizerTrainerTests {
  private let texts = [
    "red square from 0 to 2 moves left ; blue circle from 2 to 4 moves up ;",
    "the red square moves left", "which one is first ? red or blue ?", "na\u{EF}ve caf\u{E9}",
  ]

  @Test func mergesTheMostFrequentPairFirst() throws {
    // "aaabdaaabac" is the example of Gage (1994): "aa" first, then "ab" by the lower identifiers.
    let files = try TokenizerTrainer(vocabularySize: 260, specials: ["<|im_end|>"])
      .train(on: ["aaabdaaabac"])
    let tokenizer = try Tokenizer(files)
    #expect(tokenizer.contents.suffix(4) == ["aa", "ab", "aaab", "<|im_end|>"])
    #expect(
      tokenizer.encode("aaabdaaabac").map { tokenizer.contents[$0] } == [
        "aaab", "d", "aaab", "a", "c",
      ])
  }

  @Test func makesEveryFrequentWordOneToken() throws {
    let trainer = try TokenizerTrainer(vocabularySize: 400, words: ["<answer>", "</answer>"])
    let tokenizer = try Tokenizer(try trainer.train(on: texts))
    #expect(tokenizer.encode(" square").count == 1)
    #expect(tokenizer.encode(" moves").count == 1)
    let answer = try #require(tokenizer.id(of: "<answer>"))
    #expect(tokenizer.encode("<answer> red</answer>").first == answer)
    #expect(!tokenizer.isSpecial(answer), "a tag is text, it stays in decodings")
    #expect(tokenizer.encode("<answer>", recognisingSpecials: false) == [answer])
  }

  @Test func writesTheSameBytesForTheSameTexts() throws {
    let trainer = try TokenizerTrainer(vocabularySize: 330)
    let first = try trainer.train(on: texts)
    #expect(try trainer.train(on: texts) == first)
    #expect(try trainer.train(on: texts.reversed()) == first, "only the counts matter")
  }

  @Test func stopsWhenNothingIsLeftToMerge() throws {
    let tokenizer = try Tokenizer(
      try TokenizerTrainer(vocabularySize: 5000).train(on: ["ab ab", "ab"]))
    #expect(tokenizer.vocabularySize == 256 + 2 + TokenizerTrainer.qwenSpecials.count)
  }

  @Test func encodesAnyTextAfterTrainingOnNone() throws {
    let tokenizer = try Tokenizer(try TokenizerTrainer(vocabularySize: 300).train(on: [String]()))
    for text in try TokenizerCases.load().cases.map(\.nfc) where !text.contains("<|") {
      let decoded = tokenizer.decode(tokenizer.encode(text))
      #expect(Array(decoded.utf8) == Array(text.utf8))
    }
  }

  @Test func namesTheControlTokensInTheSettings() throws {
    let files = try TokenizerTrainer(vocabularySize: 300).train(on: texts)
    let settings = try JSONNode(files.settings, path: "tokenizer_config.json")
    #expect(try settings.required("eos_token").string() == "<|im_end|>")
    #expect(try settings.required("pad_token").string() == "<|endoftext|>")
    #expect(try settings.required("chat_template").string() == TokenizerCases.load().chatTemplate)
  }

  @Test func survivesAFileRoundTrip() throws {
    let files = try TokenizerTrainer(vocabularySize: 300).train(on: texts)
    try withTemporaryDirectory { folder in
      try files.write(to: folder)
      #expect(try TokenizerFiles(contentsOf: folder) == files)
    }
  }

  @Test func refusesImpossibleRequests() {
    func message(_ body: () throws -> TokenizerTrainer) -> String {
      (#expect(throws: ModelError.self) { _ = try body() })?.description ?? ""
    }
    #expect(
      message { try TokenizerTrainer(vocabularySize: 260) }
        == "a vocabulary of 260 tokens: 256 bytes and 14 added tokens need at least 270")
    #expect(
      message { try TokenizerTrainer(vocabularySize: 300, words: ["<a>", "<a>"]) }
        == "the added token \"<a>\" is empty or given twice")
    #expect(
      message { try TokenizerTrainer(vocabularySize: 300, words: ["\u{E9}x"]) }
        == "the added token \"\u{E9}x\" has to be of two or more visible ASCII characters")
  }
}
