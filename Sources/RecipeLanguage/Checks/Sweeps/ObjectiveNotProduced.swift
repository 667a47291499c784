extension DiagnosticCode {
  static let objectiveNotProduced = DiagnosticCode(
    6006, "objective-not-produced", "Nothing yields the objective of a sweep.",
    Explanation(
      why: """
        The sweep would run to its end and then have nothing to compare its cells by.
        """,
      example: .swept(objective: "{maximize: eval.validation.accurcy}"), nearMiss: .swept()))
}

extension RecipeCheck {
  static let objectiveNotProduced = RecipeCheck(
    .objectiveNotProduced, reads: ["eval", "rewards", "segments", "judges", "sweep"]
  ) { input in
    guard let objective = input.root.optionalRecord("sweep")?.optionalRecord("objective") else {
      return []
    }
    func report(_ message: String, _ span: SourceSpan, _ help: String?) -> [Diagnostic] {
      [
        Diagnostic(
          .objectiveNotProduced, message, at: span, help: help, path: "sweep.objective")
      ]
    }
    let written = ["maximize", "minimize"].filter(objective.has)
    guard written.count == 1 else {
      return report(
        written.isEmpty
          ? "the sweep has no objective" : "a sweep cannot both maximize and minimize",
        objective.span, "write `objective: {maximize: eval.<evaluation>.accuracy}`")
    }
    guard let metric = SweepMetric(input.root) else {
      return report(
        "an objective names what an evaluation measures", objective.span(of: written[0]),
        "write it as `eval.<evaluation>.<metric>`, such as `eval.held_out.accuracy`")
    }
    return metric.absence(input.outline).map {
      report("nothing yields `\(metric.text)`: \($0.reason)", metric.span, $0.help)
    } ?? []
  }
}
