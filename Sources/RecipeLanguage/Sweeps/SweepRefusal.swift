extension CheckedRecipe {
  /// Why the recipe is not one run, and how to make all of them or one; nil where it is one: without
  /// a sweep, or with a value given for every axis.
  ///
  /// - Parameter given: the params whose value comes from the command line.
  public func manyRuns(given: [String]) -> Diagnostic? {
    guard let sweep = root.optionalRecord("sweep") else { return nil }
    let axes = SweepAxis.all(root)
    guard axes.isEmpty || !axes.allSatisfy({ given.contains($0.name) }) else { return nil }
    let cell = axes.compactMap { axis in
      axis.values.first.map { "--param \(axis.name)=\"\($0)\"" }
    }
    let count = self.sweep.map { "\($0.runs) runs" } ?? "many runs"
    return Diagnostic(
      .manyRuns, "the recipe is a sweep of \(count), and `run` makes one", at: sweep.span,
      help: "make them all with `sousvide sweep run \(file.path)`, or one cell with "
        + "`sousvide run \(file.path) \(cell.joined(separator: " "))`", path: "sweep")
  }
}

extension DiagnosticCode {
  static let manyRuns = DiagnosticCode(
    6018, "many-runs", "A recipe with a sweep is run as if it were one run.",
    Explanation(
      why: """
        A recipe with a sweep stands for many runs. `sousvide sweep run` makes them all, each in a \
        process of its own; `run` makes one of them where every axis is given a value by `--param`.
        """))
}

extension RecipeCheck {
  /// It takes a command line to be found (`CheckedRecipe.manyRuns`): by itself a sweep is as it should be.
  static let manyRuns = RecipeCheck(.manyRuns, reads: []) { _ in [] }
}
