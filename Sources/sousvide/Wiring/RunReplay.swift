import Experiments
import Foundation
import Judges
import RecipeLanguage
import Rewards
import Trainer
import TrainingGraph

/// How much of a run a replay computes again.
enum ReplayTier: String, CaseIterable, ArgumentValue {
  /// The resolved recipe from the one that was written, and the graph.
  case resolve
  /// Segments, rewards, normalization, credit and metrics from the recorded responses.
  case rescore
  /// Losses and updates too, from the recorded responses.
  case update
  /// Everything: what the policy writes, too.
  case rerun
}

/// A recorded run with all that a replay of it needs. Judges answer from what the run was told, or the tape
/// beside it, only.
struct RunReplay {
  let run: RunDirectory
  let recipe: CheckedRecipe
  let planned: TrainingGraph
  let data: String
  let announce: @Sendable (String) -> Void

  private var tape: TapePlace {
    TapePlace(
      runs: run.url.deletingLastPathComponent().path, run: run, prefersRun: true, isOffline: true)
  }

  /// Whether the recipe lowers to the graph that was executed.
  func resolved(_ settings: ExecutionSettings) throws -> GraphComparison {
    guard let recorded = try run.read(GraphRecord.self, from: .graph) else {
      throw ExperimentError.nothingRecorded(path: run.url.path)
    }
    return GraphComparison(recorded, try withModelFiles(settings))
  }

  /// - Parameter stage: the only one to be replayed; nil for all.
  func rescored(
    stage: String?, _ settings: ExecutionSettings,
    progress: (_ stage: String, _ step: Int, _ of: Int) -> Void
  ) async throws -> ReplayOutcome {
    let judges = try judges(settings)
    let trace = try TraceFile(run)
    var outcome = try await Replay(planned, trace, stage: stage).rescored(
      makeJudge: { try judge($0, judges) }, progress: progress)
    guard outcome.difference == nil else { return outcome }
    let records = KeptRecords(run, planned)
    let evaluations = try await EvaluationReplay(run, planned, trace, stage: stage).rescored(
      makeJudge: { try judge($0, judges) }, record: records.record)
    outcome.evaluations = evaluations.outcomes
    outcome.difference = evaluations.difference
    return outcome
  }

  /// Trains again, in a folder that is removed, up to the first difference.
  ///
  /// - Parameters:
  ///   - samples: whether the policy samples; otherwise it learns from the recorded responses.
  ///   - isCancelled: asked between steps.
  func trained(
    samples: Bool, stage: String?, _ settings: ExecutionSettings,
    progress: @escaping @Sendable (_ stage: String, _ step: Int, _ of: Int) -> Void,
    isCancelled: @escaping @Sendable () -> Bool
  ) async throws -> ReplayOutcome {
    let trace = try TraceFile(run)
    var graph = try withModelFiles(settings)
    let replayed = try Replay(graph, trace, stage: stage).stageNames
    for node in graph.nodes {
      guard case .evaluate(let evaluation) = node.operation else { continue }
      // What chooses a stage's result is part of the stage.
      guard graph.consumers(of: node.id).isEmpty else { continue }
      if !samples || !replayed.contains(evaluation.stage) { try graph.remove(node.id) }
    }
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("sousvide-replay-\(UUID().uuidString)", isDirectory: true)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let judges = try judges(settings)
    let digests = graph.digests()
    let observer = ReplayObserver(trace, progress: progress)
    let services = TrainerServices(
      data: DataSources.all(below: data, threads: settings.threads) { announce($0) },
      makeJudge: { try judge($0, judges) },
      makeGenerator: { try judges.generator($0.name, $0.settings) },
      stages: ReplayStages(
        of: run, replaying: Set(replayed.compactMap { digests[NodeID($0)] }), in: folder),
      observer: observer, recorded: samples ? nil : trace, isCancelled: isCancelled)
    do {
      try await Trainer(graph, services: services, settings: settings).run()
    } catch ReplayError.differs {
      return observer.outcome
    }
    return observer.outcome
  }

  private func withModelFiles(_ settings: ExecutionSettings) throws -> TrainingGraph {
    let models = EngineModels(settings, tape: tape)
    return try planned.readingModelFiles(localModel: models.digest(of:))
  }

  private func judges(_ settings: ExecutionSettings) throws -> RecipeJudges {
    try RecipeJudges(
      recipe, tape: tape, account: JudgeSpending(recipe),
      models: EngineModels(settings, tape: tape), announce: announce)
  }

  private func judge(
    _ judge: JudgeSpecification, _ judges: RecipeJudges
  ) throws -> any Judge {
    guard let made = try judges.judge(judge.name, judge.settings) else {
      throw RewardError.unknown(
        what: "judge", name: judge.name, help: "this program cannot ask it yet")
    }
    return made
  }
}
