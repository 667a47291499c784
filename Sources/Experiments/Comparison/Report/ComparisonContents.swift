import Foundation
import Trainer

/// What the page of several runs shows, read from their folders once. The sections draw it and read nothing
/// else.
struct ComparisonContents: Sendable {
  struct Run: Sendable {
    /// What the page calls it.
    var name: String
    var summary: RunSummary?
    var graphDigest: String?
    var stages: [ReportContents.Stage]
    var generatedTokens: Double
    /// Tokens that were learnt from.
    var learntTokens: Double
    /// Means over the last quarter of the steps, by stage.
    var means: [String: [String: Double]]
  }

  var runs: [Run]
  var settings: SettingsComparison
  var evaluations: EvaluationComparison

  /// - Throws: `ExperimentError.nothingRecorded` for a run without steps and evaluations, `.malformed`,
  ///   `.cannotRead`.
  init(_ directories: [RunDirectory], settings: SettingsComparison) throws {
    let names = Self.names(of: directories)
    runs = try zip(directories, names).map { try Run($0, name: $1) }
    self.settings = settings
    evaluations = try EvaluationComparison(directories)
  }

  /// The names of folders, with those around them where two are called the same.
  static func names(of directories: [RunDirectory]) -> [String] {
    directories.map { run in
      let isAlone = directories.count { $0.name == run.name } == 1
      return isAlone
        ? run.name : run.url.deletingLastPathComponent().lastPathComponent + "/" + run.name
    }
  }

  /// The stages that any run made steps of, in the order of the first run that has them.
  var stages: [String] {
    runs.flatMap(\.stages).filter { !$0.isPipeline }.map(\.name)
      .reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// The steps of a stage by run; nil for one that did not make any, because it has no such stage or has
  /// taken it over.
  func steps(of stage: String) -> [ReportContents.Stage?] {
    runs.map { run in run.stages.first { $0.name == stage } }
  }
}

extension ComparisonContents.Run {
  fileprivate init(_ run: RunDirectory, name: String) throws {
    let metrics = try run.metrics()
    let steps = metrics.steps
    guard !steps.isEmpty || !metrics.evaluations.isEmpty else {
      throw ExperimentError.nothingRecorded(path: run.url.path)
    }
    let stages = ReportContents.stages(of: steps)
    self.init(
      name: name, summary: try run.read(RunSummary.self, from: .summary),
      graphDigest: try run.read(GraphRecord.self, from: .graph)?.digest, stages: stages,
      generatedTokens: metrics.generatedTokens,
      learntTokens: steps.reduce(0) { $0 + ($1.values["tokens"] ?? 0) },
      means: Dictionary(
        stages.map { ($0.name, StepMeans.ofLastQuarter($0.steps)) }, uniquingKeysWith: { $1 }))
  }
}
