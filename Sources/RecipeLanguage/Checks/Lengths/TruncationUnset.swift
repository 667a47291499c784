extension DiagnosticCode {
  static let truncationUnset = DiagnosticCode(
    5211, "truncation-unset", "A stage does not say what becomes of responses that are cut.",
    Explanation(
      why: """
        A response cut at `max_new_tokens` has no end, mostly no answer, and so low rewards, whatever \
        it was about to say. Scoring it teaches brevity; masking it (DAPO) teaches nothing from it, \
        and nothing against endless responses either. Published runs differ in this and results \
        with them, so a recipe says which one it means; `score` is what happens when it does not.
        """,
      example: .sections(LengthExample.recipe(window: "8..32 tok", truncation: nil)),
      nearMiss: .sections(LengthExample.recipe(window: "8..32 tok", truncation: "score"))))
}

extension RecipeCheck {
  static let truncationUnset = RecipeCheck(.truncationUnset, reads: ["stages"]) { input in
    input.outline.stages.compactMap { stage in
      guard stage.is(.policy), let setting = stage.record.setting("truncation"),
        setting.origin == .default, let sampling = stage.record.optionalRecord("sampling")
      else { return nil }
      let limit = sampling.optionalQuantity("max_new_tokens").map { "at \($0)" } ?? "at the limit"
      let edit = stage.record.edit(adding: "truncation", "score", before: "sampling")
      return Diagnostic(
        .truncationUnset, severity: .warning,
        "stage `\(stage.name)` does not say what becomes of responses cut \(limit), so they are "
          + "scored as if they had ended",
        at: sampling.span(of: "max_new_tokens"), label: "cut here",
        help: "write `truncation: score` or `truncation: mask`",
        fixes: edit.map { [Fix("write the default out", isSafe: true, edits: [$0])] } ?? [],
        path: "\(stage.record.path).truncation")
    }
  }
}
