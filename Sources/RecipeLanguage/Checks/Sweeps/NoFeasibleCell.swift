extension DiagnosticCode {
  static let noFeasibleCell = DiagnosticCode(
    6003, "no-feasible-cell", "No cell of a sweep can be run.",
    Explanation(
      why: """
        `where` leaves every cell out, or the recipe of every cell has errors of its own.
        """,
      example: .swept(controls: "{}", settings: ["where: params.window.min > 100 tok"]),
      nearMiss: .swept(settings: ["where: params.window.min > 10 tok"])))
}

extension RecipeCheck {
  static let noFeasibleCell = RecipeCheck(.noFeasibleCell, reads: []) { input in
    guard let plan = input.sweep, plan.cells.isEmpty else { return [] }
    let axes = input.root.optionalRecord("sweep")?.span(of: "axes") ?? input.root.span
    return [
      Diagnostic(
        .noFeasibleCell,
        plan.infeasible.isEmpty
          ? "`where` leaves out every one of the \(plan.excluded.count) cells"
          : "none of the \(plan.infeasible.count) cells can be run: their recipes have errors",
        at: axes, notes: plan.reasons, help: "change the values, or the condition",
        path: "sweep.axes")
    ]
  }
}

extension SweepPlan {
  /// Why the first cells are not run.
  var reasons: [String] {
    let shown = 4
    let failed = infeasible.map { cell in
      let first = cell.errors.first.map { "\($0.message) (\($0.code.name))" } ?? "no recipe"
      return "\(cell.cell.text): \(first)"
    }
    let all = failed + excluded.map { "\($0.cell.text): \($0.reason)" }
    let rest = all.count > shown ? ["and \(all.count - shown) more"] : []
    return Array(all.prefix(shown)) + rest
  }
}
