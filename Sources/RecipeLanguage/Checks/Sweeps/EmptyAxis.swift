extension DiagnosticCode {
  static let emptyAxis = DiagnosticCode(
    6002, "empty-axis", "An axis of a sweep has no values.",
    Explanation(
      why: """
        The cells are all combinations of the axes' values: with an empty axis there are none.
        """,
      example: .swept(axes: "{window: {values: []}}"),
      nearMiss: .swept(axes: "{window: {values: [8..32 tok, 16..32 tok]}}")))
}

extension RecipeCheck {
  static let emptyAxis = RecipeCheck(.emptyAxis, reads: ["params"]) { input in
    guard let sweep = input.root.optionalRecord("sweep"), let axes = sweep.optionalRecord("axes")
    else { return [] }
    let none =
      axes.records.isEmpty && axes.keys.isEmpty
      ? [
        Diagnostic(
          .emptyAxis, "the sweep varies nothing", at: sweep.span(of: "axes"),
          help: "add an axis, as in `window: {values: [128..320 tok, 64..256 tok]}`",
          path: "sweep.axes")
      ] : []
    return none
      + SweepAxis.all(input.root).compactMap { axis in
        axis.problem.map { problem in
          Diagnostic(
            .emptyAxis, "the axis `\(axis.name)` gives no cells: \(problem)", at: axis.record.span,
            help: "write `values: […]`, `from: …, to: …, by: …`, `log: {from: …, to: …, count: …}` "
              + "or, for windows, `min: […], max: […]`", path: axis.record.path)
        }
      }
  }
}
