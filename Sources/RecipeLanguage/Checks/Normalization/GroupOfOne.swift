extension DiagnosticCode {
  static let groupOfOne = DiagnosticCode(
    5301, "group-of-one", "The standard deviation over a group of one response is undefined.",
    Explanation(
      why: """
        An advantage says how much better a response is than the others to the same question. In a \
        group of one there are no others: the deviation is undefined and every advantage would be 0.
        """,
      example: .sections(Self.stages(groupSize: 1)), nearMiss: .sections(Self.stages(groupSize: 2)))
  )

  private static func stages(groupSize: Int) -> String {
    """
    stages:
      warm: {algorithm: sft, data: traces, steps: 100, batch_size: 8, learning_rate: 1.0e-3}
      rl:
        algorithm: process_aware_grpo
        init: warm
        data: questions
        steps: 100
        prompts_per_step: 8
        group_size: \(groupSize)
        sampling: {temperature: 1.0, max_new_tokens: 96 tok}
        kl: {coefficient: 0.04, reference: warm}
        learning_rate: schedules.rate
    """
  }
}

extension RecipeCheck {
  static let groupOfOne = RecipeCheck(
    .groupOfOne, reads: ["normalization", "stages"]
  ) { input in
    guard
      let scope = input.outline.normalization.first(where: { $0.optionalString("scale") == "std" })
    else { return [] }
    return input.outline.stages.filter { $0.groupSize == 1 }.map { stage in
      let isWritten = scope.setting("scale")?.origin == .written
      let label = Diagnostic.Label(
        span: scope.span(of: "scale"), text: "`\(scope.name)` is divided by its deviation")
      return Diagnostic(
        .groupOfOne,
        "a group of one has no standard deviation to normalize `\(scope.name)` by: every advantage "
          + "would be 0",
        at: stage.record.span(of: "group_size"), secondary: isWritten ? [label] : [],
        help: "use a `group_size` of 2 or more, or `scale: none`",
        path: "\(stage.record.path).group_size")
    }
  }
}
