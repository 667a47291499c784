import RecipeLanguage

/// All rewards of a recipe, in an order in which every gate finds what it reads.
public struct RewardProgram: Sendable {
  /// Ordered by need; rewards that need nothing keep the order they were given in.
  public let rewards: [Reward]

  /// Throws when a name occurs twice, a gate reads a name that no reward has, or gates wait for
  /// each other.
  public init(_ rewards: [Reward]) throws {
    let names = rewards.map(\.name)
    for (index, name) in names.enumerated() where names[..<index].contains(name) {
      throw RewardError.setting(owner: "rewards", key: name, message: "the name is used twice")
    }
    for name in rewards.flatMap(\.dependencies) where !names.contains(name) {
      throw RewardError.unknown(
        what: "reward", name: name, help: Suggestion.help(for: name, among: names))
    }
    var ordered: [Reward] = []
    var waiting = rewards
    while !waiting.isEmpty {
      let known = Set(ordered.map(\.name))
      let next = waiting.firstIndex { known.isSuperset(of: $0.dependencies) }
      guard let next else { throw RewardError.gateCycle(rewards: waiting.map(\.name)) }
      ordered.append(waiting.remove(at: next))
    }
    self.rewards = ordered
  }

  /// One reward with all that it reads, directly or not; nothing for a name that no reward has.
  public func part(of name: String) throws -> RewardProgram {
    var wanted: Set<String> = [name]
    // Whatever a reward reads comes before it.
    for reward in rewards.reversed() where wanted.contains(reward.name) {
      wanted.formUnion(reward.dependencies)
    }
    return try RewardProgram(rewards.filter { wanted.contains($0.name) })
  }

  /// What the policy has to write besides its rollouts, each once.
  public var material: [RewardMaterial] {
    rewards.compactMap(\.kind.material).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// Computes every reward for every response of a group.
  public func evaluate(_ group: RewardGroup) async throws -> RewardTable {
    var outcomes: [String: [RewardOutcome]] = [:]
    for reward in rewards {
      outcomes[reward.name] = try await reward.evaluate(group, prior: outcomes)
    }
    return try RewardTable(outcomes: outcomes, count: group.responses.count)
  }

  /// What the rewards remember after a step with these groups.
  public func learn(
    from groups: [(group: RewardGroup, table: RewardTable)], into memory: inout RewardMemory
  ) {
    let kept = groups.filter { $0.table.failure == nil }
    for reward in rewards { reward.kind.learn(from: kept, into: &memory) }
  }
}
