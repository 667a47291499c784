import RecipeLanguage

/// What the types of a policy stage cannot say.
enum PolicyChecks {
  static let codes =
    [minibatchesOverBatch, deltaInsideClip, microBatchUnderResponse] + AdapterChecks.codes

  static let minibatchesOverBatch = DiagnosticCode(
    5652, "minibatches-over-batch", "A batch is cut into more parts than it has groups.",
    Explanation(
      why: """
        The parts of a batch are whole groups, so that a group shares its question. With more parts \
        than questions some would be empty.
        """,
      example: .sections(stage("prompts_per_step: 4\n    minibatches: 8")),
      nearMiss: .sections(stage("prompts_per_step: 8\n    minibatches: 4"))))

  static let deltaInsideClip = DiagnosticCode(
    5653, "delta-inside-clip", "The second bound of the ratio is below the first.",
    Explanation(
      why: """
        `clip.delta` bounds the ratio where `clip.high` does not: where the advantage is negative and \
        the token became more likely. At or below 1 + high it would take the gradient of tokens that \
        the clip range lets through.
        """,
      example: .sections(
        stage("prompts_per_step: 8\n    passes_per_batch: 2\n    clip: {high: 0.28, delta: 1.2}")),
      nearMiss: .sections(
        stage("prompts_per_step: 8\n    passes_per_batch: 2\n    clip: {high: 0.28, delta: 1.5}"))))

  static let microBatchUnderResponse = DiagnosticCode(
    5654, "micro-batch-under-response", "A pass has no room for one response of full length.",
    Explanation(
      why: """
        `micro_batch` bounds the tokens of a forward and backward pass: a prompt and responses to it. A         sequence that is longer still makes a pass of its own, so the memory that the bound was meant to         save is needed after all, as soon as a response gets long.
        """,
      example: .sections(stage("prompts_per_step: 8\n    micro_batch: 64 tok")),
      nearMiss: .sections(stage("prompts_per_step: 8\n    micro_batch: 512 tok"))))

  private static func stage(_ settings: String) -> String {
    """
    stages:
      warm: {algorithm: sft, data: traces, steps: 100, batch_size: 8, learning_rate: 1.0e-3}
      rl:
        algorithm: process_aware_grpo
        init: warm
        data: questions
        steps: 100
        group_size: 8
        sampling: {max_new_tokens: 96 tok}
        kl: {coefficient: 0}
        learning_rate: schedules.rate
        \(settings)
    """
  }

  static func stage(_ stage: Record, _ context: CheckContext) -> [Diagnostic] {
    minibatches(stage, context) + delta(stage) + microBatch(stage)
      + AdapterChecks.stage(stage, context)
  }

  private static func microBatch(_ stage: Record) -> [Diagnostic] {
    guard let sampling = stage.optionalRecord("sampling"),
      let longest = sampling.optionalInteger("max_new_tokens"),
      let bound = stage.optionalInteger("micro_batch"), bound <= longest
    else { return [] }
    return [
      Diagnostic(
        microBatchUnderResponse, severity: .warning,
        "a pass of \(bound) tokens cannot hold a prompt and a response of \(longest)",
        at: stage.span(of: "micro_batch"),
        secondary: [
          .init(span: sampling.span(of: "max_new_tokens"), text: "the longest response")
        ],
        help: "use more than \(longest) tokens, and room for a prompt",
        path: "\(stage.path).micro_batch")
    ]
  }

  private static func minibatches(_ stage: Record, _ context: CheckContext) -> [Diagnostic] {
    guard let parts = stage.optionalInteger("minibatches"),
      let prompts = stage.optionalInteger("prompts_per_step"), parts > prompts
    else { return [] }
    return [
      Diagnostic(
        minibatchesOverBatch,
        "stage `\(context.name)` cuts the groups of \(prompts) questions into \(parts) parts",
        at: stage.span(of: "minibatches"),
        secondary: [
          .init(span: stage.span(of: "prompts_per_step"), text: "one group per question")
        ],
        help: "use at most \(prompts) minibatches, or more questions per step",
        path: "\(context.path).minibatches")
    ]
  }

  private static func delta(_ stage: Record) -> [Diagnostic] {
    guard let clip = stage.optionalRecord("clip"), let delta = clip.optionalNumber("delta"),
      let high = clip.optionalNumber("high"), delta <= 1 + high
    else { return [] }
    return [
      Diagnostic(
        deltaInsideClip, severity: .warning,
        "the ratio is kept below \(delta), which is inside the clip range up to \(1 + high)",
        at: clip.span(of: "delta"),
        secondary: [.init(span: clip.span(of: "high"), text: "1 + high")],
        help: "use a `delta` above \(1 + high), such as 4", path: "\(clip.path).delta")
    ]
  }
}
