extension DiagnosticCode {
  static let sweepPartlyChecked = DiagnosticCode(
    6012, "sweep-partly-checked", "A sweep has more cells than are checked one by one.",
    Explanation(
      why: """
        Checking a cell means checking its whole recipe. The first ones are checked at once, the \
        others when the sweep starts.
        """,
      example: .swept(
        axes: "{window: {min: [1 tok, 2 tok, 3 tok, 4 tok, 5 tok, 6 tok, 7 tok, 8 tok, "
          + "9 tok], max: [41 tok, 42 tok, 43 tok, 44 tok, 45 tok, 46 tok, 47 tok, 48 tok]}}"),
      nearMiss: .swept()))
}

extension RecipeCheck {
  static let sweepPartlyChecked = RecipeCheck(.sweepPartlyChecked, reads: []) { input in
    guard let plan = input.sweep, plan.unchecked > 0 else { return [] }
    return [
      Diagnostic(
        .sweepPartlyChecked, severity: .note,
        "\(plan.recipes.count + plan.infeasible.count) cells were checked, "
          + "\(plan.unchecked) more were not",
        at: input.root.optionalRecord("sweep")?.span(of: "axes") ?? input.root.span,
        path: "sweep.axes")
    ]
  }
}
