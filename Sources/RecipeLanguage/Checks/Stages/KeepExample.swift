extension RecipeExample {
  /// The base with a stage that keeps its best checkpoint, about which nothing is to be said.
  static func kept(
    best: String = "{maximize: eval.validation.accuracy}",
    asked: String = "after: [rl], every: 20 step", reported: String = "held_out"
  ) -> RecipeExample {
    .sections(
      """
      data:
        traces: {kind: clipworld, split: cold_start, clips: 400}
        questions: {kind: clipworld, split: train, clips: 400}
        validation: {kind: clipworld, split: train, clips: 100, seed: 9}
        held_out: {kind: clipworld, split: test, clips: 100}
      \(ExampleStages.text())
          keep: {best: \(best)}
      eval:
        validation: {data: validation, \(asked), max_new_tokens: 96 tok}
        reported: {data: \(reported), after: [warm, rl], max_new_tokens: 96 tok}
      """)
  }
}
