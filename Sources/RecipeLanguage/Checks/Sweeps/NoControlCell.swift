extension DiagnosticCode {
  static let noControlCell = DiagnosticCode(
    6010, "no-control-cell", "A sweep has no cell to compare the others with.",
    Explanation(
      why: """
        "The best of twenty" says little unless one of the twenty is the setting that was known \
        before. A control is run first, with the same seeds, and is never pruned.
        """,
      example: .swept(controls: "{}"),
      nearMiss: .swept(controls: "{published: {window: 8..32 tok}}")))
}

extension RecipeCheck {
  static let noControlCell = RecipeCheck(.noControlCell, reads: ["sweep"]) { input in
    guard let sweep = input.root.optionalRecord("sweep"),
      sweep.optionalRecord("controls")?.records.isEmpty ?? true
    else { return [] }
    let axes = SweepAxis.all(input.root).map { axis in
      "\(axis.name): \(ParameterValue.defaultText(of: axis.name, in: input.root))"
    }
    return [
      Diagnostic(
        .noControlCell, severity: .warning,
        "no cell is a control, so there is nothing known to compare the best one with",
        at: input.tree.entry("sweep")?.keySpan ?? sweep.span,
        help: "add `controls: {published: {\(axes.joined(separator: ", "))}}`", path: "sweep")
    ]
  }
}
