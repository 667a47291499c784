import Experiments
import Foundation
import RecipeLanguage
import Trainer

/// `sousvide replay RUN` and `sousvide replay --bisect RUN OTHER`
struct ReplayCommand: Command {
  private static let run = Argument<PathArgument>.positional(
    "run", help: "the folder of a run, such as runs/quickstart")
  private static let tier = Argument<ReplayTier>.option(
    "tier", default: .rescore, spelled: ReplayTier.rescore.rawValue,
    help: "how much is computed again, each more than the one before")
  private static let bisect = Argument<PathArgument?>.optional(
    "bisect", placeholder: "OTHER", help: "compute nothing, and find where two runs part")
  private static let stage = Argument<String?>.optional(
    "stage", placeholder: "NAME", help: "only this stage; what it starts from is the run's")
  private static let data = Argument<PathArgument?>.optional(
    "data", help: "folder that generated data are kept in (default: data)")
  private static let json = Argument<Bool>.flag("json", help: "print sousvide.replay/1")

  static let specification = CommandSpecification(
    "replay", summary: "compute again what a run recorded, and compare every bit",
    discussion: """
      resolve composes the recipe again of what the run has kept of it, compares every line, lowers it and \
      compares the graph; rescore computes segments, rewards, \
      normalization, credit and metrics from the recorded responses, and what evaluations measured on theirs; update the losses and updates \
      too; rerun does all that the run did. Judges answer from the tape beside the run, and the network is \
      never used. The first difference ends the replay, with the layer in which it began and both values. \
      Files that were changed since are found by their digests.
      """,
    arguments: [
      run.specification, tier.specification, stage.specification, bisect.specification,
      data.specification, ThreadsArgument.specification, json.specification,
    ],
    examples: [
      "sousvide replay runs/quickstart", "sousvide replay runs/quickstart --tier update --stage rl",
      "sousvide replay --bisect runs/quickstart runs/quickstart-2",
    ])

  let run: PathArgument
  let tier: ReplayTier
  let other: PathArgument?
  let stage: String?
  let data: String
  let threads: Int?
  let json: Bool

  init(_ arguments: ParsedArguments) throws {
    run = try arguments[Self.run]
    tier = try arguments[Self.tier]
    other = try arguments[Self.bisect]
    stage = try arguments[Self.stage]
    data = try arguments[Self.data]?.path ?? "data"
    threads = try ThreadsArgument.value(arguments, of: Self.specification)
    json = try arguments[Self.json]
  }

  func run(_ console: Console) async throws -> ExitCode {
    let directory = try RunDirectory.open(at: URL(fileURLWithPath: run.path, isDirectory: true))
    if let other {
      let first = try RunDirectory.open(at: URL(fileURLWithPath: other.path, isDirectory: true))
      return try compare(first, directory, console)
    }
    guard let made = try RunRecipe(directory, console) else { return .failure }
    let settings = try ExecutionSettings(made.recipe, threads: threads)
    let replay = RunReplay(
      run: directory, recipe: made.recipe, planned: made.graph, data: data,
      announce: { console.note($0) })
    let text = ReplayText(console: console, isJSON: json)
    if tier == .resolve {
      return try text.show(replay.resolved(settings), written(directory, console))
    }
    let progress = Progress(console)
    let tier = tier
    @Sendable func show(stage: String, step: Int, of steps: Int) {
      guard step > 0 else {
        return progress.stageStarted(stage, algorithm: tier.rawValue, of: steps)
      }
      progress.step(step, values: [:])
      if step == steps { progress.stageFinished() }
    }
    defer { progress.finish() }
    let interruption = Interruption { console.note("stopping after this step") }
    defer { interruption.stop() }
    let outcome: ReplayOutcome
    do {
      switch tier {
      case .resolve, .rescore:
        outcome = try await replay.rescored(stage: stage, settings, progress: show)
      case .update, .rerun:
        outcome = try await replay.trained(
          samples: tier == .rerun, stage: stage, settings, progress: show,
          isCancelled: { interruption.isRequested })
      }
    } catch TrainerError.interrupted(let stage, let step) {
      console.note("stopped after step \(step) of stage \(stage); everything was equal up to there")
      return .interrupted
    }
    return try text.show(outcome, tier)
  }

  /// The recipe composed again; nil for a run that has not kept enough for it.
  ///
  /// - Throws: `NoRecipe` after what is wrong with the files has been printed.
  private func written(
    _ directory: RunDirectory, _ console: Console
  ) throws -> ResolvedComparison? {
    guard directory.contains(.resolved), let kept = try KeptRecipe(directory) else { return nil }
    if let comparison = try kept.comparison() { return comparison }
    if kept.missing.isEmpty { console.error(kept.findings(console.renderStyle)) }
    throw NoRecipe(run: directory.url.path, missing: kept.missing)
  }

  private func compare(
    _ first: RunDirectory, _ second: RunDirectory, _ console: Console
  ) throws -> ExitCode {
    try ReplayText(console: console, isJSON: json).show(
      RunComparison(TraceFile(first), TraceFile(second)), names: (first.name, second.name))
  }
}

/// What a run has kept of its recipe is no recipe any more.
private struct NoRecipe: Error, CustomStringConvertible {
  let run: String
  let missing: [String]

  var description: String {
    missing.isEmpty
      ? "what '\(run)' has kept of its recipe cannot be composed again; somebody or something has changed it since"
      : "'\(run)' has no \(missing.joined(separator: ", ")), which its recipe names"
  }
}
