extension DiagnosticCode {
  static let idlePruning = DiagnosticCode(
    6016, "idle-pruning", "Pruning can never compare two cells.",
    Explanation(
      why: """
        Cells are compared while their last policy stage trains, by what its steps measure that is \
        nearest to the objective: the accuracy of sampled responses for that of an evaluation. Where \
        nothing of the kind is measured, or the first look would come after the last step, every cell \
        runs to its end.
        """,
      example: .swept(settings: ["prune: {rule: asha, after: 100 step, every: 10 step}"]),
      nearMiss: .swept(settings: ["prune: {rule: asha, after: 40 step, every: 10 step}"])))
}

extension RecipeCheck {
  static let idlePruning = RecipeCheck(.idlePruning, reads: ["sweep", "stages", "eval"]) { input in
    guard let prune = input.root.optionalRecord("sweep")?.optionalRecord("prune") else { return [] }
    guard let stage = input.outline.stages.last(where: { $0.is(.policy) }) else {
      return [
        Diagnostic(
          .idlePruning, "no stage samples responses, so cells cannot be compared before they end",
          at: prune.span, help: "remove `prune`", path: "sweep.prune")
      ]
    }
    if let metric = EvaluationMetric(sweepOf: input.root), metric.trainingMeasure(input.root) == nil
    {
      return [
        Diagnostic(
          .idlePruning,
          "training does not measure anything like `\(metric.text)`, by which cells could be compared "
            + "before they end",
          at: prune.span, secondary: [.init(span: metric.span, text: "the objective")],
          help: "choose by the accuracy or a reward of the evaluation, or remove `prune`",
          path: "sweep.prune")
      ]
    }
    guard let steps = stage.steps, let after = prune.optionalInteger("after"), after >= steps else {
      return []
    }
    return [
      Diagnostic(
        .idlePruning, severity: .warning,
        "cells are first compared after \(after) steps, but `stages.\(stage.name)` has \(steps)",
        at: prune.span(of: "after"), secondary: [.init(span: stage.record.span, text: "the stage")],
        help: "compare earlier, or remove `prune`", path: "sweep.prune.after")
    ]
  }
}
