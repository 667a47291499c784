extension DiagnosticCode {
  static let rewardInNoScope = DiagnosticCode(
    5309, "reward-in-no-scope", "A reward is computed and measured, but trains nothing.",
    Explanation(
      why: """
        Plain GRPO trains on the rewards that the stage names. One that no stage names is still \
        computed for every response, its judge is still asked, and its values appear in the metrics; \
        no token is ever credited with it. That is right for a reward kept to be watched, and a \
        mistake for one that was forgotten.
        """,
      example: .sections(ExampleStages.plain(rewards: "correct, reasoning_format") + Self.rewards),
      nearMiss: .sections(ExampleStages.plain() + Self.rewards)))

  private static let rewards = """

    rewards:
      correct: {kind: accuracy, of: [answer], credit: reasoning, primary: true}
      reasoning_format: {kind: format, of: [think, answer], credit: reasoning}
      observation_format: {kind: format, of: [observation], credit: perception}
    judges: {}
    """
}

extension RecipeCheck {
  static let rewardInNoScope = RecipeCheck(
    .rewardInNoScope, reads: ["rewards", "segments", "stages"]
  ) { input in
    let scopes = input.outline.stages.flatMap { input.outline.scopes(of: $0) }
    let trained = Set(scopes.flatMap { $0.rewards.map(\.name) })
    let idle = input.outline.rewards.filter { !trained.contains($0.name) }
    // A process-aware stage takes every reward, so there is a list that leaves these out.
    guard !idle.isEmpty,
      let stage = scopes.map(\.stage).first(where: { $0.record.has("rewards") })
    else { return [] }
    let judged = idle.filter { $0.record.has("judge") }.map(\.name)
    return [
      Diagnostic(
        .rewardInNoScope, severity: .warning,
        "\(listed(idle.map(\.name))) \(idle.count == 1 ? "trains" : "train") nothing: no stage names "
          + "\(idle.count == 1 ? "it" : "them") in its `rewards`",
        at: stage.record.span(of: "rewards"),
        secondary: idle.map {
          .init(span: $0.record.span, text: "measured, and credited to no token")
        },
        notes: judged.isEmpty
          ? [] : ["the judge of \(listed(judged)) is asked about every response all the same"],
        help:
          "add \(idle.count == 1 ? "it" : "them") to the list, or say why it is only measured in "
          + "a comment `# sousvide: allow(\(DiagnosticCode.rewardInNoScope.name)) …`",
        path: "\(stage.record.path).rewards")
    ]
  }
}
