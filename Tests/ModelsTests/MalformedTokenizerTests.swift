import Foundation
import TestSupport
import Testing

@testable import Models

@Suite struct MalformedTokenizerTests {
  /// The smallest file that is accepted: 256 bytes, one merge, one control token.
  private func smallest() throws -> String {
    let files = try TokenizerTrainer(vocabularySize: 258, specials: ["<|im_end|>"]).train(on: ["aa"]
    )
    return String(decoding: files.tokenizer, as: UTF8.self)
  }

  /// The message for the smallest file after `change`.
  private func message(_ change: (String) -> String) throws -> String {
    let text = try smallest()
    let changed = change(text)
    #expect(changed != text, "the change has to change something")
    let files = TokenizerFiles(tokenizer: Data(changed.utf8), settings: Data())
    let error = #expect(throws: ModelError.self) { try Tokenizer(files) }
    return error?.description ?? ""
  }

  private func message(replacing old: String, with new: String) throws -> String {
    try message { $0.replacing(old, with: new, maxReplacements: 1) }
  }

  @Test func acceptsTheSmallestFile() throws {
    let files = TokenizerFiles(tokenizer: Data(try smallest().utf8), settings: Data())
    let tokenizer = try Tokenizer(files)
    #expect(tokenizer.vocabularySize == 258)
    #expect(tokenizer.encode("aaa<|im_end|>") == [256, 64, 257])
  }

  @Test func namesTheByteWhereAFileIsCut() throws {
    let text = try smallest()
    for share in [0, 1, 10, 50, 99] {
      let cut = Data(text.utf8.prefix(text.utf8.count * share / 100))
      let error = #expect(throws: ModelError.self) {
        try Tokenizer(TokenizerFiles(tokenizer: cut, settings: Data()))
      }
      #expect(error?.description.hasPrefix("tokenizer.json: byte ") == true)
    }
  }

  @Test func reportsTheMissingKey() throws {
    #expect(
      try message(replacing: "\"merges\"", with: "\"merged\"")
        == "tokenizer.json: model.merges: is missing")
    #expect(
      try message(replacing: "\"pre_tokenizer\"", with: "\"x\"")
        == "tokenizer.json: pre_tokenizer: is missing")
  }

  @Test func reportsIdentifiersWithAHole() throws {
    #expect(
      try message(replacing: "\"aa\": 256", with: "\"aa\": 900")
        == "tokenizer.json: model: the identifier 900 of \"aa\" leaves a hole: there are 258 tokens"
    )
    #expect(
      try message(replacing: "\"aa\": 256", with: "\"aa\": 99999999999")
        == "tokenizer.json: model.vocab.aa: 99999999999 is outside 0 to 16777216")
    #expect(
      try message(replacing: "\"aa\": 256", with: "\"aa\": -1")
        == "tokenizer.json: model.vocab.aa: -1 is outside 0 to 16777216")
  }

  @Test func reportsTwoTokensWithOneIdentifier() throws {
    #expect(
      try message(replacing: "\"aa\": 256", with: "\"aa\": 3")
        == "tokenizer.json: model: \"$\" and \"aa\" have the same identifier 3")
  }

  @Test func reportsATokenGivenTwice() throws {
    let text = try message(replacing: "\"aa\": 256", with: "\"a\": 256")
    #expect(text.hasSuffix("the key \"a\" is given twice"))
  }

  @Test func reportsAMissingByte() throws {
    #expect(
      try message(replacing: "\"!\": 0", with: "\"!!\": 0")
        == "tokenizer.json: model: the vocabulary has no token for the byte 33")
  }

  @Test func reportsAMergeOfUnknownTokens() throws {
    let text = try message { text in
      text.replacing("\"merges\": [\n", with: "\"merges\": [\n[\"zz\", \"a\"],\n")
    }
    #expect(
      text == "tokenizer.json: model.merges[0]: merges \"zz\" and \"a\"; one of them or what they "
        + "make is not in the vocabulary")
    #expect(
      try message { $0.replacing("\"merges\": [\n", with: "\"merges\": [\n[\"a\"],\n") }
        == "tokenizer.json: model.merges[0]: a merge has two sides, not 1")
    #expect(
      try message { $0.replacing("\"merges\": [\n", with: "\"merges\": [\n\"abc\",\n") }
        == "tokenizer.json: model.merges[0]: \"abc\" is not two tokens")
    #expect(
      try message { $0.replacing("\"merges\": [\n", with: "\"merges\": [\n17,\n") }
        == "tokenizer.json: model.merges[0]: an array is needed, not an integer")
  }

  @Test func refusesOtherKindsOfTokenizer() throws {
    #expect(
      try message(replacing: "\"BPE\"", with: "\"Unigram\"")
        == "tokenizer.json: model.type: not supported: the model \"Unigram\"; BPE is")
    #expect(
      try message(replacing: "\"NFC\"", with: "\"NFKC\"")
        == "tokenizer.json: normalizer: not supported: a normalizer other than NFC")
    #expect(
      try message(replacing: "(?i:'s", with: "(?i:'z")
        == "tokenizer.json: pre_tokenizer.pretokenizers[0].pattern.Regex: not supported: an "
        + "expression other than Qwen's")
    #expect(
      try message(replacing: "\"Isolated\"", with: "\"Removed\"").contains("other than Qwen's"))
    #expect(
      try message(replacing: "\"lstrip\": false", with: "\"lstrip\": true")
        == "tokenizer.json: added_tokens[0].lstrip: not supported: true")
    #expect(
      try message(replacing: "\"byte_fallback\": false", with: "\"byte_fallback\": true")
        == "tokenizer.json: model.byte_fallback: not supported: true")
  }

  @Test func reportsAnAddedTokenWithAnotherIdentifier() throws {
    #expect(
      try message(replacing: "\"content\": \"<|im_end|>\"", with: "\"content\": \"aa\"")
        == "tokenizer.json: added_tokens[0]: \"aa\" is given both the identifiers 256 and 257")
    #expect(
      try message(replacing: "\"content\": \"<|im_end|>\"", with: "\"content\": \"\"")
        == "tokenizer.json: added_tokens[0]: an added token without text")
  }

  @Test func readsMergesOfOlderFilesAndWholeTokens() throws {
    let text = try smallest().replacing(#/\[\s*"a",\s*"a"\s*\]/#, with: "\"a a\"")
    let older = try Tokenizer(TokenizerFiles(tokenizer: Data(text.utf8), settings: Data()))
    #expect(older.encode("aa") == [256])
    let whole = try smallest().replacing(
      "\"ignore_merges\": false", with: "\"ignore_merges\": true")
    let taking = try Tokenizer(TokenizerFiles(tokenizer: Data(whole.utf8), settings: Data()))
    #expect(taking.encode("aa") == [256])
  }

  @Test func survivesAnyDamagedByte() throws {
    let bytes = Array(try smallest().utf8)
    for position in stride(from: 0, to: bytes.count, by: 37) {
      var damaged = bytes
      damaged[position] ^= 0x15
      let files = TokenizerFiles(tokenizer: Data(damaged), settings: Data())
      // Either is fine; what counts is that nothing but a `ModelError` comes out.
      do { _ = try Tokenizer(files).encode("aa b") } catch { #expect(error is ModelError) }
    }
  }

  @Test func saysWhichFileCannotBeRead() {
    let error = #expect(throws: ModelError.self) {
      try Tokenizer(contentsOf: URL(fileURLWithPath: "/nowhere/tokenizer.json"))
    }
    #expect(
      error?.description == "/nowhere/tokenizer.json: cannot read: No such file or directory")
  }
}
