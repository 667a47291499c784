import Foundation

/// Runs the trials of a sweep that are not done: each in a process of its own, so many at a time.
///
/// A stage that several trials share is made by the first of them; the others wait for it. Whatever
/// process is killed, the next runner finds from journal and runs what is done, what is to be gone
/// on with, and what a process of an earlier sweep still works on.
public final class SweepRunner {
  /// What the person who started the sweep is told.
  public enum Message: Sendable, Equatable {
    case started(trial: String, process: Int, goesOn: Bool)
    /// A process of an earlier sweep works on it.
    case awaited(trial: String, process: Int)
    case finished(trial: String)
    case interrupted(trial: String)
    case failed(trial: String, reason: String)
    case pruned(trial: String, reason: String)
    case stopped(trial: String, reason: String)
  }

  let session: SweepSession
  private let parallel: Int
  private let launch: (SweepSpecification.Trial) throws -> any TrialProcess
  let tell: (Message) -> Void

  var state: SweepState
  var watch: SweepWatch
  private var children: [String: any TrialProcess] = [:]
  /// Trials that processes of earlier sweeps work on.
  private var awaited: Set<String> = []
  /// Trials that were tried and failed, in this process: they are not tried again.
  private var failed: Set<String> = []
  /// Stages that are complete.
  private var finishedStages: Set<String> = []
  private var lastRequest = 0

  /// - Parameters:
  ///   - parallel: how many processes run at once.
  ///   - launch: starts a process for a trial.
  public init(
    _ session: SweepSession, parallel: Int,
    launch: @escaping (SweepSpecification.Trial) throws -> any TrialProcess,
    tell: @escaping (Message) -> Void = { _ in }
  ) throws {
    self.session = session
    self.parallel = max(1, parallel)
    self.launch = launch
    self.tell = tell
    state = try SweepState(session.specification, session.folder)
    watch = SweepWatch(session.specification, try session.folder.journal())
  }

  var trials: [SweepSpecification.Trial] { session.specification.trials }

  /// Runs until nothing is left to do, or until it is asked to stop.
  ///
  /// - Parameters:
  ///   - requests: how often it was asked to stop: once lets every process save its state, twice ends
  ///     them at once.
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
      if requested > lastRequest { end(requested) }
      try collect(isStopping: requested > 0)
      if requested == 0 { try watchTrials() }
      if requested == 0 { try start() }
      if children.isEmpty, awaited.isEmpty, requested > 0 || next() == nil { break }
      await pause()
    }
    return state
  }

  /// Finds what has happened since a sweep was last there to see it.
  private func takeOver() throws {
    let told = SweepState(try session.folder.journal())
    for trial in trials {
      if state[trial.name].status.isFinal {
        // It came to its end while no sweep was there to see it.
        if state[trial.name].status != told[trial.name].status {
          try session.record(SweepEvent(.finished, trial: trial.name))
        }
        continue
      }
      // Before anything is started: what others make is not to be made twice.
      if let process = session.folder.process(of: trial.name) { wait(for: trial, process) }
    }
  }

  private func end(_ requested: Int) {
    lastRequest = requested
    for trial in trials where children[trial.name] != nil || awaited.contains(trial.name) {
      interrupt(trial, atOnce: requested > 1)
    }
  }

  /// Asks whoever works on a trial to save its state and end, or ends it at once.
  func interrupt(_ trial: SweepSpecification.Trial, atOnce: Bool = false) {
    if let child = children[trial.name] { return atOnce ? child.kill() : child.interrupt() }
    // Whoever holds the lock has written its own number there.
    if let process = session.folder.process(of: trial.name), process > 0 {
      _ = Foundation.kill(pid_t(process), atOnce ? SIGKILL : SIGINT)
    }
  }

  // MARK: - Ends

  /// Takes note of the processes that have ended.
  private func collect(isStopping: Bool) throws {
    for trial in trials {
      if let child = children[trial.name] {
        guard let exit = child.poll() else { continue }
        children[trial.name] = nil
        try ended(trial, exit, isStopping: isStopping)
      } else if awaited.contains(trial.name), session.folder.process(of: trial.name) == nil {
        awaited.remove(trial.name)
        if state[trial.name].status.isFinal, !isFinished(trial) { continue }
        if isFinished(trial) {
          try finish(trial)
        } else {
          state.set(trial.name) { $0.status = .interrupted }
        }
      }
    }
    finishedStages = session.folder.finishedStages(trials)
  }

  private func ended(
    _ trial: SweepSpecification.Trial, _ exit: TrialExit, isStopping: Bool
  ) throws {
    if isFinished(trial) { return try finish(trial) }
    // It was told to end.
    if state[trial.name].status.isFinal { return }
    if isStopping {
      try session.record(SweepEvent(.interrupted, trial: trial.name))
      state.set(trial.name) { $0.status = .interrupted }
      return tell(.interrupted(trial: trial.name))
    }
    if let process = session.folder.process(of: trial.name) {
      return wait(for: trial, process)
    }
    try fail(trial, reason: reason(trial, exit))
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

  private func isFinished(_ trial: SweepSpecification.Trial) -> Bool {
    let summary = session.folder.directory(of: trial.name).flatMap {
      try? $0.read(RunSummary.self, from: .summary)
    }
    return summary?.outcome == .finished
  }

  /// How the process ended, and the last lines that it printed.
  private func reason(_ trial: SweepSpecification.Trial, _ exit: TrialExit) -> String {
    let data = try? Data(contentsOf: session.folder.log(of: trial.name), options: .mappedIfSafe)
    let printed = data.map { String(decoding: $0.suffix(4000), as: UTF8.self) } ?? ""
    let lines = printed.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    return ([exit.text] + lines.filter { !$0.isEmpty }.suffix(3)).joined(separator: "\n")
  }

  // MARK: - Starts

  private func start() throws {
    while children.count + awaited.count < parallel, let trial = next() {
      if let process = session.folder.process(of: trial.name) {
        wait(for: trial, process)
        continue
      }
      let goesOn = session.folder.directory(of: trial.name) != nil
      do {
        let child = try launch(trial)
        try session.record(SweepEvent(.started, trial: trial.name, process: child.number))
        children[trial.name] = child
        state.set(trial.name) {
          $0.status = .running
          $0.starts += 1
        }
        tell(.started(trial: trial.name, process: child.number, goesOn: goesOn))
      } catch let error as ExperimentError {
        throw error
      } catch {
        try fail(trial, reason: "\(error)")
      }
    }
  }

  private func wait(for trial: SweepSpecification.Trial, _ process: Int) {
    awaited.insert(trial.name)
    state.set(trial.name) { $0.status = .running }
    tell(.awaited(trial: trial.name, process: process))
  }

  /// The first trial that is not done, nobody works on, and that would not make a stage which is being
  /// made.
  private func next() -> SweepSpecification.Trial? {
    var busy: Set<String> = []
    for trial in trials where children[trial.name] != nil || awaited.contains(trial.name) {
      busy.formUnion(unmade(trial))
    }
    return trials.first { trial in
      let name = trial.name
      return children[name] == nil && !awaited.contains(name) && !failed.contains(name)
        && !state[name].status.isFinal && unmade(trial).isDisjoint(with: busy)
    }
  }

  private func unmade(_ trial: SweepSpecification.Trial) -> Set<String> {
    Set(trial.stages.map(\.digest)).subtracting(finishedStages)
  }
}
