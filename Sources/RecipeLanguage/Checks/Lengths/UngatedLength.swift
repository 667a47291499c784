extension DiagnosticCode {
  static let ungatedLength = DiagnosticCode(
    5207, "ungated-length", "A length is paid for whether the response is right or not.",
    Explanation(
      why: """
        Length is the easiest thing to learn. Where it is paid for without a condition on what the \
        text says, padding and repetition earn as much as content, and policies are known to \
        collapse into them (TRL pull request 3138). The papers pay for length only where accuracy \
        and format are not 0. A gate that is also true where everything that measures correctness \
        is at its lowest, as `correct > 0 or template > 0` is, asks for nothing.
        """,
      example: .sections(
        LengthExample.recipe(
          window: "8..32 tok", gate: "sufficient > 0 or observation_format > 0")),
      nearMiss: .sections(
        LengthExample.recipe(
          window: "8..32 tok", gate: "sufficient > 0 and observation_format > 0"))))
}

extension RecipeCheck {
  static let ungatedLength = RecipeCheck(.ungatedLength, reads: ["rewards", "stages"]) { input in
    guard input.outline.stages.contains(where: { $0.is(.policy) }) else { return [] }
    let gates = gatesOfWrongResponses(input.outline)
    return input.outline.rewards.filter { $0.is(.length) && gates($0) }
      .map { reward in
        let right = input.outline.rewards.first { $0.isCorrectness && $0.credit == reward.credit }
        let condition = right.map { "\($0.name) > 0" }
        let consequence = "so padding earns as much as content"
        guard let gate = reward.gate else {
          let edit = condition.flatMap {
            reward.record.edit(adding: "when", $0, before: "credit")
          }
          return Diagnostic(
            .ungatedLength, severity: .warning,
            "`\(reward.name)` pays for length whether the response is right or not, \(consequence)",
            at: input.place(of: reward),
            help: condition.map { "write `when: \($0)`" } ?? "give it a `when`",
            fixes: edit.map { [Fix("pay only for right responses", isSafe: false, edits: [$0])] }
              ?? [],
            path: reward.record.path)
        }
        let span = reward.record.span(of: "when")
        let mended = condition.map { "(\(gate.text)) and \($0)" }
        return Diagnostic(
          .ungatedLength, severity: .warning,
          "the gate of `\(reward.name)` can be true for a response that is wrong, \(consequence)",
          at: span,
          secondary: right.map {
            [.init(span: input.place(of: $0), text: "says whether it is right")]
          } ?? [],
          help: condition.map { "write `(\(gate.text)) and \($0)`" }
            ?? "gate it on a reward for content",
          fixes: mended.map { [.replace(span, with: $0, isSafe: false)] } ?? [],
          path: "\(reward.record.path).when")
      }
  }

  /// Whether a reward may be paid for a response of which everything that measures correctness says
  /// the least; what other rewards are then follows from their own gates.
  private static func gatesOfWrongResponses(
    _ outline: RecipeOutline
  ) -> (RecipeOutline.Reward) -> Bool {
    let known = outline.domains
    let lowest = outline.rewards.filter(\.isCorrectness).compactMap { reward in
      known[reward.name].map { (reward.name, ValueDomain.constant(.number($0.range.lowerBound))) }
    }
    let wrong = RewardDomains(
      outline.rewards, supposing: Dictionary(lowest, uniquingKeysWith: { first, _ in first }))
    return { wrong.gate(of: $0.name)?.canBeTrue ?? true }
  }
}
