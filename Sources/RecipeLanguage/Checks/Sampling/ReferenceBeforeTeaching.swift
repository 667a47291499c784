extension DiagnosticCode {
  static let referenceBeforeTeaching = DiagnosticCode(
    5502, "reference-before-teaching",
    "The KL penalty pulls the policy back to before its supervised stage.",
    Explanation(
      why: """
        The reference is the policy that training should stay near: the one the supervised stage left. \
        One from before that stage has never seen the format it taught, so the penalty unlearns it, \
        the more the longer training lasts.
        """,
      example: .sections(Self.stages(reference: "base")),
      nearMiss: .sections(Self.stages(reference: "warm"))))

  private static func stages(reference: String) -> String {
    """
    stages:
      base: {algorithm: sft, data: lessons, steps: 100, batch_size: 8, learning_rate: 1.0e-3}
      warm:
        algorithm: sft
        init: base
        data: traces
        steps: 100
        batch_size: 8
        learning_rate: 1.0e-3
      rl:
        algorithm: process_aware_grpo
        init: warm
        data: questions
        steps: 100
        prompts_per_step: 8
        group_size: 8
        sampling: {temperature: 1.0, max_new_tokens: 96 tok}
        kl: {coefficient: 0.04, reference: \(reference)}
        learning_rate: schedules.rate
    data:
      lessons: {kind: clipworld, split: foundation, clips: 400}
      traces: {kind: clipworld, split: cold_start, clips: 400}
      questions: {kind: clipworld, split: train, clips: 400}
      held_out: {kind: clipworld, split: test, clips: 100}
    """
  }
}

extension RecipeCheck {
  static let referenceBeforeTeaching = RecipeCheck(
    .referenceBeforeTeaching, reads: ["schedules", "stages"]
  ) { input in
    input.outline.stages.compactMap { stage in
      guard let kl = stage.record.optionalRecord("kl"),
        let reference = kl.optionalString("reference"),
        let coefficient = kl.optionalSchedule("coefficient"), !coefficient.isZero
      else { return nil }
      let before = input.outline.ancestors(of: stage)
      guard let place = before.firstIndex(where: { $0.name == reference }),
        let taught = before[..<place].last(where: { $0.is(.supervised) })
      else { return nil }
      let span = kl.span(of: "reference")
      return Diagnostic(
        .referenceBeforeTeaching, severity: .warning,
        "the KL penalty pulls stage `\(stage.name)` back to `\(reference)`, which has not seen what "
          + "`\(taught.name)` teaches",
        at: span,
        secondary: [
          .init(span: taught.record.span(of: "init"), text: "starts from what comes before")
        ],
        help: "write `reference: \(taught.name)`",
        fixes: [.replace(span, with: taught.name, isSafe: false)], path: "\(kl.path).reference")
    }
  }
}
