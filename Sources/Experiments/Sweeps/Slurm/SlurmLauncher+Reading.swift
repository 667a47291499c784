import Foundation

/// What the queue's answers mean for the tasks in hand.
extension SlurmLauncher {
  /// So many answers in a row must lack a job before it is taken to be gone.
  private static let absences = 3

  /// Reasons for waiting that pass by themselves.
  private static let usual: Set<String> = [
    "", "None", "Priority", "Resources", "Dependency", "JobArrayTaskLimit", "BeginTime", "Cleaning",
  ]

  func read(_ answer: SlurmAnswer, at now: Double) {
    // In the order of submission: what waits for a stage is judged by what became of it.
    let making = stages.sorted {
      ($0.value.submissionOrder, $0.value.index) < ($1.value.submissionOrder, $1.value.index)
    }
    for work in making.map(\.value) + works { see(work, answer, now) }
    for (digest, work) in making {
      guard let exit = end(of: work, now) else { continue }
      work.exit = exit
      stages[digest] = nil
      guard exit != .code(0) else { continue }
      unmade[digest] = exit
      if case .again(let reason?) = exit { remark("\(reason); the stage is gone on with") }
    }
    for work in works {
      work.exit = end(of: work, now)
      if work.exit != nil { lastChange = now }
    }
    works.removeAll { $0.exit != nil }
  }

  /// Takes down what is said of a task.
  private func see(_ work: SlurmWork, _ answer: SlurmAnswer, _ now: Double) {
    var job = answer.jobs[work.job]
    if job == nil, answer.isWhole {
      // What it was for is there: nobody has to be asked how it ended.
      if isMade(work) { return work.absences = Self.absences }
      job = commands.account(of: work.job)
      if job == nil { work.absences += 1 }
    }
    guard let job else { return }
    work.absences = 0
    if job.stateText != work.seen?.stateText { lastChange = now }
    if job.state == .unknown {
      return remark("job \(job.number) is \(job.stateText), which is not known here")
    }
    work.seen = job
    if job.reason == "DependencyNeverSatisfied" {
      work.isUnsatisfiable = true
      // Slurm would keep it for ever where a site has chosen so.
      if job.state == .waiting { cancel([job.number]) }
    } else if job.state == .waiting, !Self.usual.contains(job.reason) {
      remark("Slurm lets runs wait: \(job.reason), job \(job.number) for one")
    }
  }

  /// What became of a task; nil while it is under way.
  private func end(of work: SlurmWork, _ now: Double) -> TrialExit? {
    if work.absences >= Self.absences {
      if isMade(work) { return .code(0) }
      if work.isCancelled { return .again(nil) }
      return .failed(lines("job \(work.job) is not known to Slurm any more, and did not end", work))
    }
    guard let seen = work.seen, let ended = seen.ended else { return nil }
    switch seen.state {
    case .completed:
      let since = work.completedAt ?? now
      work.completedAt = since
      if work.stage != nil || isMade(work) { return .code(0) }
      guard now - since >= grace else { return nil }
      return .failed(lines("job \(work.job) ended with code 0, and the run is not finished", work))
    case .cancelled:
      if let cause = cause(of: work) { return cause }
      guard work.isUnsatisfiable else { return work.isCancelled ? .again(nil) : ended }
      // What it needs may not be judged yet.
      return work.needs.contains { stages[$0] != nil } ? nil : .again(nil)
    default: return work.isCancelled ? .again(nil) : goingOn(work, ended)
    }
  }

  /// Whether what a task is for is there.
  private func isMade(_ work: SlurmWork) -> Bool {
    guard let stage = work.stage else { return session.folder.isFinished(work.trial.name) }
    return session.folder.finishedStages([work.trial]).contains(stage.digest)
  }

  /// What became of the stages that a task needs, where one of them was not made.
  private func cause(of work: SlurmWork) -> TrialExit? {
    guard let need = work.needs.first(where: { unmade[$0] != nil }), let exit = unmade[need],
      let stage = work.trial.stages.first(where: { $0.digest == need })
    else { return nil }
    return switch exit {
    case .again, .code, .signal: .again(nil)
    case .cancelled(let reason): .cancelled("stage `\(stage.name)` is not made: \(reason)")
    case .failed(let reason):
      .failed(reason.hasPrefix("stage ") ? reason : "stage `\(stage.name)` is not made: \(reason)")
    }
  }

  /// A job that was ended before its time is submitted again if it got on, so that a limit which is too
  /// short for a single step ends the matter.
  private func goingOn(_ work: SlurmWork, _ ended: TrialExit) -> TrialExit {
    switch ended {
    case .again(let reason):
      let recorded = session.folder.recordedBytes(of: work.trial.name)
      if recorded > work.recordedBefore { return ended }
      return .failed(
        lines(
          "\(reason ?? "it was ended"), before it had done anything that can be gone on with", work)
      )
    case .failed(let reason): return .failed(lines(reason, work))
    default: return ended
    }
  }

  /// A reason, with what Slurm had to say itself, and for a stage what its process did.
  private func lines(_ reason: String, _ work: SlurmWork) -> String {
    let log = session.folder.slurm.appendingPathComponent("\(work.submission)_\(work.index).log")
    let run = work.stage == nil ? [] : session.folder.endOfLog(of: work.trial.name)
    return ([reason] + SweepFolder.lastLines(of: log) + run).joined(separator: "\n")
  }
}
