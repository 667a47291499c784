/// Recipes about length windows, for examples.
enum LengthExample {
  static func recipe(
    window: String, gate: String = "sufficient > 0 and observation_format > 0",
    reasoning: String? = nil, maximum: String = "96 tok", truncation: String? = "score",
    extra: String = ""
  ) -> String {
    let thinking = reasoning.map {
      """

        reasoning_length:
          kind: length
          of: [think, answer]
          window: \($0)
          when: correct > 0 and reasoning_format > 0
          credit: reasoning
      """
    }
    return """
      rewards:
        sufficient: {kind: judge, judge: sufficiency, of: [observation], credit: perception}
        observation_format: {kind: format, of: [observation], credit: perception}
        observation_length:
          kind: length
          of: [observation]
          window: \(window)
          when: \(gate)
          credit: perception
        correct: {kind: accuracy, of: [answer], credit: reasoning, primary: true}
        reasoning_format: {kind: format, of: [think, answer], credit: reasoning}\(thinking ?? "")\(extra)
      stages:
        warm: {algorithm: sft, data: traces, steps: 100, batch_size: 8, learning_rate: 1.0e-3}
        rl:
          algorithm: process_aware_grpo
          init: warm
          data: questions
          steps: 100
          prompts_per_step: 8
          group_size: 8
          sampling: {temperature: 1.0, max_new_tokens: \(maximum)}\(truncation.map { "\n    truncation: \($0)" } ?? "")
          kl: {coefficient: 0.04, reference: warm}
          learning_rate: schedules.rate
      """
  }
}
