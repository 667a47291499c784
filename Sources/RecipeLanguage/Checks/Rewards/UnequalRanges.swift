extension DiagnosticCode {
  static let unequalRanges = DiagnosticCode(
    5110, "unequal-ranges", "Ranges more than tenfold apart are added up as they are.",
    Explanation(
      why: """
        In a sum that is normalized afterwards a reward counts as much as its range is wide. Where \
        ranges differ more than tenfold it is the units they happen to be measured in that decide, \
        not what the author finds important.
        """,
      example: .lengthPays("0.08"),
      nearMiss: .lengthPays("0.1")))
}

extension RecipeCheck {
  static let unequalRanges = RecipeCheck(
    .unequalRanges, reads: ["segments", "rewards", "stages"]
  ) { input in
    input.outline.distinctScopes.compactMap { scope in
      let parts = scope.spreads(input.outline)
      let whole = parts.reduce(0) { $0 + $1.spread }
      // Shares at either end are reported as lopsided.
      guard let wide = parts.max(by: { $0.spread < $1.spread }),
        let narrow = parts.min(by: { $0.spread < $1.spread }), whole.isFinite,
        wide.spread > 10 * narrow.spread, wide.width > 10 * narrow.width,
        wide.spread <= 0.9 * whole, narrow.spread >= 0.02 * whole
      else { return nil }
      return Diagnostic(
        .unequalRanges, severity: .warning,
        "`\(narrow.reward.name)` spans \(plain(narrow.spread)) and `\(wide.reward.name)` "
          + "\(plain(wide.spread)) in one sum, so scale decides between them and not importance",
        at: input.place(of: narrow.reward),
        secondary: [
          .init(span: input.place(of: wide.reward), text: "spans \(plain(wide.spread))")
        ],
        help: "bring them on one scale", path: narrow.reward.record.path)
    }
  }
}
