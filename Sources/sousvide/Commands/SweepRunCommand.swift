import Experiments
import Foundation
import RecipeLanguage
import Trainer

/// `sousvide sweep run RECIPE`
struct SweepRunCommand: Command {
  private static let recipe = Argument<PathArgument>.positional(
    "recipe", help: "the recipe with the sweep")
  private static let launcher = Argument<LauncherKind>.option(
    "launcher", default: .local, spelled: "local",
    help: "who makes the runs: processes of this machine, or jobs of a Slurm cluster")
  private static let parallel = Argument<Int?>.optional(
    "parallel", help: "runs at the same time (default: 1; slurm: as many as it lets)")
  private static let runs = Argument<PathArgument?>.optional(
    "runs", help: "folder that the sweep's folder is kept in (default: runs)")
  private static let data = Argument<PathArgument?>.optional(
    "data", help: "folder that generated data are kept in (default: data)")

  private static let ignoreMemory = Argument<Bool>.flag(
    "ignore-memory", help: "make runs even if they need more memory than there is, by all accounts")

  private static let json = Argument<Bool>.flag(
    "json", help: "print sousvide.sweep/1 at the end, as `sweep show` does")

  static let specification = CommandSpecification(
    "sweep", "run", summary: "make the runs of a sweep, each in a process of its own",
    discussion: """
      Goes on where an earlier `sweep run` ended, however that was: runs that are finished stay, \
      others go on with the same results as if nothing had happened. A stage that several runs share is \
      trained once. A run that fails is told at once, and the others go on; it is tried again next time. \
      Ctrl-C saves the state of every run.

      With --launcher slurm runs are the tasks of job arrays, and a stage that several runs \
      share is a job that theirs depend on. They need nobody to watch them: Ctrl-C leaves them \
      in Slurm's queue and says how to cancel them, and the same command finds them again. Runs \
      are pruned and stopped, and gone on with after a time limit, only while it watches. The \
      folders of runs and data, the recipe and this program must be the same on every node, on a \
      file system with locks; --threads is also the number of processors that a job asks for. \
      Secrets in the environment go with the jobs, as sbatch does it.
      """,
    arguments: [
      recipe.specification, launcher.specification, parallel.specification,
      ThreadsArgument.specification, runs.specification, data.specification,
      ignoreMemory.specification, JudgeArguments.offline.specification, json.specification,
    ] + SlurmArguments.specifications + RecipeArguments.specifications,
    examples: [
      "sousvide sweep run recipes/lab/window_sweep.yaml",
      "sousvide sweep run recipes/lab/window_sweep.yaml --parallel 2 --threads 1",
      "sousvide sweep run recipes/lab/window_sweep.yaml --launcher slurm --partition short --time 1:00:00",
    ])

  let path: PathArgument
  let launcher: LauncherKind
  let parallel: Int?
  let threads: Int?
  let runs: String
  let data: String?
  let isOffline: Bool
  let ignoresMemory: Bool
  let json: Bool
  let options: CheckOptions
  /// What was given, for the options of one launcher.
  private let arguments: ParsedArguments

  init(_ arguments: ParsedArguments) throws {
    path = try arguments[Self.recipe]
    launcher = try arguments[Self.launcher]
    parallel = try arguments[Self.parallel]
    if let parallel, !(1...256).contains(parallel) {
      throw UsageError(
        message: "--parallel is \(parallel), but must be between 1 and 256",
        command: Self.specification.words)
    }
    threads = try ThreadsArgument.value(arguments, of: Self.specification)
    runs = try arguments[Self.runs]?.path ?? "runs"
    data = try arguments[Self.data]?.path
    isOffline = try arguments[JudgeArguments.offline]
    ignoresMemory = try arguments[Self.ignoreMemory]
    json = try arguments[Self.json]
    options = try RecipeArguments.options(arguments)
    try SlurmArguments.check(arguments, launcher: launcher, of: Self.specification)
    self.arguments = arguments
  }

  func run(_ console: Console) async throws -> ExitCode {
    // Before anything takes time or leaves anything behind.
    let slurm = launcher == .slurm ? try SlurmCommands(path: Self.commandPath) : nil
    let loading = SweepLoading(path, console: console, options: options)
    guard let sweep = try loading.load() else { return .failure }
    guard loading.loading.canRun(sweep.recipe, isOffline: isOffline) else { return .failure }
    if !isOffline { try RecipeJudges.checkSecrets(sweep.recipe) }
    let folder = SweepFolder(
      named: sweep.specification.name, below: URL(fileURLWithPath: runs, isDirectory: true))
    let session = try SweepSession(sweep.specification, in: folder)
    let notes = SweepNotes(console: console, session: session)
    notes.begin()
    // Who closes the terminal does not end the sweep.
    let hangup = signal(SIGHUP, SIG_IGN)
    defer { signal(SIGHUP, hangup) }
    let trials = TrialLauncher(
      program: TrialLauncher.thisProgram, folder: folder,
      words: ["run", path.path]
        + (data.map { ["--data", $0] } ?? [])
        + (threads.map { ["--threads", "\($0)"] } ?? []) + (isOffline ? ["--offline"] : [])
        + (ignoresMemory ? ["--ignore-memory"] : []))
    let code: ExitCode
    if let slurm {
      let cpus = try ExecutionSettings(sweep.recipe, threads: threads).threads
      code = try await run(
        on: slurm, try SlurmArguments.options(arguments, cpus: cpus, parallel: parallel), trials,
        notes, console)
    } else {
      code = try await runHere(trials, notes, console)
    }
    if json { console.print(try JSONOutput.text(SweepResults(folder))) }
    return code
  }

  private static var commandPath: String { ProcessInfo.processInfo.environment["PATH"] ?? "" }

  /// As processes of this machine.
  private func runHere(
    _ trials: TrialLauncher, _ notes: SweepNotes, _ console: Console
  ) async throws -> ExitCode {
    try notes.session.refuseWhatIsQueued(try? SlurmCommands(path: Self.commandPath))
    let interruption = Interruption(endsAtOnce: false) {
      console.note("stopping: every run saves its state; press Ctrl-C again to end them at once")
    }
    defer { interruption.stop() }
    let processes = LocalLauncher(
      notes.session.folder, parallel: parallel ?? 1, launch: trials.launch)
    let runner = try SweepRunner(notes.session, launcher: processes, tell: notes.tell)
    let state = try await runner.run(requests: { interruption.count })
    return notes.end(state, by: launcher, isInterrupted: interruption.isRequested)
  }

  /// As jobs.
  private func run(
    on slurm: SlurmCommands, _ options: SlurmOptions, _ trials: TrialLauncher, _ notes: SweepNotes,
    _ console: Console
  ) async throws -> ExitCode {
    let interruption = Interruption(endsAtOnce: false) {
      console.note("leaving: what was submitted stays in Slurm's queue")
    }
    defer { interruption.stop() }
    let jobs = SlurmLauncher(
      notes.session, commands: slurm, options: options,
      words: { trial, stage in
        [trials.program.path] + trials.arguments(trial)
          + (stage.map { ["--until", $0.name] } ?? [])
      }, tell: notes.tell)
    let runner = try SweepRunner(notes.session, launcher: jobs, tell: notes.tell)
    let state = try await runner.run(
      requests: { interruption.count }, pause: { try? await Task.sleep(for: .milliseconds(500)) })
    let open = interruption.isRequested ? jobs.openJobs : []
    if !open.isEmpty {
      console.note("jobs left in the queue; to end them: scancel \(open.joined(separator: " "))")
    }
    return notes.end(state, by: launcher, isInterrupted: interruption.isRequested)
  }
}
