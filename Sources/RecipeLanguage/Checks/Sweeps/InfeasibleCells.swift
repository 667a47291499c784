extension DiagnosticCode {
  static let infeasibleCells = DiagnosticCode(
    6013, "infeasible-cells", "Some cells of a sweep cannot be run.",
    Explanation(
      why: """
        The recipe of such a cell has errors: a window that cannot be reached, say. The sweep runs \
        without it and marks its place.
        """,
      example: .swept(axes: "{window: {values: [8..32 tok, 16..64 tok, 92..128 tok]}}"),
      nearMiss: .swept(axes: "{window: {values: [8..32 tok, 16..64 tok, 88..128 tok]}}")))
}

extension RecipeCheck {
  static let infeasibleCells = RecipeCheck(.infeasibleCells, reads: []) { input in
    guard let plan = input.sweep, !plan.infeasible.isEmpty, !plan.cells.isEmpty else { return [] }
    return [
      Diagnostic(
        .infeasibleCells, severity: .note,
        "\(plan.infeasible.count) of \(plan.cells.count + plan.infeasible.count) cells cannot be "
          + "run and are left out",
        at: input.root.optionalRecord("sweep")?.span(of: "axes") ?? input.root.span,
        notes: plan.reasons, path: "sweep.axes")
    ]
  }
}
