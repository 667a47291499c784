extension DiagnosticCode {
  static let processWithoutReward = DiagnosticCode(
    5101, "process-without-reward", "No reward credits a process, so its tokens are never trained.",
    Explanation(
      why: """
        The tokens of a process get their advantage from the rewards that credit it. Without one \
        the advantage is always 0: the model goes on writing the segment, but nothing improves it.
        """,
      example: .sections(
        """
        rewards:
          correct: {kind: accuracy, of: [answer], credit: reasoning, primary: true}
        judges: {}
        """),
      nearMiss: .sections(
        """
        rewards:
          found: {kind: format, of: [observation], credit: perception}
          correct: {kind: accuracy, of: [answer], credit: reasoning, primary: true}
        judges: {}
        """)))
}

extension RecipeCheck {
  static let processWithoutReward = RecipeCheck(
    .processWithoutReward, reads: ["segments", "rewards"]
  ) { input in
    let rewards = input.outline.rewards
    guard !rewards.isEmpty else { return [] }
    return input.names.names[.processes, default: []]
      .filter { process in !rewards.contains { $0.credit == process.name } }
      .map { process in
        Diagnostic(
          .processWithoutReward,
          "no reward credits the process `\(process.name)`, so its tokens would never be trained",
          at: process.span,
          help: "add a reward with `credit: \(process.name)`, or give the segment another process")
      }
  }
}
