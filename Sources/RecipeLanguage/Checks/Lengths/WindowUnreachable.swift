extension DiagnosticCode {
  static let windowUnreachable = DiagnosticCode(
    5203, "window-unreachable", "No complete response is long enough for a length window.",
    Explanation(
      why: """
        A response is cut at `max_new_tokens`, and its delimiters and other segments take up tokens \
        too. Where less is left than the lower end of a window, no complete response is ever paid: \
        the reward is 0 for all of them (TRL issue 5697).
        """,
      example: .sections(LengthExample.recipe(window: "92..160 tok")),
      nearMiss: .sections(LengthExample.recipe(window: "88..89 tok"))))
}

extension RecipeCheck {
  static let windowUnreachable = RecipeCheck(
    .windowUnreachable, reads: ["segments", "rewards", "stages"]
  ) { input in
    LengthBudget.all(input).flatMap { budget in
      budget.windows(input).compactMap { reward, window in
        let room = budget.room(for: reward.segments)
        guard window.lower > Double(room) else { return nil }
        let needed = budget.limit + Int(window.lower) - room
        return Diagnostic(
          .windowUnreachable,
          "`\(reward.name)` pays from \(plain(window.lower)) tokens on, but a complete response of "
            + "`\(budget.stage.name)` has room for \(max(0, room)) there, so it would never be paid",
          at: reward.record.span(of: "window"),
          secondary: [.init(span: budget.place, text: "responses are cut here")],
          notes: [budget.arithmetic(for: reward.segments)],
          help: "raise `max_new_tokens` to \(needed) or more, or lower the window",
          fixes: [
            .replace(budget.place, with: "\(needed) tok", isSafe: false, "allow \(needed) tokens")
          ],
          path: "\(reward.record.path).window")
      }
    }
  }
}
