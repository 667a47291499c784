import Experiments
import Foundation
import RecipeLanguage
import TensorEngine
import Trainer
import TrainingGraph

/// The recipe is not the one that was meant.
struct OtherGraph: Error, CustomStringConvertible {
  let path: String
  var description: String {
    "\(path) or its data have changed: they become another training graph than the one asked for by "
      + "--graph. A sweep notices when `sousvide sweep run \(path)` is started again"
  }
}

/// `sousvide run RECIPE`
struct RunCommand: Command {
  private static let recipe = Argument<PathArgument>.positional(
    "recipe", help: "the recipe to run")
  private static let runs = Argument<PathArgument?>.optional(
    "runs", help: "folder that runs are kept in (default: runs)")
  private static let data = Argument<PathArgument?>.optional(
    "data", help: "folder that generated data are kept in (default: data)")
  private static let ignoreMemory = Argument<Bool>.flag(
    "ignore-memory", help: "run even if more memory is needed than there is, by all accounts")
  private static let fresh = Argument<Bool>.flag(
    "fresh", help: "start again in a new folder, and take over nothing from other runs")

  private static let name = Argument<String?>.optional(
    "name", placeholder: "NAME",
    help:
      "the run's folder itself, which must be new or this run's (default: the recipe's `run.name`, or "
      + "the next free name after it)")
  private static let graph = Argument<String?>.optional(
    "graph", placeholder: "DIGEST",
    help: "run only if the recipe still becomes the training graph with this digest")

  private static let until = Argument<String?>.optional(
    "until", placeholder: "STAGE",
    help: "stop when this stage is complete; the same command without it goes on from there")

  private static let locked = Argument<Bool>.flag(
    "locked", help: "refuse to run where something is not what the recipe's lock says")
  private static let json = Argument<Bool>.flag(
    "json", help: "print sousvide.run/1 when the run has finished")
  private static let frozen = Argument<Bool>.flag("frozen", help: "--locked and --offline")

  static let specification = CommandSpecification(
    "run", summary: "train and evaluate what a recipe says",
    discussion: """
      A run that was interrupted goes on where it stopped, with the same results as if it never had. \
      Stages that another run has finished with the same settings are taken over.
      """,
    arguments: [
      recipe.specification, runs.specification, data.specification, ThreadsArgument.specification,
      fresh.specification, name.specification, graph.specification, until.specification,
      ignoreMemory.specification,
      JudgeArguments.offline.specification, locked.specification, frozen.specification,
      ProgressMode.option.specification, json.specification,
    ] + RecipeArguments.specifications,
    examples: [
      "sousvide run recipes/quickstart.yaml", "sousvide run recipes/quickstart.yaml --threads 1",
    ])

  let recipe: PathArgument
  let runs: String
  let data: String
  let threads: Int?
  let fresh: Bool
  let name: String?
  let digest: String?
  let until: String?
  let ignoresMemory: Bool
  let isOffline: Bool
  let isLocked: Bool
  let mode: ProgressMode
  let json: Bool
  let options: CheckOptions

  init(_ arguments: ParsedArguments) throws {
    recipe = try arguments[Self.recipe]
    runs = try arguments[Self.runs]?.path ?? "runs"
    data = try arguments[Self.data]?.path ?? "data"
    threads = try ThreadsArgument.value(arguments, of: Self.specification)
    fresh = try arguments[Self.fresh]
    name = try arguments[Self.name]
    if let name, name.contains("/") || name.hasPrefix(".") {
      throw UsageError(
        message: "--name is '\(name)', but must be a folder's name", command: ["run"])
    }
    if fresh, name != nil {
      throw UsageError(
        message: "--fresh takes the next free name, and --name gives one", command: ["run"])
    }
    digest = try arguments[Self.graph]
    until = try arguments[Self.until]
    ignoresMemory = try arguments[Self.ignoreMemory]
    let isFrozen = try arguments[Self.frozen]
    isOffline = try arguments[JudgeArguments.offline] || isFrozen
    isLocked = try arguments[Self.locked] || isFrozen
    mode = try arguments[ProgressMode.option]
    json = try arguments[Self.json]
    options = try RecipeArguments.options(arguments)
  }

  func run(_ console: Console) async throws -> ExitCode {
    let loading = RecipeLoading(console: console, options: options)
    guard let (recipe, planned) = try loading.graph(recipe) else { return .failure }
    if let refusal = recipe.manyRuns(given: options.parameters.map(\.name)) {
      console.error(
        DiagnosticRenderer(files: recipe.files, style: console.renderStyle).render([refusal]))
      return .failure
    }
    if let digest, planned.digest != digest {
      throw OtherGraph(path: self.recipe.path)
    }
    let stages = recipe.stages.map(\.name)
    if let until, !stages.contains(until) {
      throw UsageError(
        message: "--until is '\(until)', which is no stage of \(self.recipe.path)",
        help: "it has \(stages.joined(separator: ", "))", command: ["run"])
    }
    let settings = try ExecutionSettings(recipe, threads: threads)
    let canRun = loading.canRun(recipe, isOffline: isOffline)
    let fits = ignoresMemory || fits(recipe, planned, settings, console)
    guard canRun, fits else { return .failure }
    let tape = TapePlace(runs: runs, isOffline: isOffline)
    let models = EngineModels(settings, tape: tape)
    let facts = LockFacts(
      recipe: recipe, graph: planned, digest: models.digest(of:),
      announce: { console.note($0) })
    let lock = try facts.gathered(readsMedia: isLocked)
    guard !isLocked || isAsLocked(recipe, lock, console) else { return .failure }
    if let warning = Processor.current.warning { console.note("warning: \(warning)") }
    if !isOffline { try RecipeJudges.checkSecrets(recipe) }
    let graph = try planned.readingModelFiles(localModel: models.digest(of:))
    let session = try RunSession(
      recipe: RecipeRecord(recipe),
      cites: recipe.root.optionalRecord("about")?.optionalStrings("cites") ?? [], graph: graph,
      threads: settings.threads, runs: URL(fileURLWithPath: runs, isDirectory: true), fresh: fresh,
      name: name)
    if !session.directory.contains(.lock) { try session.directory.write(lock.text, to: .lock) }
    let progress = Progress(console, mode: mode)
    let execution = RecipeExecution(
      recipe: recipe, path: self.recipe.path, graph: graph, settings: settings, session: session,
      progress: progress, console: console)
    let end = try await execution.run(
      data: data, borrows: !fresh, until: until, tape: tape, models: models)
    let report = end == .finished ? try Report.write(for: session.directory) : nil
    if json {
      let output = RunOutput(
        run: session.directory.url.path, end: end, seconds: session.seconds,
        evaluations: session.evaluations, checkpoints: session.directory.checkpoints.path,
        report: report?.path)
      console.print(try JSONOutput.text(output))
    } else if let report {
      let summary = ResultsSummary(console: console)
      console.print(
        summary.text(
          session.evaluations, seconds: session.seconds,
          places: [
            ("checkpoints", session.directory.checkpoints.relativePath),
            ("report", report.relativePath),
          ]))
    }
    return end.exitCode
  }

  /// Whether all is as the recipe's lock says; says what is not.
  private func isAsLocked(
    _ recipe: CheckedRecipe, _ now: RecipeLock, _ console: Console
  ) -> Bool {
    let problems = RecipeLocking(recipe: recipe, now: now).problems
    guard !problems.isEmpty else { return true }
    console.error(
      DiagnosticRenderer(files: recipe.files, style: console.renderStyle).render(problems))
    return false
  }

  /// Whether the run fits into memory, as far as that can be told; says what to do where it does not.
  private func fits(
    _ recipe: CheckedRecipe, _ graph: TrainingGraph, _ settings: ExecutionSettings,
    _ console: Console
  ) -> Bool {
    // A run that cannot be forecast is not refused for it.
    guard let refusal = try? RecipeForecast(recipe, graph).refusal(settings) else { return true }
    console.error(
      DiagnosticRenderer(files: recipe.files, style: console.renderStyle).render([refusal]))
    return false
  }
}

/// `sousvide.run/1`
private struct RunOutput: Encodable {
  var schema = "sousvide.run/1"
  var run: String
  /// Only a finished run has a report.
  var end: RecipeExecution.End
  /// Of all processes that worked on it.
  var seconds: Double
  var evaluations: [EvaluationRecord]
  var checkpoints: String
  var report: String?
}
