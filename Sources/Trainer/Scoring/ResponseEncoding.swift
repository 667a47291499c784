import Foundation
import Models
import Rewards

/// How stored responses become tokens.
public enum ResponseEncoding: Sendable {
  /// The policy's own tokenizer.
  case tokenizer(Tokenizer)
  /// One token per word or punctuation mark: for a policy whose tokenizer does not exist yet.
  case words

  /// Reads `tokenizer.json` in a model's folder.
  public init(folder: URL) throws {
    self = .tokenizer(try Tokenizer(TokenizerFiles(contentsOf: folder)))
  }

  /// - Parameter stopText: what ends a response that holds it, in place of the end token.
  /// - Throws: `RewardError.response` when identifiers are given that have no token.
  func response(_ stored: StoredResponse, stopText: String? = nil) throws -> Response {
    var ids: [Int]
    var pieces: [[UInt8]]
    switch (stored.content, self) {
    case (.text(let text), .words):
      pieces = Self.words(text)
      ids = Array(pieces.indices)
    case (.text(let text), .tokenizer(let tokenizer)):
      ids = tokenizer.encode(text)
      pieces = ids.map(tokenizer.bytes(of:))
    case (.tokens(let tokens), .tokenizer(let tokenizer)):
      if let unknown = tokens.first(where: { $0 >= tokenizer.vocabularySize }) {
        throw RewardError.response(
          message: "line \(stored.line): the tokenizer has no token \(unknown)")
      }
      ids = tokens
      if !stored.isTruncated, ids.last == endToken { ids.removeLast() }
      pieces = ids.map(tokenizer.bytes(of:))
    case (.tokens, .words):
      throw RewardError.response(
        message: "line \(stored.line): `token_ids` need the tokenizer they were made with")
    }
    let text = String(decoding: pieces.joined(), as: UTF8.self)
    let hasEndToken = !stored.isTruncated && !(stopText.map(text.contains) ?? false)
    if hasEndToken {
      ids.append(endToken)
      pieces.append([])
    }
    return try Response(
      tokens: ids, pieces: pieces, endToken: hasEndToken, truncated: stored.isTruncated)
  }

  /// The token that ends a response; any number where tokens are words.
  private var endToken: Int {
    if case .tokenizer(let tokenizer) = self, let end = tokenizer.id(of: "<|im_end|>") {
      return end
    }
    return 0
  }

  /// Words with the white space before them, and punctuation marks one by one.
  private static func words(_ text: String) -> [[UInt8]] {
    var pieces: [String] = []
    var current = ""
    var isBlank = true
    for character in text {
      let isWord = character.isLetter || character.isNumber
      if character.isWhitespace {
        if !isBlank {
          pieces.append(current)
          current = ""
        }
        isBlank = true
        current.append(character)
      } else if isWord {
        isBlank = false
        current.append(character)
      } else {
        if !isBlank {
          pieces.append(current)
          current = ""
        }
        pieces.append(current + String(character))
        current = ""
        isBlank = true
      }
    }
    if !current.isEmpty { pieces.append(current) }
    return pieces.map { Array($0.utf8) }
  }
}
