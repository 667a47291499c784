import RecipeLanguage

extension RewardTable {
  /// Whether a condition on one response holds, as 1 or 0; the reason where that cannot be said.
  ///
  /// - Parameter reader: what the condition is, for sentences.
  public func outcome(
    of condition: Expression, response index: Int, item: DataRecord, reader: String
  ) -> RewardOutcome {
    let prior = outcomes.mapValues { $0[index] }
    guard let value = condition.value(in: .response(item, prior))?.number else {
      return .missing(condition, prior, reader: reader)
    }
    guard value == 0 else { return .value(1) }
    let read = condition.rewardNames.compactMap { name -> String? in
      guard case .value(let value, let reason)? = prior[name] else { return nil }
      let number = Int(exactly: value).map(String.init) ?? "\(value)"
      return "`\(name)` is \(number)" + (reason.map { " (\($0))" } ?? "")
    }
    return .value(0, because: read.isEmpty ? nil : read.joined(separator: ", "))
  }
}
