import Rewards

/// Why a judge gave no verdict, for telemetry and for the recipe's `on_failure`.
public enum JudgeFailureCause: String, Sendable, Hashable, Codable, CaseIterable {
  /// No complete answer within `limits.timeout`.
  case timeout
  /// The model, or a filter in front of it, would not answer.
  case refusal
  /// The answer holds no verdict of the declared form.
  case parse
  /// The server asks for patience (429).
  case rateLimit = "rate_limit"
  /// The server reports an error of its own (5xx), or cannot serve this one question.
  case server
  /// No connection, or one that broke.
  case network
  /// The question leaves its answer no room in what the model was made for.
  case context
  /// The item's video or picture is of no use.
  case media

  /// Whether the same question can be answered a moment later, so that an outage is waited out.
  var isTransient: Bool {
    switch self {
    case .timeout, .rateLimit, .server, .network: true
    case .refusal, .parse, .context, .media: false
    }
  }
}

/// A call without a verdict. What it means for training is the recipe's `on_failure`.
public struct JudgeFailure: Error, Sendable, Equatable, CustomStringConvertible {
  public var cause: JudgeFailureCause
  public var message: String
  /// Seconds that the server asks to wait (`Retry-After`).
  public var retryAfter: Double?
  /// Whether asking again cannot help, although the cause is one of those that pass.
  public var isFinal: Bool

  public init(
    _ cause: JudgeFailureCause, _ message: String, retryAfter: Double? = nil, isFinal: Bool = false
  ) {
    self.cause = cause
    self.message = message
    self.retryAfter = retryAfter
    self.isFinal = isFinal
  }

  public var description: String {
    "\(cause.rawValue.replacing("_", with: " ")): \(message)"
  }
}

/// What ends a command whatever `on_failure` says: it is no missing verdict, but a mistake in the
/// recipe, its environment or its files.
public enum JudgeError: JudgeHalt, Equatable, CustomStringConvertible {
  /// The environment variable behind a secret is not set.
  case missingSecret(judge: String, secret: String, variable: String)
  /// The variable holds something that cannot stand in a header.
  case unusableSecret(secret: String, variable: String)
  /// `base_url` is no address of a server.
  case address(judge: String, url: String)
  /// The server says that the request, the key or the model is wrong.
  case rejected(judge: String, status: Int, message: String)
  /// A model that this program runs itself cannot be read, or cannot answer.
  case model(judge: String, message: String)
  /// The item's video or picture is not there.
  case media(judge: String, message: String)
  /// A prompt wants to show what the request does not hold.
  case unseen(judge: String, path: String)
  /// Only the tape may answer, and it does not know the question.
  case notOnTape(judge: String, tape: String, shown: String)
  /// Only the tape may answer, and there is none.
  case noTape(path: String)
  /// The tape cannot be read or written.
  case tape(path: String, message: String)
  /// The tape's contents are damaged.
  case damagedTape(path: String, message: String)
  case diskFull(path: String)
  /// A limit of the recipe's `budget` is reached.
  case spent(String)
  /// One line of a file of labelled examples; lines count from 1.
  case example(path: String, line: Int, message: String)
  /// Examples as a whole.
  case examples(path: String, message: String)

  public var description: String {
    switch self {
    case .missingSecret(let judge, let secret, let variable):
      "judge `\(judge)` needs the secret `\(secret)`, and the environment variable \(variable) is "
        + "not set"
    case .unusableSecret(let secret, let variable):
      "the secret `\(secret)`, from the environment variable \(variable), holds a line break or "
        + "another character that no key has"
    case .address(let judge, let url):
      "judge `\(judge)`: `base_url` is \(url), and must be an address as https://host/v1"
    case .rejected(let judge, let status, let message):
      "judge `\(judge)`: the server rejects the request (\(status)): \(message)"
    case .model(let judge, let message), .media(let judge, let message):
      "judge `\(judge)`: \(message)"
    case .unseen(let judge, let path):
      "judge `\(judge)`: its prompt shows `\(path)`, which it is not given to see"
    case .notOnTape(let judge, let tape, let shown):
      "judge `\(judge)`: \(tape) holds no answer about \(shown), and the network is not to be used"
    case .noTape(let path):
      "\(path): there is no tape of verdicts, and the network is not to be used"
    case .tape(let path, let message): "\(path): \(message)"
    case .damagedTape(let path, let message): "\(path): the tape of verdicts is damaged: \(message)"
    case .diskFull(let path):
      "\(path): the disk is full; every verdict before this one is kept"
    case .spent(let limit): "the budget is spent: \(limit)"
    case .example(let path, let line, let message): "\(path):\(line): \(message)"
    case .examples(let path, let message): "\(path): \(message)"
    }
  }
}
