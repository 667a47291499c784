extension DiagnosticCode {
  static let minimaDoNotFit = DiagnosticCode(
    5205, "minima-do-not-fit", "The lower ends of all length windows together exceed the limit.",
    Explanation(
      why: """
        Each window can be reached alone, but a response long enough for one of them is cut before \
        it is long enough for the next. The policy is paid for lengthening one segment at the \
        expense of another.
        """,
      example: .sections(LengthExample.recipe(window: "48..64 tok", reasoning: "48..64 tok")),
      nearMiss: .sections(LengthExample.recipe(window: "45..64 tok", reasoning: "45..64 tok"))))
}

extension RecipeCheck {
  static let minimaDoNotFit = RecipeCheck(
    .minimaDoNotFit, reads: ["segments", "rewards", "stages"]
  ) { input in
    LengthBudget.all(input).compactMap { budget in
      let windows = budget.windows(input)
      // What cannot be reached alone is reported alone.
      guard windows.allSatisfy({ Int($0.window.lower) <= budget.room(for: $0.reward.segments) })
      else { return nil }
      var chosen: [(reward: RecipeOutline.Reward, window: Window)] = []
      for candidate in windows.filter({ !$0.reward.segments.isEmpty }).sorted(by: {
        $0.window.lower > $1.window.lower
      }) {
        let taken = Set(chosen.flatMap(\.reward.segments))
        if taken.isDisjoint(with: candidate.reward.segments) { chosen.append(candidate) }
      }
      let covered = chosen.flatMap(\.reward.segments)
      let sum = chosen.reduce(0) { $0 + Int($1.window.lower) }
      let room = budget.room(for: covered)
      guard chosen.count > 1, sum > room else { return nil }
      let needed = budget.limit + sum - room
      let parts = chosen.map { plain($0.window.lower) }.joined(separator: " + ")
      return Diagnostic(
        .minimaDoNotFit,
        "the windows ask for at least \(parts) = \(sum) tokens, but a complete response of "
          + "`\(budget.stage.name)` has room for \(room), so no response is paid by all of them",
        at: budget.place,
        secondary: chosen.map {
          .init(
            span: $0.reward.record.span(of: "window"),
            text: "at least \(plain($0.window.lower)) tokens")
        },
        notes: [budget.arithmetic(for: covered)],
        help: "raise `max_new_tokens` to \(needed) or more, or lower the windows",
        fixes: [
          .replace(budget.place, with: "\(needed) tok", isSafe: false, "allow \(needed) tokens")
        ],
        path: "\(budget.stage.record.path).sampling.max_new_tokens")
    }
  }
}
