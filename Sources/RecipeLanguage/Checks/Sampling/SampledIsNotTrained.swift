extension DiagnosticCode {
  static let sampledIsNotTrained = DiagnosticCode(
    5404, "sampled-is-not-trained",
    "Responses are drawn from a cut distribution, but trained under the full one.",
    Explanation(
      why: """
        `top_p` and `top_k` decide which tokens can be drawn. The log-probabilities of the ratio and \
        of the KL penalty are those of the full distribution at the sampling temperature, so a token \
        counts as less likely than it was when drawn (with `top_p: 0.95` up to 1/0.95 times), and the \
        cut tokens lose probability only through what is learned about the others. The papers sample \
        with `top_p: 0.95` like this; a recipe that follows them says so in an allow comment.
        """,
      example: .sections(
        ExampleStages.text(sampling: "temperature: 1.0, top_p: 0.95, max_new_tokens: 96 tok")),
      nearMiss: .sections(
        ExampleStages.text(sampling: "temperature: 1.0, top_p: 1.0, max_new_tokens: 96 tok"))))
}

extension RecipeCheck {
  static let sampledIsNotTrained = RecipeCheck(.sampledIsNotTrained, reads: ["stages"]) { input in
    input.outline.stages.filter { $0.is(.policy) }.flatMap { stage -> [Diagnostic] in
      guard let sampling = stage.record.optionalRecord("sampling") else { return [] }
      var found: [Diagnostic] = []
      if let share = sampling.optionalNumber("top_p"), share < 1 {
        found.append(
          finding(
            sampling, "top_p",
            "responses are drawn from the likeliest \(percentage(share)) of each distribution, but "
              + "trained under all of it", neutral: "1.0"))
      }
      if let kept = sampling.optionalInteger("top_k"), kept > 1 {
        found.append(
          finding(
            sampling, "top_k",
            "responses are drawn from the \(kept) likeliest tokens, but trained under all of them",
            neutral: "none"))
      }
      return found
    }
  }

  private static func finding(
    _ sampling: Record, _ key: String, _ message: String, neutral: String
  ) -> Diagnostic {
    let span = sampling.span(of: key)
    return Diagnostic(
      .sampledIsNotTrained, severity: .warning, message, at: span,
      notes: ["the ratio and the KL penalty use the full distribution at the sampling temperature"],
      help: "write `\(key): \(neutral)`, or say why in a comment "
        + "`# sousvide: allow(\(DiagnosticCode.sampledIsNotTrained.name)) …`",
      fixes: [.replace(span, with: neutral, isSafe: false)], path: "\(sampling.path).\(key)")
  }
}
