/// Rewards that are summed and normalized together: a process, or the whole response.
public struct CreditScope: Hashable, Sendable {
  public var name: String
  /// The rewards whose sum is normalized.
  public var rewards: [String]
  public var normalization: Normalization

  public init(name: String, rewards: [String], normalization: Normalization) {
    self.name = name
    self.rewards = rewards
    self.normalization = normalization
  }
}

/// The advantages of one group's tokens.
public struct CreditedGroup: Hashable, Sendable {
  /// Per response, one per token. Empty lists when the group is dropped.
  public let advantages: [[Double]]
  /// Per scope, the summed reward of every response; nil where the response abstains.
  public let totals: [String: [Double?]]
  /// Per scope, the normalization of the group's rewards. Under process-aware credit the part
  /// `rest` has its own entry.
  public let scopes: [String: NormalizedScope]
  /// Scopes whose tokens stay out of the loss, because all their rewards are equal and the
  /// normalization says `drop`.
  public let withheld: Set<String>
  /// Why the whole group is to be left out of the update; nil when it stays.
  public let dropped: String?

  /// Whether no token of the group enters the loss.
  public var isWithheld: Bool { !scopes.isEmpty && withheld.count == scopes.count }
}

/// Which tokens get which advantage.
public struct Credit: Hashable, Sendable {
  public enum Assignment: Hashable, Sendable {
    /// Process-aware GRPO (VIDEOP2R eqs. 6 and 7): scopes are named after processes, and a token
    /// gets the advantage of its own process. Tokens outside all segments get the normalized sum
    /// of the process rewards.
    case byProcess(rest: Normalization)
    /// Plain GRPO (VIDEOP2R eq. 1): one scope, whose advantage goes to every token.
    case allTokens
  }

  /// The name under which the tokens outside all segments appear in results.
  public static let rest = "rest"

  public let scopes: [CreditScope]
  public let assignment: Assignment
  public let truncation: Truncation
  public let rules: Rules

  /// Throws when there is no scope, a scope has no reward or a name that is taken, or `allTokens`
  /// has more than one scope.
  public init(
    scopes: [CreditScope], assignment: Assignment, truncation: Truncation = .score,
    rules: Rules = Rules()
  ) throws {
    guard !scopes.isEmpty else { throw RewardError.credit(message: "there is no scope") }
    guard Set(scopes.map(\.name)).count == scopes.count else {
      throw RewardError.credit(message: "two scopes have one name")
    }
    for scope in scopes where scope.rewards.isEmpty {
      throw RewardError.credit(message: "scope `\(scope.name)` has no reward")
    }
    switch assignment {
    case .byProcess:
      if scopes.contains(where: { $0.name == Self.rest }) {
        throw RewardError.credit(message: "`\(Self.rest)` cannot be the name of a process")
      }
    case .allTokens:
      guard scopes.count == 1 else {
        throw RewardError.credit(message: "one advantage for all tokens needs exactly one scope")
      }
    }
    self.scopes = scopes
    self.assignment = assignment
    self.truncation = truncation
    self.rules = rules
  }

  /// The same for a single update, of which nothing is remembered.
  public func assign(
    _ groups: [(group: RewardGroup, table: RewardTable)], weights: [String: Double] = [:]
  ) throws -> [CreditedGroup] {
    var memory = RewardMemory()
    return try assign(groups, weights: weights, memory: &memory)
  }

  /// Advantages for the groups of one update, in order. A group in which a reward failed is
  /// dropped: it gets no advantages, and no batch scope sees its rewards.
  ///
  /// - Parameters:
  ///   - weights: by reward, the factor of its value in the sum of its scope; 1 where absent.
  ///   - memory: what running scopes remember; taken further by this update.
  public func assign(
    _ groups: [(group: RewardGroup, table: RewardTable)], weights: [String: Double] = [:],
    memory: inout RewardMemory
  ) throws -> [CreditedGroup] {
    for (group, table) in groups where group.responses.count != table.count {
      throw RewardError.credit(
        message: "\(group.responses.count) responses but rewards for \(table.count)")
    }
    let kept = groups.indices.filter { groups[$0].table.failure == nil }
    let keys = kept.map { groups[$0].group.item.problemType }
    var totals: [String: [[Double?]]] = [:]
    var normalized: [String: [NormalizedScope]] = [:]
    func normalize(_ name: String, _ rewards: [String], _ normalization: Normalization) throws {
      let values = try kept.map { try scored(rewards, groups[$0]) }
      let factors = rewards.map { weights[$0] ?? 1 }
      totals[name] = values.map { $0.map { normalization.total($0, weights: factors) } }
      normalized[name] = try normalization.apply(
        values, weights: factors, keys: keys, owner: "normalization/\(name)", memory: &memory)
    }
    for scope in scopes { try normalize(scope.name, scope.rewards, scope.normalization) }
    if case .byProcess(let normalization) = assignment {
      try normalize(Self.rest, scopes.flatMap(\.rewards), normalization)
      totals[Self.rest] = nil
    }
    return try groups.indices.map { index in
      guard let position = kept.firstIndex(of: index) else {
        return CreditedGroup(
          advantages: [], totals: [:], scopes: [:], withheld: [],
          dropped: groups[index].table.failure)
      }
      let own = normalized.compactMapValues { $0[position] }
      return CreditedGroup(
        advantages: try tokenAdvantages(groups[index].group, own),
        totals: totals.compactMapValues { $0[position] }, scopes: own, withheld: withheld(own),
        dropped: nil)
    }
  }

  /// The rewards of every response; those that take no part have none.
  private func scored(
    _ rewards: [String], _ part: (group: RewardGroup, table: RewardTable)
  ) throws -> [[Double?]] {
    let values = try part.table.values(of: rewards)
    guard truncation == .mask else { return values }
    return zip(values, part.group.responses).map { values, response in
      response.response.truncated ? values.map { _ in nil } : values
    }
  }

  private func withheld(_ normalized: [String: NormalizedScope]) -> Set<String> {
    var rules = Dictionary(
      scopes.map { ($0.name, $0.normalization.zeroVariance) },
      uniquingKeysWith: { first, _ in first })
    if case .byProcess(let rest) = assignment { rules[Self.rest] = rest.zeroVariance }
    return Set(normalized.filter { $1.isZeroVariance && rules[$0] == .drop }.keys)
  }

  private func tokenAdvantages(
    _ group: RewardGroup, _ normalized: [String: NormalizedScope]
  ) throws -> [[Double]] {
    try group.responses.enumerated().map { index, response in
      let byScope = normalized.mapValues { $0.advantages[index] }
      switch assignment {
      case .allTokens:
        let advantage = byScope[scopes[0].name] ?? 0
        return [Double](repeating: advantage, count: response.parts.count)
      case .byProcess:
        return try response.processes(rules).map { process in
          if process == nil, rules.rest == .none { return 0 }
          guard let advantage = byScope[process ?? Self.rest] else {
            throw RewardError.credit(
              message: "no reward is credited to process `\(process ?? Self.rest)`")
          }
          return advantage
        }
      }
    }
  }
}
