extension DiagnosticCode {
  static let sweepTooLarge = DiagnosticCode(
    6011, "sweep-too-large", "A grid has more cells than anybody will run.",
    Explanation(
      why: """
        The number of cells is the product of the axes' values. Beyond a few thousand a grid says \
        less than the same number of runs that are spread evenly.
        """,
      example: .swept(
        axes: "{window: {min: [1 tok, 2 tok], max: [3 tok]}, "
          + "size: {from: 1, to: 4000, by: 1}}", size: true),
      nearMiss: .swept(
        axes: "{window: {min: [1 tok, 2 tok], max: [30 tok]}, "
          + "size: {from: 2, to: 9, by: 1}}", size: true)))
}

extension RecipeExample {
  /// With a second param, which is used nowhere but in `where`.
  fileprivate static func swept(axes: String, size: Bool) -> RecipeExample {
    swept(
      params: "{window: {type: window<tok>, default: 8..32 tok}, size: {type: int, default: 8}}",
      axes: axes)
  }
}

extension RecipeCheck {
  static let sweepTooLarge = RecipeCheck(.sweepTooLarge, reads: ["params"]) { input in
    guard let sweep = input.root.optionalRecord("sweep"),
      sweep.optionalString("method") == "grid"
    else { return [] }
    let axes = SweepAxis.all(input.root)
    let size = SweepGrid.size(axes)
    guard size > SweepPlan.cellLimit, axes.allSatisfy({ $0.problem == nil }) else { return [] }
    let product = axes.map { "\($0.values.count) values of `\($0.name)`" }
    return [
      Diagnostic(
        .sweepTooLarge,
        "the grid has \(size) cells, more than the \(SweepPlan.cellLimit) that a sweep may have",
        at: sweep.span(of: "axes"), notes: [product.joined(separator: " x ")],
        help: "use `method: sobol` with `samples`, or fewer values", path: "sweep.axes")
    ]
  }
}
