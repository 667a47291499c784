import Trainer

/// A measure of training over the steps of a cell: the mean of its seeds, and how far they lie apart.
struct SweepCurve: Sendable, Equatable {
  struct Point: Sendable, Equatable {
    var step: Double
    var mean: Double
    var low: Double
    var high: Double
  }

  /// The name of the cell.
  var cell: String
  /// Seeds in it.
  var count: Int
  var points: [Point]

  /// Points of a drawn curve; more would not be seen.
  private static let resolution = 60

  /// - Parameter seeds: the measure over the steps, for every seed. Steps that not every seed has come
  ///   to are left out, so that no seed leaves the mean on the way.
  init?(cell: String, seeds: [[ChartPoint]]) {
    let window = Smoothing.window(for: seeds.map(\.count).max() ?? 0)
    let smooth = seeds.filter { !$0.isEmpty }.map { points in
      Dictionary(
        Smoothing.trailingMean(points, window: window).map { ($0.x, $0.y) },
        uniquingKeysWith: { $1 })
    }
    guard let first = smooth.first else { return nil }
    let all = first.keys.sorted().compactMap { step -> Point? in
      let values = smooth.compactMap { $0[step] }
      guard values.count == smooth.count, let low = values.min(), let high = values.max() else {
        return nil
      }
      return Point(
        step: step, mean: values.reduce(0, +) / Double(values.count), low: low, high: high)
    }
    guard !all.isEmpty else { return nil }
    self.cell = cell
    count = smooth.count
    let stride = max(1, (all.count + Self.resolution - 1) / Self.resolution)
    points = all.indices.filter { $0 % stride == 0 || $0 == all.count - 1 }.map { all[$0] }
  }

  /// Of the finished runs of a cell, or of all that have begun where none is finished; nil where
  /// training measures nothing like the objective, or has not begun.
  ///
  /// - Throws: `ExperimentError.malformed`, `.cannotRead`.
  init?(
    _ cell: SweepResults.Cell, _ objective: SweepSpecification.Objective, _ folder: SweepFolder
  ) throws {
    guard let measure = objective.trainingMeasure else { return nil }
    let finished = cell.trials.filter { $0.status == .finished }
    let seeds = try (finished.isEmpty ? cell.trials : finished).compactMap { trial in
      try folder.directory(of: trial.name)?.metrics().steps.compactMap { step -> ChartPoint? in
        guard step.stage == objective.stage else { return nil }
        return step.values[measure].map { ChartPoint(x: Double(step.step), y: $0) }
      }
    }
    self.init(cell: cell.name, seeds: seeds)
  }
}
