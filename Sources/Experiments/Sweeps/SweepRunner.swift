import Foundation

/// Runs the trials of a sweep that are not done: its launcher begins work on them, and ends it.
///
/// Whatever is killed, the next runner finds from journal, runs and launcher what is done, what is to be
/// gone on with, and what an earlier sweep began and somebody still works on.
public final class SweepRunner {
  /// What the person who started the sweep is told.
  public enum Message: Sendable, Equatable {
    case started(trial: String, worker: TrialWorker, goesOn: Bool)
    /// It has its place in the queue of a cluster.
    case waits(trial: String, worker: TrialWorker)
    /// Somebody whom an earlier sweep started works on it.
    case awaited(trial: String, worker: TrialWorker)
    case finished(trial: String)
    case interrupted(trial: String)
    /// It was ended before its time, and is started again, or is not before the sweep is.
    case ended(trial: String, reason: String, isAgain: Bool)
    case failed(trial: String, reason: String)
    case pruned(trial: String, reason: String)
    case stopped(trial: String, reason: String)
    /// About all of them.
    case remark(String)
  }

  let session: SweepSession
  private let launcher: any SweepLauncher
  let tell: (Message) -> Void

  var state: SweepState
  var watch: SweepWatch
  private var work: [String: any TrialWork] = [:]
  /// Trials that were tried and failed, by this runner: they are not tried again.
  private var failed: Set<String> = []
  /// Stages that are complete.
  private var finishedStages: Set<String> = []
  private var lastRequest = 0
  /// Why nothing more is started; nil while all runs together are within the budget.
  private var spent: String?

  public init(
    _ session: SweepSession, launcher: any SweepLauncher,
    tell: @escaping (Message) -> Void = { _ in }
  ) throws {
    self.session = session
    self.launcher = launcher
    self.tell = tell
    state = try SweepState(session.specification, session.folder)
    watch = SweepWatch(session.specification, try session.folder.journal())
  }

  var trials: [SweepSpecification.Trial] { session.specification.trials }

  /// Runs until nothing is left to do, or until it is asked to stop.
  ///
  /// - Parameters:
  ///   - requests: how often it was asked to stop: once lets every process save its state, twice ends
  ///     them at once. Work that outlives the runner is left alone.
  ///   - pause: waits a moment.
  /// - Returns: the state of the sweep.
  /// - Throws: `ExperimentError` where the journal cannot be written.
  public func run(
    requests: () -> Int = { 0 },
    pause: () async -> Void = { try? await Task.sleep(for: .milliseconds(100)) }
  ) async throws -> SweepState {
    try takeOver()
    while true {
      let requested = requests()
      if requested > 0, launcher.outlivesRunner { break }
      if requested > lastRequest { end(requested) }
      try launcher.update()
      try collect(isStopping: requested > 0)
      if requested == 0 { try watchTrials() }
      if requested == 0, try isWithinBudget() { try start() }
      if work.isEmpty { break }
      await pause()
    }
    return state
  }

  /// Finds what has happened since a sweep was last there to see it.
  private func takeOver() throws {
    let told = SweepState(try session.folder.journal())
    for trial in trials where state[trial.name].status == .finished {
      // It came to its end while no sweep was there to see it.
      if told[trial.name].status != .finished {
        try session.record(SweepEvent(.finished, trial: trial.name))
      }
    }
    // Before anything is started: what others make is not to be made twice.
    for start in try launcher.takeOver(trials.filter { state[$0.name].status != .finished }) {
      try take(start)
    }
    // What is told of jobs that nobody finds any more.
    for trial in trials where work[trial.name] == nil && state[trial.name].status == .running {
      state.set(trial.name) { $0.status = .interrupted }
    }
    finishedStages = session.folder.finishedStages(trials)
  }

  private func end(_ requested: Int) {
    lastRequest = requested
    for trial in trials { interrupt(trial, atOnce: requested > 1) }
  }

  /// Asks whoever works on a trial to save its state and end, or ends it at once.
  func interrupt(_ trial: SweepSpecification.Trial, atOnce: Bool = false) {
    guard let work = work[trial.name] else { return }
    if atOnce { work.kill() } else { work.interrupt() }
  }

  // MARK: - Ends

  /// Takes note of the work that has begun, and of that which has ended.
  private func collect(isStopping: Bool) throws {
    for trial in trials {
      guard let work = work[trial.name] else { continue }
      if let exit = work.poll() {
        self.work[trial.name] = nil
        try ended(trial, exit, isStopping: isStopping)
      } else {
        try note(trial, work)
      }
    }
    finishedStages = session.folder.finishedStages(trials)
  }

  private func ended(
    _ trial: SweepSpecification.Trial, _ exit: TrialExit, isStopping: Bool
  ) throws {
    if session.folder.isFinished(trial.name) { return try finish(trial) }
    // It was told to end.
    if state[trial.name].status.isFinal { return }
    if isStopping {
      try session.record(SweepEvent(.interrupted, trial: trial.name))
      state.set(trial.name) { $0.status = .interrupted }
      return tell(.interrupted(trial: trial.name))
    }
    switch exit {
    case .again(let reason):
      state.set(trial.name) { $0.status = .interrupted }
      guard let reason else { return }
      try session.record(SweepEvent(.interrupted, trial: trial.name, reason: reason))
      tell(.ended(trial: trial.name, reason: reason, isAgain: true))
    case .cancelled(let reason):
      failed.insert(trial.name)
      state.set(trial.name) { $0.status = .interrupted }
      try session.record(SweepEvent(.interrupted, trial: trial.name, reason: reason))
      tell(.ended(trial: trial.name, reason: reason, isAgain: false))
    case .code, .signal, .failed:
      // Somebody else may have come first.
      if let other = try launcher.takeOver([trial]).first { return try take(other) }
      try fail(trial, reason: reason(trial, exit))
    }
  }

  private func finish(_ trial: SweepSpecification.Trial) throws {
    try session.record(SweepEvent(.finished, trial: trial.name))
    state.set(trial.name) { $0.status = .finished }
    tell(.finished(trial: trial.name))
  }

  private func fail(_ trial: SweepSpecification.Trial, reason: String) throws {
    try session.record(SweepEvent(.failed, trial: trial.name, reason: reason))
    failed.insert(trial.name)
    state.set(trial.name) {
      $0.status = .failed
      $0.reason = reason
    }
    tell(.failed(trial: trial.name, reason: reason))
  }

  /// How the process ended, and the last lines that it printed.
  private func reason(_ trial: SweepSpecification.Trial, _ exit: TrialExit) -> String {
    let lines = exit.text.split(separator: "\n").map(String.init)
    let printed = session.folder.endOfLog(of: trial.name).filter { !lines.contains($0) }
    return (lines + printed).joined(separator: "\n")
  }

  // MARK: - Starts

  /// Looks what all runs together have written down that they spent. Past the budget, what waits in a queue
  /// is taken out of it, and what has begun goes on to its end.
  private func isWithinBudget() throws -> Bool {
    guard spent == nil, let limits = session.specification.budget else { return spent == nil }
    var all = Spending()
    for run in trials.compactMap({ session.folder.directory(of: $0.name) }) {
      all.add(try Spending(ofRun: run.url))
    }
    spent = all.reached(limits, key: "sweep.budget", who: "its runs")
    guard let spent else { return true }
    if !ready.isEmpty || work.values.contains(where: \.isWaiting) {
      tell(.remark("nothing more is started, because the budget is spent: \(spent)"))
    }
    for trial in trials where work[trial.name]?.isWaiting == true { interrupt(trial) }
    return false
  }

  private func start() throws {
    while true {
      let working = trials.filter { work[$0.name] != nil }
      let starts = try launcher.start(ready, beside: working, finishedStages: finishedStages)
      if starts.isEmpty { return }
      for start in starts { try take(start) }
    }
  }

  /// Trials that are not done, and that nobody works on.
  private var ready: [SweepSpecification.Trial] {
    trials.filter {
      work[$0.name] == nil && !failed.contains($0.name) && !state[$0.name].status.isFinal
    }
  }

  private func take(_ start: TrialStart) throws {
    let (trial, name) = (start.trial, start.trial.name)
    switch start.work {
    case .failure(let error): try fail(trial, reason: "\(error)")
    case .success(let found) where start.isFound:
      work[name] = found
      // Nobody was there to end it.
      if state[name].status.isFinal { return interrupt(trial) }
      if found.isWaiting {
        state.set(name) { $0.place(found) }
        return tell(.waits(trial: name, worker: found.worker))
      }
      if state[name].status != .running { try begins(trial, found) }
      state.set(name) { $0.place(found) }
      tell(.awaited(trial: name, worker: found.worker))
    case .success(let begun):
      work[name] = begun
      if begun.isWaiting { tell(.waits(trial: name, worker: begun.worker)) }
      try note(trial, begun)
    }
  }

  /// Looks whether the work on a trial has begun, or waits again.
  private func note(_ trial: SweepSpecification.Trial, _ work: any TrialWork) throws {
    let name = trial.name
    let known = state[name]
    guard !known.status.isFinal else { return }
    let isBegun = !work.isWaiting && known.status != .running
    if isBegun { try begins(trial, work) }
    state.set(name) { $0.place(work) }
    if isBegun { tell(.started(trial: name, worker: work.worker, goesOn: known.starts > 0)) }
  }

  private func begins(_ trial: SweepSpecification.Trial, _ work: any TrialWork) throws {
    try session.record(SweepEvent(.started, trial: trial.name, worker: work.worker))
    state.set(trial.name) { $0.starts += 1 }
  }
}
