import RecipeLanguage

/// A reward kind with its name and its gates.
public struct Reward: Sendable {
  public let name: String
  public let kind: any RewardKind
  /// The `when` of the recipe: an expression over other rewards and the item, for each response.
  public let gate: Expression?
  /// The `group_when` of the recipe: a question about the responses, for each group.
  public let groupGate: Expression?

  public init(
    name: String, kind: any RewardKind, gate: Expression? = nil, groupGate: Expression? = nil
  ) {
    self.name = name
    self.kind = kind
    self.gate = gate
    self.groupGate = groupGate
  }

  /// The rewards that must be computed before this one.
  var dependencies: [String] {
    let names = [gate, groupGate].flatMap { $0?.rewardNames ?? [] } + kind.readsRewards
    return names.enumerated().filter { !names[..<$0].contains($1) }.map(\.element)
  }

  /// One outcome per response. Where a gate is false the value is 0 with that reason and the kind is
  /// not asked (no judge is paid for it); where the gate reads an abstention the reward abstains,
  /// where it reads a failure it fails. Throws `RewardError.notFinite` for a value that is not a
  /// finite number.
  public func evaluate(
    _ group: RewardGroup, prior: [String: [RewardOutcome]]
  ) async throws -> [RewardOutcome] {
    let count = group.responses.count
    if !dependencies.isEmpty { try checkPrior(prior, count: count) }
    if let groupGate, let outcome = blocked(by: groupGate, group, prior) {
      return [RewardOutcome](repeating: outcome, count: count)
    }
    var outcomes = [RewardOutcome?](repeating: nil, count: count)
    if let gate {
      for index in 0..<count {
        outcomes[index] = blocked(by: gate, group.item, prior: prior.mapValues { $0[index] })
      }
    }
    let open = outcomes.indices.filter { outcomes[$0] == nil }
    if !open.isEmpty {
      let found = try await kind.evaluate(
        group.keeping(open), prior: prior.mapValues { column in open.map { column[$0] } })
      guard found.count == open.count else {
        throw RewardError.outcomeCount(reward: name, expected: open.count, found: found.count)
      }
      for (index, outcome) in zip(open, found) {
        if let value = outcome.value, !value.isFinite {
          throw RewardError.notFinite(reward: name, response: index, value: "\(value)")
        }
        outcomes[index] = outcome
      }
    }
    return outcomes.compactMap { $0 }
  }

  private func checkPrior(_ prior: [String: [RewardOutcome]], count: Int) throws {
    for dependency in dependencies where prior[dependency] == nil {
      throw RewardError.unknown(what: "reward", name: dependency, help: "`\(name)` reads it")
    }
    for (other, column) in prior where column.count != count {
      throw RewardError.outcomeCount(reward: other, expected: count, found: column.count)
    }
  }

  /// The outcome that the gate decides; nil when it lets the response through.
  private func blocked(
    by gate: Expression, _ item: DataRecord, prior: [String: RewardOutcome]
  ) -> RewardOutcome? {
    guard let passes = gate.value(in: .response(item, prior))?.number else {
      return .missing(gate, prior, reader: "gate")
    }
    return passes == 0 ? .value(0, because: "gate `\(gate.text)` is false") : nil
  }

  /// The outcome that the gate of the group decides for all; nil when it lets the group through.
  private func blocked(
    by gate: Expression, _ group: RewardGroup, _ prior: [String: [RewardOutcome]]
  ) -> RewardOutcome? {
    guard let passes = gate.value(in: .group(group, prior))?.number else {
      let outcomes = prior.compactMapValues { column in column.first { $0.value == nil } }
      return .missing(gate, outcomes, reader: "the gate of the group")
    }
    return passes == 0 ? .value(0, because: "group gate `\(gate.text)` is false") : nil
  }
}
