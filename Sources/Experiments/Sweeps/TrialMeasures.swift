import Trainer

extension SweepFolder {
  /// The value that a trial's cell is compared by; nil while it has none.
  public func objective(
    of trial: SweepSpecification.Trial, _ objective: SweepSpecification.Objective
  ) -> Double? {
    guard let metrics = try? directory(of: trial.name)?.metrics() else { return nil }
    return metrics.evaluations.last {
      $0.evaluation == objective.evaluation && $0.stage == objective.stage
    }?.values[objective.metric]
  }
}
