extension DiagnosticCode {
  static let stopOnlyInTraining = DiagnosticCode(
    5010, "stop-only-in-training",
    "An evaluation reads on where the stage before it ended responses.",
    Explanation(
      why: """
        Where a stage ends responses with their last segment, the policy never learns to write the end \
        token: nothing after the segment was ever sampled or credited. An evaluation that waits for \
        the end token reads on to its limit, and what follows makes segments that were right repeated \
        ones.
        """,
      example: .sections(stop(evaluation: "")),
      nearMiss: .sections(stop(evaluation: ", stop: last_segment"))))

  private static func stop(evaluation: String) -> String {
    ExampleStages.text(sampling: "max_new_tokens: 96 tok, stop: last_segment") + """

      eval:
        held_out: {data: held_out, after: [rl], max_new_tokens: 96 tok\(evaluation)}
      """
  }
}

extension RecipeCheck {
  static let stopOnlyInTraining = RecipeCheck(
    .stopOnlyInTraining, reads: ["stages", "eval"]
  ) { input in
    input.outline.evaluations.filter { !$0.stopsAtLastSegment }.compactMap { evaluation in
      let after = evaluation.optionalStrings("after") ?? []
      let stages = input.outline.stages.filter { stage in
        after.contains(stage.name)
          && stage.record.optionalRecord("sampling")?.stopsAtLastSegment == true
      }
      guard let stage = stages.first, let sampling = stage.record.optionalRecord("sampling") else {
        return nil
      }
      let edit = evaluation.edit(adding: "stop", RecipeSchema.lastSegment, before: "max_new_tokens")
      return Diagnostic(
        .stopOnlyInTraining, severity: .warning,
        "`\(stage.name)` ends responses with their last segment, but evaluation "
          + "`\(evaluation.name)` reads on to the end token",
        at: evaluation.span(of: "after"),
        secondary: [.init(span: sampling.span(of: "stop"), text: "responses end here")],
        help: "write `stop: last_segment` in the evaluation too",
        fixes: edit.map { [Fix("end responses there too", isSafe: false, edits: [$0])] } ?? [],
        path: "\(evaluation.path).stop")
    }
  }
}
