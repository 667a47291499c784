extension DiagnosticCode {
  static let aliasing = DiagnosticCode(
    5107, "aliasing", "A right outcome and a wrong one have the same total.",
    Explanation(
      why: """
        Rewards of one scope are added up before they are normalized, so outcomes with equal totals \
        get equal advantages and the group does not tell them apart (GDPO, arXiv 2601.05242). \
        Between complete responses this lasts for the whole training, and is a warning. Where one \
        of the two is malformed, as in every published sum of accuracy and format (1 + 0 against \
        0 + 1 in Video-R1), it fades as the policy learns the format, and is only noted.
        """,
      example: .sections(Self.outcomes(lengthPays: "1")),
      nearMiss: .sections(Self.outcomes(lengthPays: "0.9"))))

  static let inversion = DiagnosticCode(
    5108, "inversion", "A wrong outcome has a higher total than a right one.",
    Explanation(
      why: """
        What totals more gets the higher advantage. Where rewards beside the primary one can add up \
        to more than it, the policy is trained towards responses that are wrong and otherwise \
        pleasing, and away from right ones (open-r1 pull request 213). Between complete responses \
        this is a warning; where the right response is the malformed one it is only noted, since \
        preferring a complete response is what a format reward is for until the format is learned.
        """,
      example: .sections(Self.outcomes(lengthPays: "1.5")),
      nearMiss: .sections(Self.outcomes(lengthPays: "1.5", gate: "correct > 0"))))

  private static func outcomes(lengthPays: String, gate: String? = nil) -> String {
    """
    rewards:
      found: {kind: format, of: [observation], credit: perception}
      correct: {kind: accuracy, of: [answer], credit: reasoning, primary: true}
      length:
        kind: length
        of: [think, answer]
        window: 8..32 tok
        pays: \(lengthPays)\(gate.map { "\n    when: \($0)" } ?? "")
        credit: reasoning
    judges: {}
    """
  }
}

extension RecipeCheck {
  /// Both mistakes are found in one table of outcomes. An inversion says more than a tie, so a tie is
  /// told beside it only where it is the clearer of the two.
  static let misorderedOutcomes = RecipeCheck(
    .inversion, .aliasing, reads: ["segments", "judges", "rewards", "stages"]
  ) { input in
    input.outline.distinctScopes.flatMap { scope -> [Diagnostic] in
      guard let outcomes = OutcomeOrder(scope, in: input.outline) else { return [] }
      var inversion: OutcomeOrder.Pair?
      var alias: OutcomeOrder.Pair?
      for step in scope.stepsOfInterest {
        let order = outcomes.at(step: step, of: scope.steps)
        let inverted = order.inversion
        inversion = inversion ?? inverted
        if alias == nil, let tie = order.alias,
          inverted == nil || tie.isWellFormed && inverted?.isWellFormed == false
        {
          alias = tie
        }
      }
      return [
        inversion.map { Self.inversion($0, scope, input) },
        alias.map { Self.aliasing($0, scope, input) },
      ].compactMap { $0 }
    }
  }

  private static func inversion(
    _ pair: OutcomeOrder.Pair, _ scope: AdvantageScope, _ input: CheckInput
  ) -> Diagnostic {
    finding(
      .inversion, pair, scope, input,
      message: {
        "a response with less of \($0) can total \(plain(pair.worse.total)) in \(scope.phrase) "
          + "where one with more totals \(plain(pair.better.total)), so the wrong one is preferred"
      }, help: { "gate what makes up for \($0) on it, or let it pay less" })
  }

  private static func aliasing(
    _ pair: OutcomeOrder.Pair, _ scope: AdvantageScope, _ input: CheckInput
  ) -> Diagnostic {
    finding(
      .aliasing, pair, scope, input,
      message: {
        "responses with more and with less of \($0) can both total \(plain(pair.better.total)) in "
          + "\(scope.phrase), and get the same advantage"
      }, help: { "gate what makes up for \($0) on it, or change what it pays" })
  }

  /// - Parameters:
  ///   - message: said of what the more right outcome has more of.
  ///   - help: said of the same.
  private static func finding(
    _ code: DiagnosticCode, _ pair: OutcomeOrder.Pair, _ scope: AdvantageScope,
    _ input: CheckInput, message: (String) -> String, help: (String) -> String
  ) -> Diagnostic {
    let subject = scope.correctness.first(where: pair.isAbout) ?? scope.correctness.first
    let name = subject.map { "`\($0.name)`" } ?? "the primary reward"
    return Diagnostic(
      code, severity: pair.isWellFormed ? .warning : .note, message(name),
      at: subject.map(input.place) ?? input.place(of: scope.stage),
      secondary: scope.rewards.filter(pair.isMadeUpFor).map {
        .init(span: input.place(of: $0), text: "makes up for it")
      },
      notes: [pair.better, pair.worse].map { describe($0, scope) }, help: help(name),
      path: subject?.record.path)
  }

  /// "`correct` 1, `template` 0 with `think` not complete: 1 in total".
  private static func describe(_ outcome: RewardOutcomeCase, _ scope: AdvantageScope) -> String {
    let values = scope.rewards.map { "`\($0.name)` \(plain(outcome.values[$0.name] ?? 0))" }
    let missing =
      outcome.incomplete.isEmpty
      ? "" : " with \(outcome.incomplete.map { "`\($0)`" }.joined(separator: ", ")) not complete"
    return "\(values.joined(separator: ", "))\(missing): \(plain(outcome.total)) in total"
  }
}

extension AdvantageScope {
  fileprivate var steps: Int { max(1, stage.steps ?? 1) }

  /// Weights may change over a stage: its ends, and the steps at which one of them turns.
  fileprivate var stepsOfInterest: [Int] {
    Set(rewards.flatMap { $0.weight.turningPoints(of: steps) } + [0, steps - 1]).sorted()
  }
}

extension OutcomeOrder.Pair {
  /// Whether the more right outcome has more of a reward.
  fileprivate func isAbout(_ reward: RecipeOutline.Reward) -> Bool {
    (better.values[reward.name] ?? 0) > (worse.values[reward.name] ?? 0)
  }

  /// Whether the less right outcome has more of it.
  fileprivate func isMadeUpFor(by reward: RecipeOutline.Reward) -> Bool {
    (worse.values[reward.name] ?? 0) > (better.values[reward.name] ?? 0)
  }
}
