import RecipeLanguage

/// A reward kind with its name and its gate.
public struct Reward: Sendable {
  public let name: String
  public let kind: any RewardKind
  /// The `when` of the recipe: an expression over the names of other rewards.
  public let gate: Expression?

  public init(name: String, kind: any RewardKind, gate: Expression? = nil) {
    self.name = name
    self.kind = kind
    self.gate = gate
  }

  /// The rewards that must be computed before this one.
  var dependencies: [String] { gate?.rewardNames ?? [] }

  /// One outcome per response. Where the gate is false the value is 0 with that reason and the
  /// kind is not asked (no judge is paid for it); where the gate reads an abstention the reward
  /// abstains, where it reads a failure it fails. Throws `RewardError.notFinite` for a value that
  /// is not a finite number.
  public func evaluate(
    _ group: RewardGroup, prior: [String: [RewardOutcome]]
  ) async throws -> [RewardOutcome] {
    let count = group.responses.count
    var outcomes = [RewardOutcome?](repeating: nil, count: count)
    if let gate {
      try checkPrior(prior, count: count)
      for index in 0..<count {
        outcomes[index] = blocked(
          by: gate, group.item, prior: prior.mapValues { $0[index] })
      }
    }
    let open = outcomes.indices.filter { outcomes[$0] == nil }
    if !open.isEmpty {
      let passed = RewardGroup(item: group.item, responses: open.map { group.responses[$0] })
      let found = try await kind.evaluate(
        passed, prior: prior.mapValues { column in open.map { column[$0] } })
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
      throw RewardError.unknown(
        what: "reward", name: dependency, help: "the gate of `\(name)` reads it")
    }
    for (other, column) in prior where column.count != count {
      throw RewardError.outcomeCount(reward: other, expected: count, found: column.count)
    }
  }

  /// The outcome that the gate decides; nil when it lets the response through.
  private func blocked(
    by gate: Expression, _ item: DataRecord, prior: [String: RewardOutcome]
  ) -> RewardOutcome? {
    let environment = ExpressionEnvironment { name in
      item.value(named: name) ?? prior[name]?.value.map { .number($0) }
    }
    guard let result = gate.value(in: environment)?.number else {
      for dependency in dependencies {
        if case .failed(let reason)? = prior[dependency] {
          return .failed("gate reads `\(dependency)`, which failed: \(reason)")
        }
      }
      for dependency in dependencies {
        if case .abstained(let reason)? = prior[dependency] {
          return .abstained("gate reads `\(dependency)`, which abstained: \(reason)")
        }
      }
      return .abstained("gate `\(gate.text)` has no value")
    }
    return result == 0 ? .value(0, because: "gate `\(gate.text)` is false") : nil
  }
}
