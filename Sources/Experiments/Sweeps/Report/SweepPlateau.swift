/// The cell whose neighbourhood is best: the best cell of many is partly the luckiest one, and luck is
/// not shared by neighbours.
///
/// Neighbours are one value away along every axis at most; the ends of windows are axes of their own.
struct SweepPlateau: Sendable, Equatable {
  /// The name of the cell.
  var cell: String
  /// Mean of the objective over the cell and its neighbours.
  var mean: Double
  /// Cells in that mean.
  var count: Int

  /// Nil where no two neighbours have values. Of the cells only those with most finished runs take
  /// part, and no control that sets more than the axes.
  init?(_ results: SweepResults) {
    let most = results.cells.compactMap(\.value?.count).max() ?? 0
    let cells = results.cells.compactMap { cell -> (cell: SweepResults.Cell, values: [String])? in
      guard cell.value?.count == most,
        cell.assignments.allSatisfy({ results.axes.contains($0.parameter) })
      else { return nil }
      let values = results.axes.compactMap { axis in
        cell.assignments.first { $0.parameter == axis }?.value
      }
      return values.count == results.axes.count ? (cell, values.flatMap(Self.ends)) : nil
    }
    // The values along an axis are those of all cells of the grid, whether they have run or not.
    let grid = (results.cells.map(\.assignments) + results.duplicates.map(\.assignments))
      .map { assignments in
        results.axes.flatMap { axis in
          assignments.first { $0.parameter == axis }.map { Self.ends($0.value) } ?? []
        }
      }
    guard let width = cells.first?.values.count else { return nil }
    let axes = (0..<width).map { axis in
      Set(grid.compactMap { $0.count == width ? $0[axis] : nil })
        .sorted(by: SweepMap.ascending)
    }
    let placed = cells.compactMap { cell, values -> (SweepResults.Cell, [Int])? in
      guard values.count == width else { return nil }
      return (cell, zip(axes, values).compactMap { $0.firstIndex(of: $1) })
    }
    let sign = results.objective.maximizes ? 1.0 : -1.0
    var best: SweepPlateau?
    for (cell, place) in placed {
      let near = placed.filter { zip($0.1, place).allSatisfy { abs($0 - $1) <= 1 } }
      guard near.count > 1 else { continue }
      let mean = near.compactMap(\.0.value?.mean).reduce(0, +) / Double(near.count)
      if let best, sign * mean <= sign * best.mean { continue }
      best = SweepPlateau(cell: cell.name, mean: mean, count: near.count)
    }
    guard let best else { return nil }
    self = best
  }

  private init(cell: String, mean: Double, count: Int) {
    self.cell = cell
    self.mean = mean
    self.count = count
  }

  /// The two ends of a window, or the value itself.
  private static func ends(_ value: String) -> [String] {
    WindowText(value).map { [$0.lower, $0.upper] } ?? [value]
  }
}
