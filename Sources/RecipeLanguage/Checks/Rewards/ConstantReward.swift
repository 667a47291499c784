extension DiagnosticCode {
  static let constantReward = DiagnosticCode(
    5103, "constant-reward", "A reward has the same value for every response.",
    Explanation(
      why: """
        Advantages compare responses with each other. A reward that is the same for all of them \
        cancels out of every comparison: whatever it was meant to encourage is not trained (TRL \
        issue 3452).
        """,
      example: .sections(Self.penalty(limit: "4096 tok")),
      nearMiss: .sections(Self.penalty(limit: "96 tok"))))

  private static func penalty(limit: String) -> String {
    """
    rewards:
      found: {kind: format, of: [observation], credit: perception}
      correct: {kind: accuracy, of: [answer], credit: reasoning, primary: true}
      brief: {kind: overlong, of: [think, answer], limit: \(limit), band: 64 tok, credit: reasoning}
    judges: {}
    """
  }
}

extension RecipeCheck {
  static let constantReward = RecipeCheck(.constantReward, reads: ["rewards", "stages"]) { input in
    let domains = input.outline.domains
    return input.outline.rewards.compactMap { reward in
      let scores = reward.signature.isPure ? nil : input.outline.verdictScores(of: reward)
      let onlyScore = scores.flatMap {
        $0 == [reward.signature.valueWhenIncomplete] ? $0.first : nil
      }
      if let value = domains.ungated(reward.name)?.onlyValue ?? onlyScore {
        return finding(
          reward, input, "`\(reward.name)` is \(plain(value)) for every response", [])
      }
      guard reward.is(.lengthPenalty), let begins = reward.penaltyBegins else { return nil }
      let stages = input.outline.stages.filter { stage in
        input.outline.scopes(of: stage).contains { $0.rewards.contains { $0.name == reward.name } }
      }
      let longest = stages.compactMap(\.maximumNewTokens).max()
      guard let longest, stages.allSatisfy({ $0.maximumNewTokens != nil }), longest <= begins
      else { return nil }
      let labels = stages.compactMap { stage in
        stage.record.optionalRecord("sampling").map {
          Diagnostic.Label(span: $0.span(of: "max_new_tokens"), text: "no response is longer")
        }
      }
      return finding(
        reward, input,
        "`\(reward.name)` punishes from \(begins + 1) tokens on, but responses end at \(longest), so "
          + "it is 0 for every response", labels)
    }
  }

  private static func finding(
    _ reward: RecipeOutline.Reward, _ input: CheckInput, _ fact: String,
    _ labels: [Diagnostic.Label]
  ) -> Diagnostic {
    Diagnostic(
      .constantReward, "\(fact) and adds nothing to any advantage", at: input.place(of: reward),
      secondary: labels, help: "remove it, or change its settings so that responses can differ",
      path: reward.record.path)
  }
}

extension RecipeOutline.Reward {
  /// The longest response that an over-long penalty leaves alone, in tokens.
  var penaltyBegins: Int? {
    guard self.is(.lengthPenalty), let limit = record.optionalQuantity("limit")?.count,
      let band = record.optionalQuantity("band")?.count
    else { return nil }
    return limit - band
  }
}
