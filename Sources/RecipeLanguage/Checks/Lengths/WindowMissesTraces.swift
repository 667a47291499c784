extension DiagnosticCode {
  static let windowMissesTraces = DiagnosticCode(
    5208, "window-misses-traces",
    "A length window leaves out nearly all lengths that the policy was trained on.",
    Explanation(
      why: """
        Reinforcement starts from the lengths that the stage before taught. Where nine in ten of \
        them lie outside the window, hardly a response is paid in the beginning, and the reward \
        says nothing about which way to go.
        """,
      example: .sections(
        LengthExample.recipe(window: "8..32 tok"),
        facts: StatedFacts(segments: ["traces": Self.lengths(33)])),
      nearMiss: .sections(
        LengthExample.recipe(window: "8..32 tok"),
        facts: StatedFacts(segments: ["traces": Self.lengths(32)]))))

  private static func lengths(_ observation: Int) -> [String: LengthFacts] {
    [
      "observation": LengthFacts(Array(repeating: observation, count: 20)),
      "think": LengthFacts([9, 12]), "answer": LengthFacts([1, 1]),
    ]
  }
}

extension RecipeCheck {
  static let windowMissesTraces = RecipeCheck(
    .windowMissesTraces, reads: ["segments", "rewards", "stages", "data"]
  ) { input in
    LengthBudget.all(input).flatMap { budget in
      guard
        let teacher = input.outline.ancestors(of: budget.stage).first(where: { $0.is(.supervised) }
        ),
        let data = teacher.data
      else { return [Diagnostic]() }
      return budget.windows(input).compactMap { reward, window in
        guard !reward.segments.isEmpty else { return nil }
        let known = reward.segments.map { segment in
          input.facts.ask(for: .windowMissesTraces) {
            $0.segmentTokens(ofData: data, segment: segment)
          }
        }
        let lengths = known.compactMap { $0 }
        guard lengths.count == known.count, let sums = sums(lengths), let low = sums.sorted.first,
          let high = sums.longest
        else { return nil }
        let share = sums.share(in: window.lower...window.upper)
        guard share <= 0.1 else { return nil }
        return Diagnostic(
          .windowMissesTraces, severity: .warning, confidence: .facts,
          "only \(plain((1000 * share).rounded() / 10)) % of the lengths in `\(data)` lie in the "
            + "window of `\(reward.name)`, so hardly a response would be paid in the beginning",
          at: reward.record.span(of: "window"),
          secondary: [.init(span: teacher.record.span(of: "data"), text: "what the policy learns")],
          notes: ["in `\(data)` it is \(low) to \(high) tokens long"],
          help: "move the window over the lengths of `\(data)`, or train on others",
          path: "\(reward.record.path).window")
      }
    }
  }

  /// Lengths of several segments together, shortest with shortest; nil where they cannot be added.
  private static func sums(_ parts: [LengthFacts]) -> LengthFacts? {
    guard let count = parts.first?.sorted.count, count > 0,
      parts.allSatisfy({ $0.sorted.count == count })
    else { return nil }
    return LengthFacts((0..<count).map { index in parts.reduce(0) { $0 + $1.sorted[index] } })
  }
}
