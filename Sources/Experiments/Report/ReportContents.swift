import Foundation
import Trainer

/// What the report shows, read from a run directory once. The sections draw it and read nothing else.
struct ReportContents: Sendable {
  /// The steps of one stage, in order.
  struct Stage: Sendable {
    var name: String
    var algorithm: String
    var steps: [StepRecord]

    /// Whether responses were sampled and rewarded, and not copied.
    var isReinforcement: Bool {
      steps.contains {
        $0.values.keys.contains { $0.hasPrefix("process/") || $0.hasPrefix("reward/") }
      }
    }

    /// Whether it made data, and trained nothing.
    var isPipeline: Bool { algorithm == "pipeline" }

    /// One value over the steps that have it.
    func points(_ key: String) -> [ChartPoint] {
      steps.compactMap { step in
        step.values[key].map { ChartPoint(x: Double(step.step), y: $0) }
      }
    }

    /// What follows `prefix` in the names of the recorded values, sorted.
    func names(under prefix: String) -> [String] {
      var names: Set<String> = []
      for step in steps {
        for key in step.values.keys where key.hasPrefix(prefix) {
          names.insert(String(key.dropFirst(prefix.count)))
        }
      }
      return names.sorted()
    }
  }

  var name: String
  var recipe: String
  var summary: RunSummary?
  var graph: GraphRecord?
  var stages: [Stage]
  /// Of stages' results.
  var evaluations: [EvaluationRecord]
  /// Of policies in training.
  var intermediate: [EvaluationRecord]
  /// What the responses of each set's last evaluation come to.
  var tables: [EvaluationTable]
  var samples: [ResponseSample]
  /// Groups of responses that the samples are from.
  var recordedGroups: Int
  /// The processes in the order the report numbers, colours and draws them.
  var processes: [String]

  /// Reads everything the report shows.
  ///
  /// - Throws: `ExperimentError.nothingRecorded`, `.malformed`, `.cannotRead`.
  init(_ run: RunDirectory) throws {
    let metrics = try run.metrics()
    let (steps, evaluations) = (metrics.steps, metrics.evaluations)
    guard !steps.isEmpty || !evaluations.isEmpty else {
      throw ExperimentError.nothingRecorded(path: run.url.path)
    }
    name = run.name
    recipe = String(decoding: try run.read(.recipe) ?? Data(), as: UTF8.self)
    summary = try run.read(RunSummary.self, from: .summary)
    graph = try run.read(GraphRecord.self, from: .graph)
    self.evaluations = evaluations
    intermediate = metrics.intermediate
    stages = Self.stages(of: steps)
    tables = try Self.tables(run, evaluations)
    (samples, recordedGroups) = try ResponseSample.choose(from: run, stages: stages)

    processes = Self.processes(of: stages)
  }

  /// Of a run whose metrics alone are shown.
  init(
    name: String, summary: RunSummary?, stages: [Stage], evaluations: [EvaluationRecord],
    intermediate: [EvaluationRecord] = []
  ) {
    self.intermediate = intermediate
    self.name = name
    recipe = ""
    self.summary = summary
    self.stages = stages
    self.evaluations = evaluations
    tables = []
    samples = []
    recordedGroups = 0
    processes = Self.processes(of: stages)
  }

  /// In the order in which the stages have them.
  private static func processes(of stages: [Stage]) -> [String] {
    stages.flatMap { $0.names(under: "process/") }
      .reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  private static func tables(
    _ run: RunDirectory, _ evaluations: [EvaluationRecord]
  ) throws -> [EvaluationTable] {
    var last: [(name: String, stage: String)] = []
    for record in evaluations {
      last.removeAll { $0.name == record.evaluation }
      last.append((record.evaluation, record.stage))
    }
    return try last.compactMap {
      EvaluationTable(try run.evaluations.read($0.name, stage: $0.stage))
    }
  }

  /// The steps of each stage, in the order in which they first appear.
  static func stages(of steps: [StepRecord]) -> [Stage] {
    var stages: [Stage] = []
    for step in steps {
      if let index = stages.firstIndex(where: { $0.name == step.stage }) {
        stages[index].steps.append(step)
      } else {
        stages.append(Stage(name: step.stage, algorithm: step.algorithm, steps: [step]))
      }
    }
    return stages
  }

  /// The process of each segment, as the recipe declares it.
  var processOfSegment: [String: String] {
    Dictionary((summary?.segments ?? []).map { ($0.name, $0.process) }) { first, _ in first }
  }

  /// The sets of held-out items, in the order they first appear.
  var evaluationNames: [String] {
    var names: [String] = []
    for evaluation in evaluations where !names.contains(evaluation.evaluation) {
      names.append(evaluation.evaluation)
    }
    return names
  }

  /// The evaluations of one set, the last of equal stage and step only.
  func history(of name: String) -> [EvaluationRecord] {
    var history: [EvaluationRecord] = []
    for evaluation in evaluations where evaluation.evaluation == name {
      if let index = history.firstIndex(where: {
        $0.stage == evaluation.stage && $0.step == evaluation.step
      }) {
        history[index] = evaluation
      } else {
        history.append(evaluation)
      }
    }
    return history
  }

  /// Where the stage of the last evaluation began: its own evaluation before training, that of the
  /// stage it starts from, or else the evaluation before.
  func start(of last: EvaluationRecord, in history: [EvaluationRecord]) -> EvaluationRecord? {
    let earlier = history.filter { $0 != last }
    if let before = earlier.last(where: { $0.stage == last.stage && $0.step == 0 }) {
      return before
    }
    if let parent = summary?.stages.first(where: { $0.name == last.stage })?.startsFrom,
      let evaluation = earlier.last(where: { $0.stage == parent })
    {
      return evaluation
    }
    return earlier.last { $0.stage != last.stage }
  }
}
