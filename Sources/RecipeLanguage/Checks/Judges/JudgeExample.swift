extension RecipeExample {
  /// The base with a language model as its judge of sufficiency, about which nothing is to be said.
  ///
  /// - Parameters:
  ///   - sees: the list.
  ///   - settings: further lines of the judge, without indentation.
  ///   - statesFailure: whether it says what a failed call does, if not in `settings`.
  ///   - sections: further top-level keys.
  static func judged(
    model: String = "claude-3-7-sonnet-20250219", auth: String = "secrets.judge_key",
    sees: String = "[item.problem, item.answer, segment.observation]", usesReference: Bool = true,
    prompt: String =
      "{item.problem} Does {item.answer} follow from {segment.observation | fence}?",
    settings: [String] = [], statesFailure: Bool = true,
    budget: String = "budget: {judge_calls: 10000}", sections: String = ""
  ) -> RecipeExample {
    let isOpen = statesFailure && !settings.contains { $0.hasPrefix("on_failure") }
    let states = isOpen ? ["on_failure: drop_group"] : []
    let further = (states + settings).map { "\n    \($0)" }.joined()
    return .sections(
      """
      secrets: {judge_key: {env: ANTHROPIC_API_KEY}}
      judges:
        sufficiency:
          api: anthropic
          model: \(model)
          auth: \(auth)
          sees: \(sees)
          uses_reference: \(usesReference)
          prompt: "\(prompt)"
          verdict: {tag: judgement, labels: {"Yes": 1, "No": 0}}\(further)
      \(budget)
      \(sections)
      """)
  }
}
