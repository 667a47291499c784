import Foundation
import Trainer

/// What the files of one run say about it, as a trial of a sweep.
struct TrialMeasures {
  /// Of the objective's evaluation after its last stage; nil while it was not made.
  var evaluation: [String: Double]?
  /// Means over the last quarter of the steps of the objective's stage: `length/<segment>`, `truncated`,
  /// `informative_groups`, `kl`, …
  var training: [String: Double] = [:]
  /// Steps of that stage.
  var steps = 0
  /// Written by the policy in all stages and evaluations.
  var generatedTokens: Double = 0
  var seconds: Double?
  /// Of the objective's stage alone: who made the stages before it is a matter of luck.
  var stageSeconds: Double?

  init(_ run: RunDirectory, _ objective: SweepSpecification.Objective) throws {
    let metrics = try run.metrics()
    evaluation =
      metrics.evaluations.last {
        $0.evaluation == objective.evaluation && $0.stage == objective.stage
      }?.values
    let steps = metrics.steps.filter { $0.stage == objective.stage }
    self.steps = steps.count
    training = StepMeans.ofLastQuarter(steps)
    generatedTokens = metrics.generatedTokens
    let summary = try run.read(RunSummary.self, from: .summary)
    seconds = summary?.seconds
    stageSeconds = summary?.stages.first { $0.name == objective.stage }?.seconds
  }
}

/// The part of an evaluated response that comparing takes.
private struct MeasuredItem: Decodable {
  var question: Int
  var input: EvaluatedItem.Input
  var sample: Int
  var values: [String: Double]
}

extension SweepFolder {
  /// The value that a trial's cell is compared by; nil while it has none.
  public func objective(
    of trial: SweepSpecification.Trial, _ objective: SweepSpecification.Objective
  ) -> Double? {
    guard let run = directory(of: trial.name) else { return nil }
    return (try? TrialMeasures(run, objective))?.evaluation?[objective.metric]
  }

  /// The file with every response of a trial that the objective was measured on.
  public func responses(
    of trial: String, _ objective: SweepSpecification.Objective
  ) -> URL {
    EvaluationFiles(run(of: trial).appendingPathComponent("evaluations", isDirectory: true))
      .url(objective.evaluation, stage: objective.stage)
  }

  /// What every question earned, by its place in the data; empty where the objective is not measured
  /// question by question.
  ///
  /// - Throws: `ExperimentError.malformed`, `.cannotRead`.
  public func questions(
    of trial: String, _ objective: SweepSpecification.Objective
  ) throws -> [Int: Double] {
    var values: [Int: Double] = [:]
    try JSONLinesReader.forEach(MeasuredItem.self, in: responses(of: trial, objective)) { item in
      guard item.input == .video, item.sample == 0 else { return }
      values[item.question] = item.values[objective.metric]
    }
    return values
  }
}
