/// The tasks that make some trials, each stage that several of them share once.
///
/// Such a stage gets a task of its own: the first trial that has it, run until the stage is complete. The
/// tasks of all trials that have it, of the first one too, depend on that task, so that Slurm keeps the
/// order even when nobody watches.
enum SlurmPlan {
  struct Task: Equatable {
    var trial: SweepSpecification.Trial
    /// The stage that it ends with; nil where it makes the whole trial.
    var stage: SweepSpecification.Stage?
    /// The digests of the stages that other tasks make before it.
    var needs: [String]
  }

  /// Arrays are no longer: Slurm takes a thousand and one where a site has not chosen otherwise.
  static let longestArray = 1000

  /// In an order in which every task comes after those that it needs.
  ///
  /// - Parameters:
  ///   - finishedStages: digests of stages that are complete.
  ///   - inHand: digests of stages that tasks of earlier submissions make.
  static func tasks(
    _ trials: [SweepSpecification.Trial], finishedStages: Set<String>, inHand: Set<String>
  ) -> [Task] {
    let open = trials.map { trial in trial.stages.filter { !finishedStages.contains($0.digest) } }
    var sharers: [String: [Int]] = [:]
    for (index, stages) in open.enumerated() {
      for stage in stages { sharers[stage.digest, default: []].append(index) }
    }
    var own: Set<String> = []
    for stages in open {
      for (place, stage) in stages.enumerated() where !inHand.contains(stage.digest) {
        let who = sharers[stage.digest] ?? []
        // One that the same trials share, and that comes later, is made by the same task.
        let isPassed = stages[(place + 1)...].contains {
          !inHand.contains($0.digest) && sharers[$0.digest] == who
        }
        if who.count > 1, !isPassed { own.insert(stage.digest) }
      }
    }
    func needs(_ stages: some Sequence<SweepSpecification.Stage>) -> [String] {
      stages.map(\.digest).filter { own.contains($0) || inHand.contains($0) }
    }

    var tasks: [Task] = []
    var known: Set<String> = []
    for place in 0..<(open.map(\.count).max() ?? 0) {
      for (trial, stages) in zip(trials, open) where place < stages.count {
        let stage = stages[place]
        guard own.contains(stage.digest), known.insert(stage.digest).inserted else { continue }
        tasks.append(Task(trial: trial, stage: stage, needs: needs(stages[..<place])))
      }
    }
    return tasks + zip(trials, open).map { Task(trial: $0, stage: nil, needs: needs($1)) }
  }

  /// Tasks that one array can have, since they need the same, in the same order.
  static func arrays(_ tasks: [Task]) -> [[Task]] {
    var arrays: [[Task]] = []
    for task in tasks {
      let place = arrays.firstIndex {
        $0.count < longestArray && $0[0].needs == task.needs
          && ($0[0].stage == nil) == (task.stage == nil)
      }
      if let place { arrays[place].append(task) } else { arrays.append([task]) }
    }
    return arrays
  }
}
