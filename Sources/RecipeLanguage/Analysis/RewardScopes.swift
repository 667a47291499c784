extension AdvantageScope {
  /// The rewards that say whether a response is right: the primary one, or else every one that
  /// measures it.
  var correctness: [RecipeOutline.Reward] {
    let primary = rewards.filter(\.isPrimary)
    return primary.isEmpty ? rewards.filter(\.isCorrectness) : primary
  }
}

extension RecipeOutline {
  /// The scopes of all stages, each combination of rewards once.
  var distinctScopes: [AdvantageScope] {
    stages.flatMap { scopes(of: $0) }.reduce(into: []) { found, scope in
      let names = scope.rewards.map(\.name)
      let isKnown = names.isEmpty || found.contains { $0.rewards.map(\.name) == names }
      if !isKnown { found.append(scope) }
    }
  }

  /// The segments whose absence makes a reward `valueWhenIncomplete`: those it reads, and for a
  /// judge all that the judge is shown.
  func segmentsNeeded(by reward: Reward) -> [String] {
    let judge = reward.record.optionalString("judge")
    let seen = judges.first { $0.name == judge }?.optionalStrings("sees") ?? []
    let shown = seen.filter { $0.hasPrefix("segment.") }.map { String($0.dropFirst(8)) }
    return reward.signature.reads + shown.filter { !reward.signature.reads.contains($0) }
  }

  /// The values that a reward has for some responses in which every segment it reads is complete;
  /// for a judge that chooses among labels, their scores.
  func attainsWhenComplete(_ reward: Reward) -> [Double] {
    verdictScores(of: reward) ?? reward.signature.attainsWhenComplete
  }

  /// The scores of the labels that the judge of a reward chooses among; nil where it has none.
  func verdictScores(of reward: Reward) -> [Double]? {
    let judge = reward.record.optionalString("judge")
    let verdict = judges.first { $0.name == judge }?.optionalRecord("verdict")
    return verdict?.optionalRecord("labels").map { labels in
      Set(labels.keys.compactMap(labels.optionalNumber)).sorted()
    }
  }
}

extension RecipeOutline.Reward {
  /// What its value is multiplied by in the sum of its scope.
  func weight(step: Int, of steps: Int) -> Double {
    weight.value(step: step, of: steps)
  }
}
