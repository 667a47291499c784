extension SweepSession {
  /// Keeps a launcher of another kind from making runs that wait in Slurm's queue.
  ///
  /// - Parameter commands: nil where there is no Slurm to ask; nothing is refused then.
  /// - Throws: `SlurmError.queued`, and why the queue does not answer.
  public func refuseWhatIsQueued(_ commands: SlurmCommands?) throws {
    let submissions = SlurmSubmissions(try folder.journal())
    let state = try SweepState(specification, folder)
    let tasks = submissions.tasks.filter { !state[$0.trial].status.isFinal }
    guard let commands, !tasks.isEmpty else { return }
    let answer = try commands.queue(Set(tasks.map(\.submission)))
    guard answer.isWhole else {
      throw SlurmError.notUnderstood(command: "squeue", said: answer.strange)
    }
    let open = answer.jobs.values.filter { !$0.isEnded }
      .compactMap { $0.number.split(separator: "_").first.map(String.init) }
    if !open.isEmpty { throw SlurmError.queued(jobs: Set(open).sorted()) }
  }
}
