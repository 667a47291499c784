extension DiagnosticCode {
  static let windowNeverBinds = DiagnosticCode(
    5204, "window-never-binds", "No response can be longer than the upper end of a length window.",
    Explanation(
      why: """
        The upper end of a window is there to stop responses from growing. Where `max_new_tokens` \
        cuts them before they reach it, it stops nothing: the limit on new tokens is the real upper \
        end, and it cuts responses instead of leaving them unpaid.
        """,
      example: .sections(LengthExample.recipe(window: "8..88 tok")),
      nearMiss: .sections(LengthExample.recipe(window: "8..87 tok"))))
}

extension RecipeCheck {
  static let windowNeverBinds = RecipeCheck(
    .windowNeverBinds, reads: ["segments", "rewards", "stages"]
  ) { input in
    LengthBudget.all(input).flatMap { budget in
      budget.windows(input).compactMap { reward, window in
        let room = budget.room(for: reward.segments)
        guard window.upper >= Double(room), window.lower <= Double(room) else { return nil }
        return Diagnostic(
          .windowNeverBinds, severity: .warning,
          "`\(reward.name)` pays up to \(plain(window.upper)) tokens, but a complete response of "
            + "`\(budget.stage.name)` never has more than \(room) there, so its upper end stops nothing",
          at: reward.record.span(of: "window"),
          secondary: [.init(span: budget.place, text: "responses are cut here")],
          notes: [budget.arithmetic(for: reward.segments)],
          help: "lower the upper end below \(room) tokens, or raise `max_new_tokens`",
          path: "\(reward.record.path).window")
      }
    }
  }
}
