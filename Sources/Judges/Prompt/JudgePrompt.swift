import RecipeLanguage
import Rewards

/// What is sent to a judge about one response, whoever answers: the same for every backend.
struct JudgeQuestion: Sendable, Hashable {
  enum Part: Sendable, Hashable {
    case text(String)
    /// The item's media, where it has any.
    case media
  }

  /// What is said of the fences; nil where the prompt has none.
  var system: String?
  /// In the order of the prompt; no two neighbours are text.
  var parts: [Part]
  /// The address of the answer on the tape.
  var key: String

  /// The user's text, without pictures.
  var user: String { user(showing: nil).text }

  /// The user's message. Without media, or for an item that has none, nothing stands in their place.
  func user(showing media: ShownMedia?) -> [ChatPart] {
    parts.reduce(into: [ChatPart]()) { message, part in
      switch (part, media, message.last) {
      case (.text(let text), _, .text(let before)?):
        message[message.count - 1] = .text(before + text)
      case (.text(let text), _, _): message.append(.text(text))
      case (.media, let media?, _): message.append(.media(media))
      case (.media, nil, _): break
      }
    }
  }
}

/// The prompt of a judge, its sampling, and the form its verdict must have.
struct JudgePrompt: Sendable {
  /// How prompts are filled, answers read and keys made. Another number asks everything again.
  static let version = 1

  let judge: String
  let model: String
  let template: Template
  let sampling: JudgeSampling
  let verdict: VerdictReader

  /// The question about one response. Only what the request holds can be shown: the recipe's `sees`.
  ///
  /// - Throws: `JudgeError.unseen` for a hole that the request does not fill.
  func question(_ request: JudgeRequest) throws -> JudgeQuestion {
    let fence = Fence(for: request, in: template.text)
    var parts: [JudgeQuestion.Part] = []
    var text = ""
    for part in template.parts {
      switch part {
      case .text(let literal): text += literal
      case .hole(let hole):
        guard let shown = request[hole.source] else {
          throw JudgeError.unseen(judge: judge, path: hole.source)
        }
        if hole.source == Template.media {
          parts += text.isEmpty ? [.media] : [.text(text), .media]
          text = ""
        } else {
          text += hole.isFenced ? fence.around(shown) : shown
        }
      }
    }
    if !text.isEmpty || parts.isEmpty { parts.append(.text(text)) }
    let isFenced = template.holes.contains(where: \.isFenced)
    return JudgeQuestion(
      system: isFenced ? fence.explanation : nil, parts: parts, key: key(request))
  }

  /// The digest of everything an answer depends on: model, prompt, texts, digest of the pictures, sampling
  /// and the form of the verdict. Who serves the model, and with which key, does not enter.
  private func key(_ request: JudgeRequest) -> String {
    let parts = [
      "sousvide judge \(Self.version)", model, template.text, sampling.canonicalText,
      verdict.canonicalText, request.content,
    ]
    return ContentDigest.sha256(parts.map { "\($0.utf8.count)\n\($0)\n" }.joined())
  }

  /// The model's name without its revision.
  var sentModel: String {
    model.lastIndex(of: "@").map { String(model[..<$0]) } ?? model
  }

  /// A short name for the prompt and the form of the verdict, common to all questions of a judge.
  var identity: String {
    ContentDigest.sha256(
      [model, template.text, sampling.canonicalText, verdict.canonicalText]
        .map { "\($0.utf8.count)\n\($0)\n" }.joined())
  }
}

/// How an answer is drawn.
public struct JudgeSampling: Sendable, Hashable {
  /// 0 is greedy.
  public var temperature: Double
  /// Tokens.
  public var maximumNewTokens: Int
  public var seed: Int?

  public init(temperature: Double, maximumNewTokens: Int, seed: Int? = nil) {
    self.temperature = temperature
    self.maximumNewTokens = maximumNewTokens
    self.seed = seed
  }

  var canonicalText: String {
    "temperature \(temperature) tokens \(maximumNewTokens) seed \(seed.map(String.init) ?? "none")"
  }
}

extension JudgeSampling {
  init(_ settings: Record) throws {
    try self.init(
      temperature: settings.number("temperature"),
      maximumNewTokens: settings.integer("max_new_tokens"),
      seed: settings.optionalInteger("seed"))
  }
}
