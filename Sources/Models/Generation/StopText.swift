/// A text that ends a response with the token that completes it: the closing tag of its last segment,
/// for a model that was never taught to end.
///
/// It is looked for in the bytes that the response's tokens stand for, token by token (Knuth, Morris
/// and Pratt 1977), so it may be spread over many tokens and may begin and end inside of one. Nothing is
/// removed: the text stays in the response, and so does what the completing token holds after it.
public struct StopText: Sendable, Hashable {
  public let text: String
  private let bytes: [UInt8]
  /// For every prefix of the text, the length of its longest proper prefix that it ends with.
  private let borders: [Int]
  /// The bytes of every token.
  private let tokens: [[UInt8]]

  /// - Returns: nil for the empty text, which nothing ends with.
  public init?(_ text: String, tokenizer: Tokenizer) {
    self.init(text, tokens: (0..<tokenizer.vocabularySize).map(tokenizer.bytes(of:)))
  }

  init?(_ text: String, tokens: [[UInt8]]) {
    let bytes = Array(text.utf8)
    guard !bytes.isEmpty else { return nil }
    var borders = [0]
    var length = 0
    for byte in bytes.dropFirst() {
      while length > 0, bytes[length] != byte { length = borders[length - 1] }
      if bytes[length] == byte { length += 1 }
      borders.append(length)
    }
    self.text = text
    self.bytes = bytes
    self.borders = borders
    self.tokens = tokens
  }

  /// How far into the text the bytes of a response have come.
  struct Progress: Equatable {
    fileprivate(set) var matched = 0
    fileprivate(set) var isComplete = false
  }

  /// Goes on with the bytes of the response's next token.
  func advance(_ progress: inout Progress, by token: Int) {
    guard tokens.indices.contains(token), !progress.isComplete else { return }
    for byte in tokens[token] {
      while progress.matched > 0, bytes[progress.matched] != byte {
        progress.matched = borders[progress.matched - 1]
      }
      if bytes[progress.matched] == byte { progress.matched += 1 }
      if progress.matched == bytes.count {
        progress.isComplete = true
        return
      }
    }
  }
}
