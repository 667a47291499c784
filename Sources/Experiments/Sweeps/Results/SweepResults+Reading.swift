import Foundation

extension SweepResults {
  /// What the folder of a sweep says now. A run that works on it is not disturbed.
  ///
  /// - Throws: `ExperimentError.noSuchSweep`, `.malformed`, `.cannotRead`.
  public init(_ folder: SweepFolder) throws {
    guard let plan = try folder.specification() else {
      throw ExperimentError.noSuchSweep(path: folder.url.path)
    }
    let state = try SweepState(plan, folder)
    name = plan.name
    title = plan.title
    recipe = plan.recipe
    axes = plan.axes
    seeds = plan.seeds
    objective = plan.objective
    excluded = plan.excluded
    infeasible = plan.infeasible
    duplicates = plan.duplicates
    stages = SharedStage.all(plan.trials)
    cells = try plan.cells.map { cell in
      let trials = try plan.trials.filter { $0.cell == cell.name }.map {
        try Trial($0, state[$0.name], plan.objective, folder)
      }
      return Cell(cell, trials)
    }
    statuses = cells.flatMap(\.trials).reduce(into: [:]) { counts, trial in
      counts[trial.status.rawValue, default: 0] += 1
    }
    try compare(in: folder)
  }

  /// Finds the best cell, and those that nothing shows to be worse.
  private mutating func compare(in folder: SweepFolder) throws {
    let most = cells.compactMap(\.value?.count).max() ?? 0
    let candidates = cells.indices.filter { cells[$0].value?.count == most && most > 0 }
    let sign = objective.maximizes ? 1.0 : -1.0
    let ranked = candidates.max { a, b in
      sign * (cells[a].value?.mean ?? 0) < sign * (cells[b].value?.mean ?? 0)
    }
    guard let ranked else { return }
    best = cells[ranked].name
    cells[ranked].isAmongTheBest = true

    let bestQuestions = try questions(of: cells[ranked], folder)
    var tested: [Int] = []
    for index in candidates where index != ranked {
      let others = try questions(of: cells[index], folder)
      let shared = bestQuestions.keys.filter { others[$0] != nil }.sorted()
      cells[index].againstBest = PairedTest(
        shared.compactMap { bestQuestions[$0] }, shared.compactMap { others[$0] })
      if cells[index].againstBest != nil { tested.append(index) }
    }
    let worse = PairedTest.rejected(tested.compactMap { cells[$0].againstBest?.probability })
    for (index, isWorse) in zip(tested, worse) { cells[index].isAmongTheBest = !isWorse }
  }

  /// By seed, what every question earned.
  private func questions(of cell: Cell, _ folder: SweepFolder) throws -> [UInt64: [Int: Double]] {
    var values: [UInt64: [Int: Double]] = [:]
    for trial in cell.trials where trial.status == .finished {
      let found = try folder.questions(of: trial.name, objective)
      if !found.isEmpty { values[trial.seed] = found }
    }
    return values
  }
}

extension SweepResults.Trial {
  init(
    _ trial: SweepSpecification.Trial, _ state: SweepState.Trial,
    _ objective: SweepSpecification.Objective, _ folder: SweepFolder
  ) throws {
    let measures = try folder.directory(of: trial.name).map { try TrialMeasures($0, objective) }
    let responses = folder.responses(of: trial.name, objective)
    let isFinished = state.status == .finished
    self.init(
      name: trial.name, seed: trial.seed, status: state.status, reason: state.reason,
      endedAt: state.step, endedWith: state.value,
      value: isFinished ? measures?.evaluation?[objective.metric] : nil,
      evaluation: measures?.evaluation ?? [:], training: measures?.training ?? [:],
      steps: measures?.steps ?? 0, generatedTokens: measures?.generatedTokens ?? 0,
      seconds: measures?.seconds, stageSeconds: measures?.stageSeconds,
      responses: FileManager.default.fileExists(atPath: responses.path)
        ? String(responses.path.dropFirst(folder.url.path.count + 1)) : nil,
      job: state.status == .waiting || state.status == .running ? state.job : nil)
  }
}

extension SweepResults.Cell {
  init(_ cell: SweepSpecification.Cell, _ trials: [SweepResults.Trial]) {
    let finished = trials.filter { $0.status == .finished }
    func estimates(
      _ values: (SweepResults.Trial) -> [String: Double]
    ) -> [String: SeedEstimate] {
      let names = Set(finished.flatMap { values($0).keys })
      return names.reduce(into: [:]) { estimates, name in
        estimates[name] = SeedEstimate(finished.compactMap { values($0)[name] })
      }
    }
    self.init(
      name: cell.name, isControl: cell.isControl, assignments: cell.assignments, trials: trials,
      value: SeedEstimate(finished.compactMap(\.value)), evaluation: estimates(\.evaluation),
      training: estimates(\.training),
      generatedTokens: SeedEstimate(finished.map(\.generatedTokens)),
      seconds: SeedEstimate(finished.compactMap(\.seconds)), againstBest: nil,
      isAmongTheBest: false)
  }
}
