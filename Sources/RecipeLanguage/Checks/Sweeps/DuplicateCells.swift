extension DiagnosticCode {
  static let duplicateCells = DiagnosticCode(
    6004, "duplicate-cells", "Two cells of a sweep are the same recipe.",
    Explanation(
      why: """
        The second run costs as much as the first and says nothing new; it only looks as if the \
        result had been confirmed.
        """,
      example: .swept(axes: "{window: {values: [8..32 tok, 9..32 tok, 9 .. 32 tok]}}"),
      nearMiss: .swept(axes: "{window: {values: [8..32 tok, 9..32 tok]}}")))
}

extension RecipeCheck {
  static let duplicateCells = RecipeCheck(.duplicateCells, reads: []) { input in
    guard let plan = input.sweep else { return [] }
    // Along an axis without effect all cells are equal: that is said once, of the axis.
    let idle = plan.axesWithoutEffect
    let pairs = plan.duplicates.filter { pair in
      pair.cell.control == nil && pair.of.control == nil
        && !zip(pair.cell.assignments, pair.of.assignments).contains {
          $0 != $1 && idle.contains($0.parameter)
        }
    }
    guard let first = pairs.first else { return [] }
    return [
      Diagnostic(
        .duplicateCells, severity: .warning,
        "\(pairs.count == 1 ? "a cell is" : "\(pairs.count) cells are") the same recipe as another, "
          + "and would be run for nothing",
        at: input.root.optionalRecord("sweep")?.span(of: "axes") ?? input.root.span,
        notes: ["\(first.cell.text) equals \(first.of.text)"],
        help: "remove one of the equal values",
        path: "sweep.axes")
    ]
  }
}
