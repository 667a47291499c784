extension RecipeExample {
  /// The base with a param and a sweep over it, about which nothing is to be said.
  static func swept(
    params: String = "{window: {type: window<tok>, default: 8..32 tok}}",
    axes: String = "{window: {values: [8..32 tok, 16..64 tok]}}",
    objective: String = "{maximize: eval.validation.accuracy}",
    controls: String = "{published: {window: 8..32 tok}}", settings: [String] = [],
    payment: String = "0.2", rate: String = "{linear: {from: 5.0e-4, to: 5.0e-5}}",
    length: String = "\"${params.window}\"", validation: String = "train"
  ) -> RecipeExample {
    let further = settings.map { "\n  \($0)" }.joined()
    return .sections(
      """
      params: \(params)
      sweep:
        axes: \(axes)
        controls: \(controls)
        objective: \(objective)\(further)
      data:
        traces: {kind: clipworld, split: cold_start, clips: 400}
        questions: {kind: clipworld, split: train, clips: 400}
        validation: {kind: clipworld, split: \(validation), clips: 100, seed: 9}
      rewards:
        sufficient: {kind: judge, judge: sufficiency, of: [observation], credit: perception}
        observation_format: {kind: format, of: [observation], credit: perception}
        observation_length:
          kind: length
          of: [observation]
          window: \(length)
          pays: \(payment)
          when: sufficient > 0 and observation_format > 0
          credit: perception
        correct: {kind: accuracy, of: [answer], credit: reasoning, primary: true}
        reasoning_format: {kind: format, of: [think, answer], credit: reasoning}
      schedules:
        rate: \(rate)
      eval:
        validation: {data: validation, after: [rl], max_new_tokens: 96 tok}
      """)
  }
}
