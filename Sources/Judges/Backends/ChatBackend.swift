import Rewards

/// One question for a chat model, in no service's words.
struct ChatRequest: Sendable, Hashable {
  var model: String
  var system: String?
  var user: [ChatPart]
  var sampling: JudgeSampling
  /// The verdict to ask for as an object; nil for text.
  var structure: VerdictReader?
}

/// What a chat model answered.
public struct ChatReply: Sendable, Hashable {
  /// The text, or the object as JSON.
  public var text: String
  public var usage: TokenUsage
  /// Whether it was cut at the limit on new tokens.
  public var isTruncated: Bool

  public init(text: String, usage: TokenUsage, isTruncated: Bool) {
    self.text = text
    self.usage = usage
    self.isTruncated = isTruncated
  }
}

/// Tokens of questions and answers.
public struct TokenUsage: Sendable, Hashable, Codable {
  public var input: Int
  public var output: Int

  public init(input: Int = 0, output: Int = 0) {
    self.input = input
    self.output = output
  }
}

/// How a service wants to be asked and how it answers.
protocol ChatBackend: Sendable {
  /// Below `base_url`.
  var path: String { get }
  /// With the key, where there is one.
  func headers(_ secret: Secret?) -> [(name: String, value: String)]
  /// - Throws: `VideoError.encodeFailed` for a picture that cannot be sent.
  func body(_ request: ChatRequest) throws -> JSONValue
  /// Reads the body of a successful answer.
  ///
  /// - Throws: `JudgeFailure` with cause `refusal` or `parse`.
  func reply(_ body: JSONValue) throws(JudgeFailure) -> ChatReply
}

extension ChatBackend {
  /// A count of the answer's usage; 0 where the service does not say. No answer has more tokens than
  /// `largestCount`, so that whatever a server says can be added up.
  func count(_ usage: JSONValue?, _ key: String) -> Int {
    usage?[key]?.doubleValue.map { Int(min(max(0, $0), Double(Self.largestCount))) } ?? 0
  }

  private static var largestCount: Int { 1 << 40 }
}
