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
      evaluation does. Data can be `stages.NAME`, what a pipeline of the run has made. Every response \
      is kept with what was measured on it: for a stage of the run in its folder `evaluations`; for \
      other files, or with a recipe that is changed here, in one beside the checkpoint. An evaluation \
      that was interrupted goes on where it stopped, with the same results as if it never had.
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
  let runs: String?
  let isOffline: Bool
  let options: CheckOptions

  init(_ arguments: ParsedArguments) throws {
    target = try arguments[Self.target]
    checkpoint = try arguments[Self.checkpoint]?.path
    data = try arguments[Self.data]
    folder = try arguments[Self.folder]?.path ?? "data"
    threads = try ThreadsArgument.value(arguments, of: Self.specification)
    json = try arguments[Self.json]
    runs = try JudgeArguments.given(arguments)
    isOffline = try arguments[JudgeArguments.offline]
    options = try RecipeArguments.options(arguments)
  }

  func run(_ console: Console) async throws -> ExitCode {
    let place = try EvaluationPlace(target: target, checkpoint: checkpoint)
    let loading = RecipeLoading(
      console: console, options: options, showsWarnings: !place.isOfRun)
    let places = try place.run?.dataPlaces() ?? [:]
    guard let recipe = loading.check(place.recipe).recipe?.relocated(to: places),
      loading.canEvaluate(recipe, isOffline: isOffline)
    else { return .failure }
    guard let data = try data ?? recipe.evaluations.first?.string("data") else {
      throw LoweringError.noEvaluation
    }
    let graph = try Lowering.evaluation(
      recipe, of: place.checkpoint, on: data, facts: RecipeFacts.standard(recipe.root))
    if !isOffline { try RecipeJudges.checkSecrets(recipe, of: recipe.judges) }
    let settings = try ExecutionSettings(recipe, threads: threads)
    let tape = TapePlace(runs: runs ?? place.runs, run: place.run, isOffline: isOffline)
    let models = EngineModels(settings, tape: tape)
    let judges = try RecipeJudges(
      recipe, tape: tape, account: JudgeSpending(recipe), models: models,
      announce: { console.note($0) })
    let interruption = Interruption {
      console.note("stopping after these questions; press Ctrl-C again to end at once")
      // Questions that wait for a judge would take as long as the judge's patience.
      judges.endWaiting()
    }
    defer { interruption.stop() }
    let files = place.files(
      ofTheRun: !options.changeTheRecipe
        && recipe.calls(graph.evaluationName ?? data, evaluationOn: data))
    let progress = EvaluationProgress(
      files, graph.evaluationName ?? data, stage: place.checkpoint.name,
      resumed: { console.note("going on after \($0) questions that are done") })
    let results = EvaluationResults()
    let read = try graph.readingModelFiles(localModel: models.digest(of:))
    let services = TrainerServices(
      data: DataSources.all(below: folder, threads: settings.threads) { console.note($0) },
      makeJudge: { judge in
        guard let made = try judges.judge(judge.name, judge.settings) else {
          throw RewardError.unknown(
            what: "judge", name: judge.name, help: "this program cannot ask it yet")
        }
        return made
      }, stages: FinishedPipelines(read, in: place.stages), observer: results,
      journal: progress, isCancelled: { interruption.isRequested })
    do {
      try await Trainer(read, services: services, settings: settings).run()
    } catch TrainerError.interrupted {
      console.note(
        progress.questions == 0
          ? "stopped before any question was done"
          : "stopped after \(progress.questions) questions, which are kept.\n"
            + "Go on with the same command: sousvide eval \(target.path)")
      return .interrupted
    }
    guard let table = EvaluationTable(results.items) else { throw TrainerError.emptyDataset(data) }
    try files.write(results.items.of(step: files.step(table.evaluation, stage: table.stage)))
    try progress.remove()
    let file = files.url(table.evaluation, stage: table.stage).relativePath
    if json {
      console.print(try JSONOutput.text(EvaluationOutput(table: table, items: file)))
    } else {
      console.print(EvaluationText(console: console).text(table, file: file), terminator: "")
    }
    return .success
  }
}

extension TrainingGraph {
  /// The evaluation that it is made for.
  fileprivate var evaluationName: String? {
    nodes.lazy.compactMap { node in
      if case .evaluate(let evaluation) = node.operation { evaluation.name } else { nil }
    }.last
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

extension EvaluationFiles {
  /// The training steps that a recorded evaluation came after; nil where none is recorded.
  fileprivate func step(_ evaluation: String, stage: String) -> Int? {
    (try? read(evaluation, stage: stage))?.first?.step
  }
}

extension [EvaluatedItem] {
  /// The same, after as many training steps where that is known: files of weights do not say.
  fileprivate func of(step: Int?) -> [EvaluatedItem] {
    guard let step else { return self }
    return map { item in
      var item = item
      item.step = step
      return item
    }
  }
}

/// `sousvide.eval/1`.
private struct EvaluationOutput: Encodable {
  var schema = "sousvide.eval/1"
  var table: EvaluationTable
  /// The file of responses.
  var items: String
}
