extension DiagnosticCode {
  static let batchOverData = DiagnosticCode(
    5603, "batch-over-data", "One step asks for more records than the data have.",
    Explanation(
      why: """
        Batches run through the data without a gap, from one pass into the next, so nothing has to \
        divide evenly. But a step that is larger than the data would hold a record twice: a policy \
        stage refuses that when it starts, perhaps after hours of earlier stages, and a supervised \
        stage gives the repeated records double weight.
        """,
      example: .sections(
        ExampleStages.text(promptsPerStep: 51), facts: StatedFacts(records: ["questions": 50])),
      nearMiss: .sections(
        ExampleStages.text(promptsPerStep: 50), facts: StatedFacts(records: ["questions": 50]))))
}

extension RecipeCheck {
  static let batchOverData = RecipeCheck(.batchOverData, reads: ["data", "stages"]) { input in
    input.outline.stages.compactMap { stage in
      let key = stage.is(.policy) ? "prompts_per_step" : "batch_size"
      guard let size = stage.record.optionalInteger(key), let data = stage.data,
        let records = input.facts.ask(for: .batchOverData, { $0.recordCount(ofData: data) }),
        size > records
      else { return nil }
      let span = stage.record.span(of: key)
      return Diagnostic(
        .batchOverData, severity: stage.is(.policy) ? .error : .warning, confidence: .facts,
        stage.is(.policy)
          ? "a step asks for \(size) questions, but `\(data)` has \(records): the stage could not start"
          : "a step takes \(size) records, but `\(data)` has \(records): some count twice in every step",
        at: span, help: "use at most \(records)",
        fixes: records > 0 ? [.replace(span, with: "\(records)", isSafe: false)] : [],
        path: "\(stage.record.path).\(key)")
    }
  }
}
