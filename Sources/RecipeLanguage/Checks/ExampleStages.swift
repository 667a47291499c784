/// The stages of the examples' base recipe, with one thing changed.
enum ExampleStages {
  static func text(
    steps: Int = 100, promptsPerStep: Int = 8, groupSize: Int = 8,
    sampling: String = "temperature: 1.0, max_new_tokens: 96 tok",
    kl: String = "coefficient: 0.04, reference: warm", rate: String = "schedules.rate",
    batchSize: Int = 8
  ) -> String {
    """
    stages:
      warm:
        algorithm: sft
        data: traces
        steps: 100
        batch_size: \(batchSize)
        learning_rate: 1.0e-3
      rl:
        algorithm: process_aware_grpo
        init: warm
        data: questions
        steps: \(steps)
        prompts_per_step: \(promptsPerStep)
        group_size: \(groupSize)
        sampling: {\(sampling)}
        kl: {\(kl)}
        learning_rate: \(rate)
    """
  }

  /// Plain GRPO in place of the process-aware stage.
  static func plain(rewards: String? = nil, normalization: String? = nil) -> String {
    """
    stages:
      warm: {algorithm: sft, data: traces, steps: 100, batch_size: 8, learning_rate: 1.0e-3}
      rl:
        algorithm: grpo
        init: warm
        data: questions
        steps: 100
        prompts_per_step: 8
        group_size: 8\(rewards.map { "\n    rewards: [\($0)]" } ?? "")\
    \(normalization.map { "\n    normalization: {\($0)}" } ?? "")
        sampling: {temperature: 1.0, max_new_tokens: 96 tok}
        kl: {coefficient: 0}
        learning_rate: schedules.rate
    """
  }
}
