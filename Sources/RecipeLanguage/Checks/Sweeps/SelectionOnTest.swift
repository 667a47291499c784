extension DiagnosticCode {
  static let selectionOnTest = DiagnosticCode(
    6007, "selection-on-test", "A sweep chooses its best cell by the test data.",
    Explanation(
      why: """
        The best of many cells on the test data is partly the luckiest. The number that is reported \
        for it afterwards, on the same data, is too good.
        """,
      example: .swept(validation: "test"), nearMiss: .swept(validation: "train")))
}

extension RecipeCheck {
  static let selectionOnTest = RecipeCheck(
    .selectionOnTest, reads: ["eval", "data", "sweep"]
  ) { input in
    guard let metric = EvaluationMetric(sweepOf: input.root),
      let evaluation = input.outline.evaluations.first(where: { $0.name == metric.evaluation }),
      let name = evaluation.optionalString("data"),
      let data = input.outline.data.first(where: { $0.name == name }),
      data.optionalString("split") == "test" || name == "test" || evaluation.name == "test"
    else { return [] }
    return [
      Diagnostic(
        .selectionOnTest, severity: .warning,
        "the best cell is chosen by the test data, so its result on them will look better than it "
          + "is",
        at: metric.span, secondary: [.init(span: data.span(of: "split"), text: "test data")],
        help: "choose by an evaluation on data that are set aside for it", path: "sweep.objective")
    ]
  }
}
