import Rewards

/// What the rewards of a recipe make of stored responses: `sousvide.score/1`, described in
/// `grammar/score.md`.
public struct ScoreReport: Sendable, Encodable {
  public var schema = "sousvide.score/1"
  public var stage: String
  /// Whether lengths count words and punctuation marks, for want of a tokenizer.
  public var countsWords: Bool
  public var groups: [Group]

  public struct Group: Sendable, Encodable {
    public var group: String
    /// Why the whole group would be left out of the update.
    public var dropped: String?
    /// Statistics of each scope whose rewards are normalized together.
    public var scopes: [String: Scope]
    public var responses: [Response]
  }

  public struct Scope: Sendable, Encodable {
    /// The rewards that are summed.
    public var rewards: [String]
    public var mean: Double
    public var deviation: Double
    /// Responses that have a total.
    public var count: Int
    /// All totals are equal: nothing can be learned from this group.
    public var isZeroVariance: Bool
  }

  public struct Response: Sendable, Encodable {
    /// Line of the responses file, from 1.
    public var line: Int
    public var text: String
    /// Tokens, the end token included.
    public var tokens: Int
    public var segments: [Segment]
    /// In the order of the recipe.
    public var rewards: [Reward]
    /// The summed reward of each scope; absent where the response abstains.
    public var totals: [String: Double]
    /// The advantage of each scope, with the arithmetic that gave it.
    public var advantages: [String: Advantage]
    /// Which tokens get which advantage, from the first token to the last.
    public var credit: [Credit]
  }

  public struct Segment: Sendable, Encodable {
    public var name: String
    public var process: String
    /// `found`, `missing`, `unclosed`, …
    public var outcome: String
    /// Tokens inside the delimiters.
    public var tokens: Int
    public var text: String
  }

  public struct Reward: Sendable, Encodable {
    public var name: String
    /// Absent where it abstained or failed.
    public var value: Double?
    /// `value`, `abstained` or `failed`.
    public var outcome: String
    public var because: String?
  }

  public struct Advantage: Sendable, Encodable {
    public var value: Double
    public var why: String
  }

  public struct Credit: Sendable, Encodable {
    /// First token, and one past the last.
    public var tokens: [Int]
    /// The segment, or `rest`.
    public var part: String
    /// The scope whose advantage the tokens get.
    public var scope: String
    public var advantage: Double
  }
}

extension ScoreReport.Group {
  init(
    _ stored: StoredGroup, _ scored: ScoredGroup, _ credited: CreditedGroup,
    scopes: [CreditScope], rules: Rewards.Credit.Rules, rewards: [String]
  ) {
    group = stored.name
    dropped = credited.dropped
    let byName = Dictionary(scopes.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    self.scopes = credited.scopes.reduce(into: [:]) { result, scope in
      result[scope.key] = ScoreReport.Scope(
        rewards: byName[scope.key]?.rewards ?? scopes.flatMap(\.rewards), mean: scope.value.mean,
        deviation: scope.value.deviation, count: scope.value.count,
        isZeroVariance: scope.value.isZeroVariance)
    }
    responses = stored.responses.indices.map { index in
      ScoreReport.Response(
        stored.responses[index].line, index, scored, credited, byName, rules, rewards: rewards)
    }
  }
}

extension ScoreReport.Response {
  fileprivate init(
    _ line: Int, _ index: Int, _ scored: ScoredGroup, _ credited: CreditedGroup,
    _ scopes: [String: CreditScope], _ rules: Credit.Rules, rewards: [String]
  ) {
    let parsed = scored.group.responses[index]
    self.line = line
    text = parsed.response.text
    tokens = parsed.response.tokens.count
    segments = parsed.segments.map {
      ScoreReport.Segment(
        name: $0.name, process: $0.specification.process, outcome: $0.outcome.rawValue,
        tokens: $0.contentTokenCount, text: $0.trimmed)
    }
    self.rewards = rewards.compactMap { name in
      scored.table.outcomes[name].map { ScoreReport.Reward(name, $0[index]) }
    }
    totals = credited.totals.compactMapValues { $0[index] }
    advantages = credited.scopes.reduce(into: [:]) { result, scope in
      result[scope.key] = ScoreReport.Advantage(
        value: scope.value.advantages[index],
        why: scope.value.explanation(
          of: credited.totals[scope.key]?[index], scopes[scope.key]?.normalization))
    }
    credit =
      credited.dropped == nil
      ? Self.credit(parsed, credited.advantages[index], scopes, rules) : []
  }

  /// Neighbouring tokens of one part with one advantage, together.
  private static func credit(
    _ parsed: ParsedResponse, _ advantages: [Double], _ scopes: [String: CreditScope],
    _ rules: Credit.Rules
  ) -> [ScoreReport.Credit] {
    let processes = parsed.processes(rules)
    return advantages.indices.reduce(into: []) { runs, token in
      let part = parsed.parts[token].label
      let process = processes[token] ?? Credit.rest
      let scope = scopes.count == 1 ? scopes.keys.first ?? process : process
      if let last = runs.last, last.part == part, last.advantage == advantages[token] {
        runs[runs.count - 1].tokens[1] = token + 1
      } else {
        runs.append(
          ScoreReport.Credit(
            tokens: [token, token + 1], part: part, scope: scope, advantage: advantages[token]))
      }
    }
  }
}

extension ScoreReport.Reward {
  fileprivate init(_ name: String, _ outcome: RewardOutcome) {
    self.name = name
    value = outcome.value
    because = outcome.reason
    switch outcome {
    case .value: self.outcome = "value"
    case .abstained: self.outcome = "abstained"
    case .failed: self.outcome = "failed"
    }
  }
}

extension NormalizedScope {
  /// The arithmetic in words: "(2.2 - 1.55) / (0.72 + 0.0001)".
  fileprivate func explanation(of total: Double?, _ normalization: Normalization?) -> String {
    guard let normalization else { return "the sum of all rewards, normalized" }
    guard let total else { return "it has no total, so it is not compared" }
    if isZeroVariance { return "all \(count) totals are \(Self.short(total)): nothing to learn" }
    let centred =
      normalization.center == .mean
      ? "(\(Self.short(total)) - \(Self.short(mean)))" : Self.short(total)
    guard normalization.aggregation == .sumThenNormalize else {
      return "every reward normalized for itself, and their sum over the batch"
    }
    guard normalization.center != .leaveOneOut, normalization.scale != .leaveOneOut else {
      return "compared with the other responses of the group"
    }
    guard normalization.scale == .std else { return centred }
    return "\(centred) / (\(Self.short(deviation)) + \(Self.short(normalization.epsilon)))"
  }

  private static func short(_ value: Double) -> String {
    let rounded = (value * 10_000).rounded() / 10_000
    return Int(exactly: rounded).map(String.init) ?? "\(rounded)"
  }
}
