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
    training = Self.means(steps.suffix(max(1, steps.count / 4)))
    generatedTokens =
      metrics.steps.reduce(0) { $0 + ($1.values["generated_tokens"] ?? 0) }
      + metrics.evaluations.reduce(0) { $0 + ($1.values["generated_tokens"] ?? 0) }
    let summary = try run.read(RunSummary.self, from: .summary)
    seconds = summary?.seconds
    stageSeconds = summary?.stages.first { $0.name == objective.stage }?.seconds
  }

  private static func means(_ steps: ArraySlice<StepRecord>) -> [String: Double] {
    var sums: [String: (sum: Double, count: Int)] = [:]
    func add(_ name: String, _ value: Double) {
      let old = sums[name] ?? (0, 0)
      sums[name] = (old.sum + value, old.count + 1)
    }
    for step in steps {
      for (name, value) in step.values where !name.hasPrefix("memory/") { add(name, value) }
      if let share = step.informativeGroups { add("informative_groups", share) }
    }
    return sums.mapValues { $0.sum / Double($0.count) }
  }
}

extension StepRecord {
  /// The share of groups whose responses some process tells apart; nil where nothing was sampled.
  var informativeGroups: Double? {
    if let flat = values["zero_variance/all"] { return 1 - flat }
    let scopes = values.filter { $0.key.hasPrefix("zero_variance/") }
    return scopes.count == 1 ? scopes.first.map { 1 - $0.value } : nil
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
