import Foundation

/// Looks at trials while they train.
struct SweepWatch {
  let pruning: SweepPruning?
  let stop: SweepStopRules?
  fileprivate var tails: [String: MetricsTail] = [:]
  /// Trials that have come to their end and were looked at since.
  fileprivate var closed: Set<String> = []
  /// Of every trial, in order.
  fileprivate var looks: [String: [SweepPruning.Look]] = [:]

  /// - Parameter journal: the looks of earlier processes.
  init(_ specification: SweepSpecification, _ journal: [SweepEvent]) {
    pruning = specification.pruning
    stop = specification.stop
    for event in journal where event.event == .looked {
      guard let trial = event.trial, let step = event.step, let value = event.value else {
        continue
      }
      looks[trial, default: []].append(.init(step: step, value: value))
    }
  }

  var isIdle: Bool { pruning == nil && stop == nil }
}

extension SweepRunner {
  /// Compares the trials that train, and those that came to their end since, and ends those for which
  /// a rule holds.
  func watchTrials() throws {
    guard !watch.isIdle else { return }
    for trial in trials {
      let status = state[trial.name].status
      guard status == .running || status == .finished, !watch.closed.contains(trial.name) else {
        continue
      }
      if status == .finished { watch.closed.insert(trial.name) }
      let file = session.folder.run(of: trial.name)
        .appendingPathComponent(RunFile.metrics.rawValue)
      var tail = watch.tails[trial.name] ?? MetricsTail(file)
      let isNew = tail.update()
      watch.tails[trial.name] = tail
      guard isNew else { continue }
      try prune(trial, tail)
      try stop(trial, tail)
    }
  }

  private func prune(_ trial: SweepSpecification.Trial, _ tail: MetricsTail) throws {
    guard let pruning = watch.pruning else { return }
    let known = watch.looks[trial.name] ?? []
    for look in pruning.looks(tail.steps) where look.step > (known.last?.step ?? 0) {
      watch.looks[trial.name, default: []].append(look)
      let others = trials.filter { $0.seed == trial.seed && $0.name != trial.name }.map {
        (looks: watch.looks[$0.name] ?? [], isFinished: state[$0.name].status == .finished)
      }
      let verdict = pruning.verdict(watch.looks[trial.name] ?? [], others: others)
      try session.record(
        SweepEvent(
          .looked, trial: trial.name, step: look.step, value: look.value, bound: verdict.bound,
          peers: verdict.peers))
      guard !verdict.isKept, state[trial.name].status == .running,
        session.specification.cell(of: trial)?.isControl != true
      else { continue }
      let reason = String(
        format: "%@ %.4g at step %d of %@, where %.4g of %d others was needed", pruning.measure,
        look.value, look.step, pruning.stage, verdict.bound ?? look.value, verdict.peers)
      try session.record(
        SweepEvent(
          .pruned, trial: trial.name, step: look.step, value: look.value, bound: verdict.bound,
          peers: verdict.peers, reason: reason))
      end(trial, .pruned, step: look.step, value: look.value, reason)
      try skip(trial)
      return
    }
  }

  /// The other seeds of a cell that was pruned are not begun.
  private func skip(_ pruned: SweepSpecification.Trial) throws {
    for trial in trials
    where trial.cell == pruned.cell && state[trial.name].status == .waiting
      && session.folder.directory(of: trial.name) == nil
    {
      let reason = "its cell was pruned with seed \(pruned.seed)"
      try session.record(SweepEvent(.skipped, trial: trial.name, reason: reason))
      state.set(trial.name) {
        $0.status = .pruned
        $0.reason = reason
      }
      // It may have its place in a queue.
      interrupt(trial)
    }
  }

  private func stop(_ trial: SweepSpecification.Trial, _ tail: MetricsTail) throws {
    guard state[trial.name].status == .running, let found = watch.stop?.finding(tail.steps) else {
      return
    }
    try session.record(
      SweepEvent(
        .stopped, trial: trial.name, step: found.step, value: found.value, reason: found.reason))
    end(trial, .stopped, step: found.step, value: found.value, found.reason)
  }

  private func end(
    _ trial: SweepSpecification.Trial, _ status: TrialStatus, step: Int, value: Double,
    _ reason: String
  ) {
    state.set(trial.name) {
      $0.status = status
      $0.reason = reason
      $0.step = step
      $0.value = value
    }
    interrupt(trial)
    tell(
      status == .pruned
        ? .pruned(trial: trial.name, reason: reason) : .stopped(trial: trial.name, reason: reason))
  }
}
