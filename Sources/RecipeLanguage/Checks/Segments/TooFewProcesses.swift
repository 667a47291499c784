extension DiagnosticCode {
  static let tooFewProcesses = DiagnosticCode(
    5052, "too-few-processes",
    "A process-aware algorithm has fewer than two processes to tell apart.",
    Explanation(
      why: """
        A process-aware algorithm normalizes the rewards of each process apart and credits them to \
        that process's own tokens. With one process there is nothing to keep apart: it is plain GRPO \
        on the tokens of the segments.
        """,
      example: .sections(
        """
        segments:
          observation: {process: whole}
          think: {process: whole}
          answer: {process: whole}
        rewards:
          correct: {kind: accuracy, of: [answer], credit: whole, primary: true}
          template: {kind: format, of: [observation, think, answer], credit: whole}
        normalization: {}
        judges: {}
        """),
      nearMiss: .sections(
        """
        segments:
          observation: {process: perception}
          think: {process: reasoning}
          answer: {process: reasoning}
        """)))
}

extension RecipeCheck {
  static let tooFewProcesses = RecipeCheck(
    .tooFewProcesses, reads: ["segments", "stages"]
  ) { input in
    let processes = input.outline.processes
    guard processes.count < 2 else { return [] }
    let found =
      processes.first.map { "all segments belong to the process `\($0)`" }
      ?? "no segment is declared"
    let labels = input.outline.segments.prefix(3).map {
      Diagnostic.Label(span: $0.record.span(of: "process"), text: "the process of `\($0.name)`")
    }
    return input.outline.stages.filter { $0.is(.processAware) }.map { stage in
      Diagnostic(
        .tooFewProcesses, severity: processes.isEmpty ? .error : .warning,
        "stage `\(stage.name)` credits each process apart, but \(found), so it does what `grpo` does",
        at: stage.record.span(of: "algorithm"), secondary: labels,
        help: "give the segments at least two processes, or write `algorithm: grpo`",
        path: "\(stage.record.path).algorithm")
    }
  }
}
