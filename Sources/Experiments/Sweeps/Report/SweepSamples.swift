import Trainer

/// Responses of the best and of the worst cell to the same questions of the objective's evaluation.
struct SweepSamples: Sendable {
  struct Pair: Sendable {
    var best: EvaluatedItem
    var worst: EvaluatedItem
  }

  /// Names of cells.
  var best: String
  var worst: String
  /// The seed that both were trained with.
  var seed: UInt64
  var pairs: [Pair]
  /// As the recipe declares it.
  var processOfSegment: [String: String]

  /// Questions that are shown.
  static let most = 4

  /// Nil where no two cells have finished with one seed, or their evaluation keeps no responses.
  ///
  /// - Throws: `ExperimentError.malformed`, `.cannotRead`.
  init?(_ results: SweepResults, _ folder: SweepFolder) throws {
    let finished = results.ranked.filter { $0.value != nil }
    guard let best = finished.first, let worst = finished.last, best.name != worst.name else {
      return nil
    }
    func trial(_ cell: SweepResults.Cell, _ seed: UInt64) -> SweepResults.Trial? {
      cell.trials.first { $0.seed == seed && $0.status == .finished && $0.responses != nil }
    }
    let shared = results.seeds.first { trial(best, $0) != nil && trial(worst, $0) != nil }
    guard let seed = shared, let first = trial(best, seed), let last = trial(worst, seed),
      let left = folder.directory(of: first.name), let right = folder.directory(of: last.name)
    else { return nil }
    let objective = results.objective
    func greedy(_ run: RunDirectory) throws -> [EvaluatedItem] {
      try run.evaluations.read(objective.evaluation, stage: objective.stage)
        .filter { $0.input == .video && $0.sample == 0 }
    }
    let others = Dictionary(
      try greedy(right).map { ($0.question, $0) }, uniquingKeysWith: { old, _ in old })
    let all = try greedy(left).compactMap { item in
      others[item.question].map { Pair(best: item, worst: $0) }
    }
    guard !all.isEmpty else { return nil }
    self.best = best.name
    self.worst = worst.name
    self.seed = seed
    pairs = Self.choose(all, objective)
    let summary = try left.read(RunSummary.self, from: .summary)
    processOfSegment = Dictionary(
      (summary?.segments ?? []).map { ($0.name, $0.process) }, uniquingKeysWith: { old, _ in old })
  }

  /// Two questions that the best cell answers better, one that the worst does, and others after them,
  /// in the order of the data.
  private static func choose(
    _ pairs: [Pair], _ objective: SweepSpecification.Objective
  ) -> [Pair] {
    let sign = objective.maximizes ? 1.0 : -1.0
    func difference(_ pair: Pair) -> Double {
      sign
        * ((pair.best.values[objective.metric] ?? 0) - (pair.worst.values[objective.metric] ?? 0))
    }
    let better = pairs.indices.filter { difference(pairs[$0]) > 0 }.prefix(2)
    let worse = pairs.indices.filter { difference(pairs[$0]) < 0 }.prefix(1)
    var chosen = Array(better) + Array(worse)
    for index in pairs.indices where chosen.count < most && !chosen.contains(index) {
      chosen.append(index)
    }
    return chosen.map { pairs[$0] }
  }
}
