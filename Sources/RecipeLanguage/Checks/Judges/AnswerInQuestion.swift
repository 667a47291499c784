extension DiagnosticCode {
  static let answerInQuestion = DiagnosticCode(
    5812, "answer-in-question", "The question to the policy shows the right answer.",
    Explanation(
      why: """
        A policy that is shown the answer learns to copy it. Rewards rise at once, and nothing has \
        been learned when the answer is missing.
        """,
      example: .asking("{item.problem} {item.options} The answer is {item.answer}."),
      nearMiss: .asking("{item.problem} {item.options} Give the answer.")))
}

extension RecipeCheck {
  static let answerInQuestion = RecipeCheck(.answerInQuestion, reads: ["model"]) { input in
    let question = input.root.optionalRecord("model")?.optionalRecord("prompt")?
      .optionalTemplate("user")
    return (question?.holes ?? []).filter { JudgeView.isReference($0.source) }.map { hole in
      Diagnostic(
        .answerInQuestion,
        "the policy is shown `\(hole.source)`, which tells it the answer: there is nothing left to "
          + "learn",
        at: hole.span, help: "remove `{\(hole.source)}`", path: "model.prompt.user")
    }
  }
}
