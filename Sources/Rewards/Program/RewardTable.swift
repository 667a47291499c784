import RecipeLanguage

/// The outcomes of all rewards for one group: a column per reward, a row per response.
public struct RewardTable: Hashable, Sendable {
  public let outcomes: [String: [RewardOutcome]]
  /// The number of responses.
  public let count: Int

  /// Throws when a column has another length than `count` (by default: than the others), or holds
  /// a value that is not finite.
  public init(outcomes: [String: [RewardOutcome]], count: Int? = nil) throws {
    let count = count ?? outcomes.values.first?.count ?? 0
    for (name, column) in outcomes {
      guard column.count == count else {
        throw RewardError.outcomeCount(reward: name, expected: count, found: column.count)
      }
      for (index, outcome) in column.enumerated() {
        guard let value = outcome.value, !value.isFinite else { continue }
        throw RewardError.notFinite(reward: name, response: index, value: "\(value)")
      }
    }
    self.outcomes = outcomes
    self.count = count
  }

  /// The sum of the named rewards, each times its weight (1 where none is given), for every
  /// response; nil where one of them has no value, because
  /// a sum over the others would be on another scale than its siblings'.
  public func totals(
    of rewards: [String], weights: [String: Double] = [:]
  ) throws -> [Double?] {
    let factors = rewards.map { weights[$0] ?? 1 }
    return try values(of: rewards).map { Normalization().total($0, weights: factors) }
  }

  /// The values of the named rewards for every response; nil where one has none.
  public func values(of rewards: [String]) throws -> [[Double?]] {
    let columns = try rewards.map { name -> [RewardOutcome] in
      guard let column = outcomes[name] else {
        throw RewardError.unknown(
          what: "reward", name: name,
          help: Suggestion.help(for: name, among: outcomes.keys.sorted()))
      }
      return column
    }
    return (0..<count).map { index in columns.map { $0[index].value } }
  }

  /// Whether a condition on the whole group holds; not where it has no value.
  public func holds(_ condition: Expression, for group: RewardGroup) -> Bool {
    (condition.value(in: .group(group, outcomes))?.number ?? 0) != 0
  }

  /// The first failure, by reward name and response; the group is then to be dropped. Nil when
  /// nothing failed.
  public var failure: String? {
    for (name, column) in outcomes.sorted(by: { $0.key < $1.key }) {
      for (index, outcome) in column.enumerated() {
        if case .failed(let reason) = outcome {
          return "reward `\(name)` of response \(index): \(reason)"
        }
      }
    }
    return nil
  }
}
