import ClipWorld
import Experiments
import Foundation
import Judges
import RecipeLanguage
import Trainer
import TrainingGraph

/// The stage that a run was to be made up to is complete.
private struct StageReached: Error {}

/// Ends a run when a stage is complete.
private struct StageLimit: TrainingObserver {
  let stage: String

  func receive(_ event: TrainingEvent) throws {
    if case .stageFinished(let finish) = event, finish.stage == stage { throw StageReached() }
  }

  func synchronize() {}
}

/// A recipe that nothing speaks against, and the run that its results go to.
struct RecipeExecution {
  /// How a process that works on a run comes to its end.
  enum End: String, Encodable {
    case finished, interrupted
    case stageReached = "stage_reached"
    case budgetSpent = "budget_spent"

    var exitCode: ExitCode {
      switch self {
      case .finished, .stageReached: .success
      case .interrupted: .interrupted
      case .budgetSpent: .failure
      }
    }
  }

  let recipe: CheckedRecipe
  /// The recipe's file, as it was named.
  let path: String
  let graph: TrainingGraph
  let settings: ExecutionSettings
  let session: RunSession
  let progress: Progress
  let console: Console

  /// Trains and evaluates until all is done, somebody stops it or the budget is spent, and says which.
  ///
  /// - Parameters:
  ///   - data: the folder of generated data.
  ///   - borrows: whether stages of other runs are taken over.
  ///   - until: the stage after which to stop; nil for the last.
  func run(
    data: String, borrows: Bool, until: String?, tape: TapePlace, models: EngineModels
  ) async throws -> End {
    if session.isResumed { progress.say("going on with \(session.directory.url.relativePath)") }
    let recorded = session.isResumed ? try recorded() : nil
    let budget = try RunBudget(BudgetLimits(recipe), session.directory)
    let answers = try RunAnswers(session.directory)
    let judges = try RecipeJudges(
      recipe, tape: tape, account: RunAccount(budget: budget), models: models,
      used: { try answers.keep($0) }, announce: { progress.say($0) })
    let interruption = Interruption {
      progress.say("stopping after this step; press Ctrl-C again to end at once")
      // A step that waits for a judge would take as long as the judge's patience.
      judges.endWaiting()
    }
    defer { interruption.stop() }
    let services = TrainerServices(
      data: DataSources.all(
        below: data, threads: settings.threads, announce: { progress.say($0) },
        keep: { try session.directory.record($0, ofData: $1) }),
      makeJudge: { judge in
        try judges.model(judge.name, judge.settings)
          ?? budget.counting(
            try OracleJudge(judge.settings), price: judge.settings.optionalNumber("price"))
      },
      makeGenerator: { try judges.generator($0.name, $0.settings) },
      stages: RunStages(session.directory, borrows: borrows),
      observer: Observers(
        observers: [
          try RunRecorder(session.directory), session, budget,
          ProgressObserver(progress: progress),
        ] + (until.map { [StageLimit(stage: $0)] } ?? [])),
      recordedSteps: { recorded?.steps(of: $0) },
      isCancelled: { interruption.isRequested || budget.exhausted != nil })
    /// Writes down how the run stands, and says what its judges did.
    func end(_ outcome: RunSummary.Outcome) throws {
      progress.finish()
      judges.tell(on: console, in: session.directory)
      try budget.synchronize()
      try session.end(outcome)
    }
    do {
      let trainer = try Trainer(graph, services: services, settings: settings)
      try session.record(environment: ["device": trainer.deviceName])
      if graph.run.matrixProducts != .packed || graph.run.bfloat16Products != .widened {
        progress.say("computing on \(trainer.deviceName)")
      }
      try await trainer.run()
    } catch TrainerError.interrupted(let stage, let step) {
      try end(.interrupted)
      if let reason = budget.exhausted {
        console.complain(
          "error: stopped after step \(step) of stage \(stage), because the budget is spent: "
            + "\(reason).\nThe state is saved. Raise the limit in the recipe and go on with: "
            + "sousvide run \(path)")
        return .budgetSpent
      }
      console.note(
        "stopped after step \(step) of stage \(stage); the state is saved.\n"
          + "Go on with the same command: sousvide run \(path)")
      return .interrupted
    } catch is StageReached {
      try end(.interrupted)
      console.note(
        "stage \(until ?? "") is complete; go on with the same command without --until")
      return .stageReached
    } catch {
      // What went wrong first is what is told.
      try? end(.failed)
      throw error
    }
    try end(.finished)
    return .finished
  }

  /// How far a run that is gone on with is recorded.
  ///
  /// - Throws: `ExperimentError.torn` where its files are of different moments.
  private func recorded() throws -> RecordedExtent {
    let recorded = try RecordedExtent(
      session.directory, sampled: settings.recordedGroups > 0 ? Set(graph.policyStages) : [])
    let digests = graph.digests()
    let trained = graph.nodes.filter { node in
      switch node.operation {
      case .supervise, .update: true
      default: false
      }
    }
    try recorded.checkCheckpoints(
      of: session.directory,
      Dictionary(trained.map { ($0.id.path, digests[$0.id] ?? "") }) { first, _ in first })
    return recorded
  }
}
