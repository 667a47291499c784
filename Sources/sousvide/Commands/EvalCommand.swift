import ClipWorld
import Experiments
import Foundation
import Judges
import RecipeLanguage
import Rewards
import Synchronization
import Trainer
import TrainingGraph

/// `sousvide eval RECIPE|RUN --checkpoint FOLDER --data NAME`
struct EvalCommand: Command {
  private static let target = Argument<PathArgument>.positional(
    "recipe", placeholder: "RECIPE|RUN", help: "a recipe, or the folder of a run")
  private static let checkpoint = Argument<PathArgument?>.optional(
    "checkpoint", placeholder: "FOLDER",
    help: "model files to evaluate, or a stage of the run (default: the run's last stage)")
  private static let data = Argument<String?>.optional(
    "data", placeholder: "NAME", help: "which data of the recipe (default: its first evaluation's)")
  private static let folder = Argument<PathArgument?>.optional(
    "data-folder", help: "folder that generated data are kept in (default: data)")
  private static let json = Argument<Bool>.flag("json", help: "print sousvide.eval/1")

  static let specification = CommandSpecification(
    "eval", summary: "evaluate a checkpoint on data of a recipe, without training",
    discussion: """
      Does what the recipe's evaluation on these data does; where it has none, what its first \
      evaluation does. Every response is kept with what was measured on it, in the run's folder \
      `evaluations`, or in one beside the checkpoint.
      """,
    arguments: [
      target.specification, checkpoint.specification, data.specification, folder.specification,
      ThreadsArgument.specification, json.specification,
    ] + JudgeArguments.specifications + RecipeArguments.specifications,
    examples: [
      "sousvide eval runs/quickstart",
      "sousvide eval recipes/quickstart.yaml --checkpoint models/mine --data held_out --json",
    ])

  let target: PathArgument
  let checkpoint: String?
  let data: String?
  let folder: String
  let threads: Int?
  let json: Bool
  let runs: String
  let isOffline: Bool
  let options: CheckOptions

  init(_ arguments: ParsedArguments) throws {
    target = try arguments[Self.target]
    checkpoint = try arguments[Self.checkpoint]?.path
    data = try arguments[Self.data]
    folder = try arguments[Self.folder]?.path ?? "data"
    threads = try ThreadsArgument.value(arguments, of: Self.specification)
    json = try arguments[Self.json]
    runs = try JudgeArguments.runs(arguments)
    isOffline = try arguments[JudgeArguments.offline]
    options = try RecipeArguments.options(arguments)
  }

  func run(_ console: Console) async throws -> ExitCode {
    let place = try EvaluationPlace(target: target, checkpoint: checkpoint)
    guard let recipe = RecipeLoading(console: console, options: options).check(place.recipe).recipe
    else { return .failure }
    guard let data = try data ?? recipe.evaluations.first?.string("data") else {
      throw LoweringError.noEvaluation
    }
    let graph = try Lowering.evaluation(
      recipe, of: place.checkpoint, on: data, facts: RecipeFacts.standard(recipe.root))
    if !isOffline { try RecipeJudges.checkSecrets(recipe) }
    let settings = try ExecutionSettings(recipe, threads: threads)
    let judges = try RecipeJudges(
      recipe, runs: runs, isOffline: isOffline, account: JudgeSpending(recipe),
      announce: { console.note($0) })
    let results = EvaluationResults()
    let services = TrainerServices(
      data: DataSources.all(below: folder, threads: settings.threads) { console.note($0) },
      makeJudge: { judge -> any Judge in
        if let remote = try judges.remote(judge.name, judge.settings) { return remote }
        return try OracleJudge(judge.settings)
      },
      stages: NoStages(folder: place.files.folder), observer: results)
    try await Trainer(graph, services: services, settings: settings).run()
    let items = results.items
    guard let table = EvaluationTable(items) else { throw TrainerError.emptyDataset(data) }
    try place.files.write(items)
    let file = place.files.url(table.evaluation, stage: table.stage).relativePath
    if json {
      console.print(try JSONOutput.text(EvaluationOutput(table: table, items: file)))
    } else {
      console.print(EvaluationText(console: console).text(table, file: file), terminator: "")
    }
    return .success
  }
}

/// What an evaluation reads, and where its results go.
private struct EvaluationPlace {
  var recipe: PathArgument
  var checkpoint: CheckpointSpecification
  var files: EvaluationFiles

  /// - Throws: `UsageError` for a recipe without a checkpoint; `ExperimentError` for a folder that is
  ///   no run, and for a run that has finished no stage.
  init(target: PathArgument, checkpoint: String?) throws {
    guard Self.isFolder(URL(fileURLWithPath: target.path)) else {
      guard let checkpoint else {
        throw UsageError(
          message: "eval needs --checkpoint FOLDER with a recipe",
          help: "with the folder of a run, its last stage is evaluated",
          command: EvalCommand.specification.words)
      }
      let folder = try Self.folder(checkpoint)
      recipe = target
      self.checkpoint = CheckpointSpecification(name: folder.lastPathComponent, folder: folder.path)
      files = EvaluationFiles(
        folder.deletingLastPathComponent()
          .appendingPathComponent("evaluations", isDirectory: true))
      return
    }
    let run = try RunDirectory.open(at: URL(fileURLWithPath: target.path, isDirectory: true))
    let file = run.url(of: run.contains(.resolved) ? .resolved : .recipe)
    recipe = PathArgument(argument: file.path) ?? target
    let folder =
      try checkpoint.map { name -> URL in
        let stage = run.checkpoint(ofStage: name)
        return Self.isFolder(stage) ? stage : try Self.folder(name)
      } ?? Self.last(run)
    self.checkpoint = CheckpointSpecification(name: folder.lastPathComponent, folder: folder.path)
    files = run.evaluations
  }

  /// The checkpoint of the last stage that has one.
  private static func last(_ run: RunDirectory) throws -> URL {
    let stages = try run.read(RunSummary.self, from: .summary)?.stages.map(\.name) ?? []
    guard
      let folder = stages.reversed().map(run.checkpoint(ofStage:)).first(where: isFolder)
    else { throw ExperimentError.nothingRecorded(path: run.url.path) }
    return folder
  }

  private static func folder(_ path: String) throws -> URL {
    let url = URL(fileURLWithPath: path, isDirectory: true).standardizedFileURL
    guard isFolder(url) else {
      throw ExperimentError.cannotRead(file: path, reason: "there is no such folder of model files")
    }
    return url
  }

  private static func isFolder(_ url: URL) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder)
      && isFolder.boolValue
  }
}

/// Keeps the items of an evaluation.
private final class EvaluationResults: TrainingObserver {
  private let state = Mutex<[EvaluatedItem]>([])

  var items: [EvaluatedItem] { state.withLock { $0 } }

  func receive(_ event: TrainingEvent) {
    guard case .evaluated(let items) = event else { return }
    state.withLock { $0 = items }
  }

  func synchronize() {}
}

/// For a graph that trains nothing.
private struct NoStages: StageStore {
  let folder: URL

  var stateFile: URL { folder.appendingPathComponent("stage.safetensors") }
  func finishedStage(digest: String) -> URL? { nil }
  func checkpointFolder(stage: String) -> URL { folder.appendingPathComponent(stage) }
  func finish(stage: String, digest: String, folder: URL) {}
}

/// `sousvide.eval/1`.
private struct EvaluationOutput: Encodable {
  var schema = "sousvide.eval/1"
  var table: EvaluationTable
  /// The file of responses.
  var items: String
}
