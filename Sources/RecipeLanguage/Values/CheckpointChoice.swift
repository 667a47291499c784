/// What chooses the checkpoint that becomes a stage's result.
public struct CheckpointChoice: Sendable, Hashable {
  /// As the recipe has it: `eval.held_out.reward.correct`.
  public let text: String
  public let maximizes: Bool
  /// `held_out`.
  public let evaluation: String
  /// As evaluations record it: `reward/correct`.
  public let metric: String
  public let span: SourceSpan
}

extension CheckedRecipe {
  /// What chooses the result of a stage; nil where that is its last checkpoint.
  public func choice(of stage: Record) -> CheckpointChoice? {
    stage.optionalRecord("keep")?.optionalRecord("best").flatMap { EvaluationMetric($0) }.map {
      CheckpointChoice(
        text: $0.text, maximizes: $0.key == "maximize", evaluation: $0.evaluation,
        metric: $0.recorded, span: $0.span)
    }
  }
}
