import Foundation

/// Trials as the tasks of job arrays, which Slurm starts when it is their turn, and which need nobody to
/// watch them.
///
/// What is about to be submitted is in the journal before it is, under a name that no other array has:
/// whoever is killed in between, the next launcher asks the queue for the name. Every task is a `sousvide
/// run` that goes on where an earlier one stopped, so that it may be requeued at any time.
public final class SlurmLauncher: SweepLauncher {
  let session: SweepSession
  let commands: SlurmCommands
  private let options: SlurmOptions
  /// The command that makes a trial, until a stage is complete or as a whole.
  private let words: (SweepSpecification.Trial, SweepSpecification.Stage?) -> [String]
  let tell: (SweepRunner.Message) -> Void
  /// Between two questions to the queue, in seconds: more while nothing changes.
  private let interval: ClosedRange<Double>
  /// How long the end of a run that is complete may take to be seen here, in seconds: file systems that machines
  /// share are seconds behind.
  let grace: Double

  private(set) var submissions = SlurmSubmissions()
  var works: [SlurmWork] = []
  /// Tasks that make stages, by the stage's digest.
  var stages: [String: SlurmWork] = [:]
  /// Stages that were not made, and why.
  var unmade: [String: TrialExit] = [:]
  private var isTakenOver = false
  /// After a refusal: nothing more is submitted while there is so much in hand.
  private var limit = Int.max
  private var lastQuestion = -Double.infinity
  var lastChange = 0.0
  /// What was said already.
  private var said: Set<String> = []

  /// - Parameter words: the program and its arguments, which make a trial until the stage is complete or, without
  ///   one, as a whole.
  public init(
    _ session: SweepSession, commands: SlurmCommands, options: SlurmOptions,
    words: @escaping (SweepSpecification.Trial, SweepSpecification.Stage?) -> [String],
    tell: @escaping (SweepRunner.Message) -> Void, interval: ClosedRange<Double> = 1...30,
    grace: Double = 60
  ) {
    self.session = session
    self.commands = commands
    self.options = options
    self.words = words
    self.tell = tell
    self.interval = interval
    self.grace = grace
  }

  public var outlivesRunner: Bool { true }

  /// The numbers of the arrays with tasks that have not ended.
  public var openJobs: [String] {
    let open = (works + stages.values).filter { $0.exit == nil && !$0.isCancelled }
    return Set(open.compactMap { submissions.numbers[$0.submission] }).sorted()
  }

  /// Says something once.
  func remark(_ text: String) {
    if said.insert(text).inserted { tell(.remark(text)) }
  }

  static func now() -> Double {
    let components = (ContinuousClock.now - start).components
    return Double(components.seconds) + Double(components.attoseconds) / 1e18
  }
  private static let start = ContinuousClock.now

  // MARK: - What earlier launchers submitted

  /// - Throws: `SlurmError` where the queue does not say what is in it.
  public func takeOver(_ trials: [SweepSpecification.Trial]) throws -> [TrialStart] {
    // Only this launcher submits from here on.
    guard !isTakenOver else { return [] }
    try RunDirectory.makeFolder(session.folder.slurm)
    // A command that was about to submit when its launcher was killed comes to its end first.
    try FileLock(submitting).release()
    submissions = SlurmSubmissions(try session.folder.journal())
    let finishedStages = session.folder.finishedStages(session.specification.trials)
    let all = Dictionary(
      session.specification.trials.map { ($0.name, $0) }, uniquingKeysWith: { a, _ in a })
    var plans: [(task: SlurmSubmissions.Task, plan: SlurmPlan.Task)] = []
    for task in submissions.tasks {
      guard let trial = all[task.trial] else { continue }
      let stage = trial.stages.first { $0.name == task.stage }
      if let stage {
        guard !finishedStages.contains(stage.digest) else { continue }
      } else {
        guard task.stage == nil, submissions.last[task.trial] == task, trials.contains(trial) else {
          continue
        }
      }
      let before = trial.stages.prefix { $0 != stage }.map(\.digest)
      plans.append((task, SlurmPlan.Task(trial: trial, stage: stage, needs: before)))
    }
    let orphans = submissions.last.values.filter { all[$0.trial] == nil }
    let names = Set(plans.map(\.task.submission) + orphans.map(\.submission))
    if !names.isEmpty { try adopt(plans, orphans, try commands.queue(names)) }
    isTakenOver = true
    return works.map { TrialStart($0.trial, .success($0), isFound: true) }
  }

  private func adopt(
    _ plans: [(task: SlurmSubmissions.Task, plan: SlurmPlan.Task)],
    _ orphans: [SlurmSubmissions.Task], _ answer: SlurmAnswer
  ) throws {
    guard answer.isWhole else {
      throw SlurmError.notUnderstood(command: "squeue", said: answer.strange)
    }
    // Submitted, and not written down any more.
    for job in answer.jobs.values.sorted(by: { $0.number < $1.number })
    where submissions.isUnnumbered(job.name) {
      let array = String(job.number.prefix { $0 != "_" })
      try record([SweepEvent(.submitted, submission: job.name, job: array)])
    }
    func open(_ task: SlurmSubmissions.Task) -> SlurmJob? {
      submissions.job(of: task).flatMap { answer.jobs[$0] }.flatMap { $0.isEnded ? nil : $0 }
    }
    for (task, plan) in plans {
      guard let job = open(task) else { continue }
      let work = work(plan, task.submission, task.index, job.number, recordedBefore: -1)
      work.seen = job
      if let stage = plan.stage { stages[stage.digest] = work } else { works.append(work) }
    }
    let left = orphans.filter { open($0) != nil }.compactMap { submissions.job(of: $0) }.sorted()
    if !left.isEmpty {
      remark(
        "jobs of runs that are no longer part of the sweep are left alone; to end them: scancel "
          + left.joined(separator: " "))
    }
  }

  private func work(
    _ plan: SlurmPlan.Task, _ submission: String, _ index: Int, _ job: String,
    recordedBefore: Int
  ) -> SlurmWork {
    SlurmWork(
      plan, job: job, submission: submission, index: index, recordedBefore: recordedBefore
    ) { [unowned self] in cancel($0) }
  }

  /// Held while an array is submitted, by this process and by the command.
  private var submitting: URL { session.folder.slurm.appendingPathComponent("submitting.lock") }

  private func record(_ events: [SweepEvent]) throws {
    try session.record(events)
    for event in events { submissions.add(event) }
  }

  // MARK: - Submission

  /// Submits everything that does not need a stage which a task makes that was submitted for a whole trial.
  ///
  /// - Throws: `SlurmError` where nothing at all is in hand.
  public func start(
    _ ready: [SweepSpecification.Trial], beside working: [SweepSpecification.Trial],
    finishedStages: Set<String>
  ) throws -> [TrialStart] {
    let inHand = works.count + stages.count
    guard inHand < limit else { return [] }
    limit = .max
    let busy = working.reduce(into: Set<String>()) { $0.formUnion($1.unmade(finishedStages)) }
      .subtracting(stages.keys)
    let trials = ready.filter { $0.unmade(finishedStages).isDisjoint(with: busy) }
    guard !trials.isEmpty else { return [] }
    let tasks = SlurmPlan.tasks(
      trials, finishedStages: finishedStages, inHand: Set(stages.keys))
    var starts: [TrialStart] = []
    for array in SlurmPlan.arrays(tasks) {
      do {
        let found = try submit(array)
        lastChange = Self.now()
        works += found.filter { $0.stage == nil }
        for work in found {
          if let stage = work.stage {
            stages[stage.digest] = work
            unmade[stage.digest] = nil
          } else {
            starts.append(TrialStart(work.trial, .success(work)))
          }
        }
      } catch let error as SlurmError {
        // Limits of sites on how much one user submits are met by waiting.
        guard case .refused = error, !works.isEmpty else { throw error }
        remark("\(error). The rest is submitted when some of it has ended")
        limit = works.count + stages.count
        break
      }
    }
    return starts
  }

  private func submit(_ array: [SlurmPlan.Task]) throws -> [SlurmWork] {
    let specification = session.specification
    let name =
      "sousvide-\(SweepNames.word(specification.name).prefix(40))-"
      + UUID().uuidString.prefix(8).lowercased()
    let script = session.folder.slurm.appendingPathComponent("\(name).sh")
    let text = SlurmScript.text(
      sweep: specification.name,
      tasks: array.map { (session.folder.log(of: $0.trial.name).path, words($0.trial, $0.stage)) })
    try AtomicFile.write(Data(text.utf8), to: script)

    let lock = try FileLock(submitting)
    defer { lock.release() }
    try record(
      array.enumerated().map { index, task in
        SweepEvent(
          .queued, submission: name, task: index, trial: task.trial.name, stage: task.stage?.name)
      })
    let number = try number(of: name) {
      try commands.submit(arguments(array, name) + [script.path], holding: lock)
    }
    try record([SweepEvent(.submitted, submission: name, job: number)])
    let names = Set(array.compactMap(\.stage?.name)).sorted().map { "`\($0)`" }
    tell(
      .remark(
        names.isEmpty
          ? "submitted as job \(number): \(array.count) run\(array.count == 1 ? "" : "s")"
          : "submitted as job \(number): \(names.joined(separator: ", ")), which several runs share"
      ))
    return array.enumerated().map { index, task in
      work(
        task, name, index, "\(number)_\(index)",
        recordedBefore: session.folder.recordedBytes(of: task.trial.name))
    }
  }

  /// The number that an array was given: as `sbatch` says, or as the queue does where that answer was lost.
  private func number(of name: String, _ submit: () throws -> String) throws -> String {
    do {
      return try submit()
    } catch let error as SlurmError {
      switch error {
      case .noAnswer, .notUnderstood:
        let jobs = try? commands.queue([name]).jobs.values
        guard let job = jobs?.first(where: { $0.name == name }) else { throw error }
        return String(job.number.prefix { $0 != "_" })
      default: throw error
      }
    }
  }

  private func arguments(_ array: [SlurmPlan.Task], _ name: String) -> [String] {
    let log = session.folder.slurm.appendingPathComponent("\(name)_").path
    let limit = options.parallel.map { "%\($0)" } ?? ""
    var arguments = [
      "--parsable", "--job-name=\(name)", "--array=0-\(array.count - 1)\(limit)",
      "--chdir=\(FileManager.default.currentDirectoryPath)",
      "--output=\(log.replacing("%", with: "%%"))%a.log", "--open-mode=append", "--requeue",
      "--kill-on-invalid-dep=yes",
    ]
    let needs = array[0].needs.compactMap { stages[$0]?.job }
    if !needs.isEmpty { arguments.append("--dependency=afterok:\(needs.joined(separator: ":"))") }
    return arguments + options.arguments
  }

  // MARK: - Questions

  /// Asks the queue, where it is time.
  public func update() throws {
    let now = Self.now()
    let pause = min(max((now - lastChange) / 10, interval.lowerBound), interval.upperBound)
    guard now - lastQuestion >= pause, !works.isEmpty || !stages.isEmpty else { return }
    lastQuestion = now
    let open = works + stages.values
    let unwanted = open.filter(\.isCancelled)
    if !unwanted.isEmpty { cancel(unwanted.map(\.job)) }
    do {
      let answer = try commands.queue(Set(open.map(\.submission)))
      if !answer.isWhole {
        remark(
          "what squeue says is not understood: '\(answer.strange.prefix(200))'; it is asked again")
      }
      read(answer, at: now)
    } catch {
      remark("\(error); it is asked again until it answers")
    }
  }

  private func cancel(_ work: SlurmWork) {
    // What it was making for others it makes no more.
    let making = stages.values.filter { $0.trial == work.trial && !$0.isCancelled }
    cancel([work.job])
    for stage in making { stage.kill() }
  }

  func cancel(_ jobs: [String]) {
    do {
      try commands.cancel(jobs)
    } catch {
      remark("\(error); it is asked again")
    }
  }
}
