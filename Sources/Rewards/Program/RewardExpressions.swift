import RecipeLanguage

extension ExpressionEnvironment {
  /// What gates and formulas read of one response: rewards by name, columns as `item.<column>`.
  static func response(
    _ item: DataRecord, _ prior: [String: RewardOutcome]
  ) -> ExpressionEnvironment {
    ExpressionEnvironment { name in
      item.value(named: name) ?? prior[name]?.value.map { .number($0) }
    }
  }

  /// What the gate of a group reads: columns, and of every response its rewards.
  static func group(
    _ group: RewardGroup, _ prior: [String: [RewardOutcome]]
  ) -> ExpressionEnvironment {
    let responses = group.responses.indices.map { index in
      response(group.item, prior.compactMapValues { $0[index] }).lookup
    }
    return ExpressionEnvironment(responses: responses) { group.item.value(named: $0) }
  }
}

extension RewardOutcome {
  /// The outcome where an expression has no value: a failure where it reads one, else an abstention.
  ///
  /// - Parameter reader: what the expression is, for sentences.
  static func missing(
    _ expression: Expression, _ prior: [String: RewardOutcome], reader: String
  ) -> RewardOutcome {
    let names = expression.rewardNames
    for name in names {
      if case .failed(let reason)? = prior[name] {
        return .failed("\(reader) reads `\(name)`, which failed: \(reason)")
      }
    }
    for name in names {
      if case .abstained(let reason)? = prior[name] {
        return .abstained("\(reader) reads `\(name)`, which abstained: \(reason)")
      }
    }
    return .abstained("\(reader) `\(expression.text)` has no value")
  }
}
