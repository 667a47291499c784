import Trainer

/// What the report of a sweep shows, read from its folder once. The sections draw it and read nothing
/// else.
struct SweepReportContents: Sendable {
  var results: SweepResults
  var plan: SweepSpecification
  var map: SweepMap?
  var plateau: SweepPlateau?
  /// Of the cells that have begun to train.
  var curves: [SweepCurve]
  var samples: SweepSamples?

  /// - Throws: `ExperimentError.noSuchSweep`, `.malformed`, `.cannotRead`.
  init(_ folder: SweepFolder) throws {
    guard let plan = try folder.specification() else {
      throw ExperimentError.noSuchSweep(path: folder.url.path)
    }
    let results = try SweepResults(folder)
    self.plan = plan
    self.results = results
    map = SweepMap(results)
    plateau = SweepPlateau(results)
    curves = try results.ranked.compactMap { try SweepCurve($0, results.objective, folder) }
    samples = try SweepSamples(results, folder)
  }

  /// What people call a cell.
  static func label(_ cell: SweepResults.Cell) -> String {
    cell.isControl ? "\(cell.name) (control)" : cell.assignments.text
  }

  /// What a cell is called beside others that vary the same params.
  static func short(_ cell: SweepResults.Cell) -> String {
    cell.isControl ? cell.name : cell.assignments.map(\.value).joined(separator: ", ")
  }

  /// A value of the objective.
  static func number(_ value: Double) -> String { Format.number(value, decimals: 3) }

  /// `0.612 ± 0.031`
  static func text(_ estimate: SeedEstimate) -> String {
    number(estimate.mean) + (estimate.margin.map { " ± \(number($0))" } ?? "")
  }
}

extension SweepResults {
  /// The cells, best first; those without a value last, in their order.
  public var ranked: [Cell] {
    let sign = objective.maximizes ? 1.0 : -1.0
    return cells.enumerated().sorted { a, b in
      switch (a.element.value, b.element.value) {
      case (let left?, let right?) where left.mean != right.mean:
        sign * left.mean > sign * right.mean
      case (_?, nil): true
      case (nil, _?): false
      default: a.offset < b.offset
      }
    }.map(\.element)
  }
}
