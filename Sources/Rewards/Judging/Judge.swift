/// What a judge is asked: the texts that the recipe lets it see, and nothing else.
public struct JudgeRequest: Hashable, Sendable {
  /// One text, under the path by which the recipe names it (`item.problem`, `segment.observation`).
  public struct Field: Hashable, Sendable {
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

  public init(judge: String, fields: [Field]) {
    self.judge = judge
    self.fields = fields
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

/// What a judge answers.
public struct JudgeVerdict: Hashable, Sendable {
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
