/// What makes a cell of a sweep the best: a metric of an evaluation, and which way is better.
public struct SweepObjective: Sendable, Hashable {
  /// As the recipe has it: `eval.validation.reward.correct`.
  public let text: String
  public let maximizes: Bool
  /// `validation`.
  public let evaluation: String
  /// As evaluations record it: `reward/correct`.
  public let metric: String
  /// What the steps of a policy stage record that is nearest to it; nil where they record nothing of
  /// the kind.
  public let trainingMeasure: String?
}

extension CheckedRecipe {
  /// The objective of its sweep; nil without one.
  public var sweepObjective: SweepObjective? {
    guard let metric = EvaluationMetric(sweepOf: root) else { return nil }
    return SweepObjective(
      text: metric.text, maximizes: metric.key == "maximize", evaluation: metric.evaluation,
      metric: metric.recorded, trainingMeasure: metric.trainingMeasure(root))
  }
}

extension EvaluationMetric {
  /// What a step of a policy stage records of it.
  func trainingMeasure(_ root: Record) -> String? {
    switch metric {
    case "accuracy", "exact": return "accuracy"
    case "mismatch": return "mismatch"
    case "sufficiency":
      let judged = root.optionalRecord("rewards")?.records.first { $0.has("judge") }
      return judged.map { "reward/\($0.name)" }
    case "format", "lucky": return nil
    default: return recorded
    }
  }
}
