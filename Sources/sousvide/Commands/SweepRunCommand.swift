import Experiments
import Foundation
import RecipeLanguage

/// `sousvide sweep run RECIPE`
struct SweepRunCommand: Command {
  private static let recipe = Argument<PathArgument>.positional(
    "recipe", help: "the recipe with the sweep")
  private static let parallel = Argument<Int>.option(
    "parallel", placeholder: "N", default: 1, help: "runs at the same time")
  private static let runs = Argument<PathArgument?>.optional(
    "runs", help: "folder that the sweep's folder is kept in (default: runs)")
  private static let data = Argument<PathArgument?>.optional(
    "data", help: "folder that generated data are kept in (default: data)")

  private static let ignoreMemory = Argument<Bool>.flag(
    "ignore-memory", help: "make runs even if they need more memory than there is, by all accounts")

  static let specification = CommandSpecification(
    "sweep", "run", summary: "make the runs of a sweep, each in a process of its own",
    discussion: """
      Goes on where an earlier `sweep run` ended, however that was: runs that are finished stay, \
      others go on with the same results as if nothing had happened. A stage that several runs share is \
      trained once. A run that fails is told at once, and the others go on; it is tried again next time. \
      Ctrl-C saves the state of every run.
      """,
    arguments: [
      recipe.specification, parallel.specification, ThreadsArgument.specification,
      runs.specification, data.specification, ignoreMemory.specification,
      JudgeArguments.offline.specification,
    ] + RecipeArguments.specifications,
    examples: [
      "sousvide sweep run recipes/lab/window_sweep.yaml",
      "sousvide sweep run recipes/lab/window_sweep.yaml --parallel 2 --threads 1",
    ])

  let path: PathArgument
  let parallel: Int
  let threads: Int?
  let runs: String
  let data: String?
  let isOffline: Bool
  let ignoresMemory: Bool
  let options: CheckOptions

  init(_ arguments: ParsedArguments) throws {
    path = try arguments[Self.recipe]
    parallel = try arguments[Self.parallel]
    guard (1...256).contains(parallel) else {
      throw UsageError(
        message: "--parallel is \(parallel), but must be between 1 and 256",
        command: Self.specification.words)
    }
    threads = try ThreadsArgument.value(arguments, of: Self.specification)
    runs = try arguments[Self.runs]?.path ?? "runs"
    data = try arguments[Self.data]?.path
    isOffline = try arguments[JudgeArguments.offline]
    ignoresMemory = try arguments[Self.ignoreMemory]
    options = try RecipeArguments.options(arguments)
  }

  func run(_ console: Console) async throws -> ExitCode {
    let loading = SweepLoading(path, console: console, options: options)
    guard let sweep = try loading.load() else { return .failure }
    guard loading.loading.canRun(sweep.recipe, isOffline: isOffline) else { return .failure }
    if !isOffline { try RecipeJudges.checkSecrets(sweep.recipe) }
    let folder = SweepFolder(
      named: sweep.specification.name, below: URL(fileURLWithPath: runs, isDirectory: true))
    let session = try SweepSession(sweep.specification, in: folder)
    let notes = SweepNotes(console: console, session: session)
    notes.begin()

    let launcher = TrialLauncher(
      program: TrialLauncher.thisProgram, folder: folder,
      words: ["run", path.path]
        + (data.map { ["--data", $0] } ?? [])
        + (threads.map { ["--threads", "\($0)"] } ?? []) + (isOffline ? ["--offline"] : [])
        + (ignoresMemory ? ["--ignore-memory"] : []))
    let interruption = Interruption(endsAtOnce: false) {
      console.note("stopping: every run saves its state; press Ctrl-C again to end them at once")
    }
    // Who closes the terminal does not end the sweep.
    let hangup = signal(SIGHUP, SIG_IGN)
    defer {
      interruption.stop()
      signal(SIGHUP, hangup)
    }
    let runner = try SweepRunner(
      session, parallel: parallel, launch: launcher.launch, tell: notes.tell)
    let state = try await runner.run(requests: { interruption.count })
    return notes.end(state, isInterrupted: interruption.isRequested)
  }
}
