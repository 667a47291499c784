/// One sampled response: its tokens, and the bytes that each token stands for.
public struct Response: Hashable, Sendable {
  /// Token ids, the end token included when there is one.
  public let tokens: [Int]
  /// The bytes of every token, in the order of `tokens`. A token may hold part of a character, and
  /// a special token may hold none.
  public let pieces: [[UInt8]]
  /// Whether the last token is the end token. Its bytes are no part of the text.
  public let endToken: Bool
  /// Whether sampling stopped because the limit on new tokens was reached.
  public let truncated: Bool

  /// Throws when there is not one piece per token, when an end token is claimed of no tokens, and
  /// when a response is said to have ended and been cut at once.
  public init(tokens: [Int], pieces: [[UInt8]], endToken: Bool, truncated: Bool) throws {
    guard tokens.count == pieces.count else {
      throw RewardError.response(message: "\(tokens.count) tokens but \(pieces.count) pieces")
    }
    guard !endToken || !tokens.isEmpty else {
      throw RewardError.response(message: "an end token is claimed, but there are no tokens")
    }
    guard !(endToken && truncated) else {
      throw RewardError.response(message: "it cannot both end with the end token and be cut")
    }
    self.tokens = tokens
    self.pieces = pieces
    self.endToken = endToken
    self.truncated = truncated
  }

  /// The number of tokens whose bytes make up the text: all but the end token.
  var textTokenCount: Int { endToken ? tokens.count - 1 : tokens.count }

  /// The bytes of the text.
  var bytes: [UInt8] { pieces[..<textTokenCount].flatMap { $0 } }

  /// The text without the end token; bytes that are not UTF-8 become U+FFFD.
  public var text: String { String(decoding: bytes, as: UTF8.self) }
}
