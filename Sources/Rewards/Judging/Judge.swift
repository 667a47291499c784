/// What a judge is asked: the texts that the recipe lets it see, with the item's media if it does, and nothing else.
public struct JudgeRequest: Sendable {
  /// One text, under the path by which the recipe names it (`item.problem`, `segment.observation`). Under
  /// `item.media` stands what the pictures are known by: the name of the media, or the digest of what is shown.
  public struct Field: Hashable, Sendable, Codable {
    public let path: String
    public let text: String

    public init(path: String, text: String) {
      self.path = path
      self.text = text
    }
  }

  /// The judge's name in the recipe.
  public let judge: String
  /// In the order of the recipe's `sees`.
  public let fields: [Field]
  /// What `item.media` among the fields stands for; nil where they don't have it, and for an item without any.
  public let media: (any ItemMedia)?

  public init(judge: String, fields: [Field], media: (any ItemMedia)? = nil) {
    self.judge = judge
    self.fields = fields
    self.media = media
  }

  /// The text under a path; nil when the judge does not see it.
  public subscript(path: String) -> String? { fields.first { $0.path == path }?.text }

  /// Everything the judge sees as one text, in which no field can imitate another (lengths are
  /// written before texts). Equal requests have equal contents, so this is what caches and
  /// deterministic judges hash.
  public var content: String {
    fields.map { "\($0.path) \($0.text.utf8.count)\n\($0.text)\n" }.joined()
  }
}

/// What media show is told by the field that stands for them.
extension JudgeRequest: Hashable {
  public static func == (a: JudgeRequest, b: JudgeRequest) -> Bool {
    a.judge == b.judge && a.fields == b.fields
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(judge)
    hasher.combine(fields)
  }
}

/// What a judge answers.
public struct JudgeVerdict: Hashable, Sendable, Codable {
  /// The value of the label; a judgement of yes or no is 1 or 0.
  public var score: Double
  public var label: String
  public var explanation: String

  public init(score: Double, label: String, explanation: String = "") {
    self.score = score
    self.label = label
    self.explanation = explanation
  }
}

/// Someone who scores texts: a language model, or a rule.
public protocol Judge: Sendable {
  /// Throws when it cannot decide; what that means for training is the recipe's `on_failure`.
  func verdict(_ request: JudgeRequest) async throws -> JudgeVerdict
}
