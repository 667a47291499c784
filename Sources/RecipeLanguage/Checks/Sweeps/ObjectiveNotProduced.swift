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
    if let problem = EvaluationMetric.malformation(of: objective, of: "the sweep") {
      return report(problem.message, problem.span, problem.help)
    }
    guard let metric = EvaluationMetric(objective) else { return [] }
    return metric.absence(input.outline).map {
      report("nothing yields `\(metric.text)`: \($0.reason)", metric.span, $0.help)
    } ?? []
  }
}
