import Foundation

/// The cells of a sweep laid out in two directions: the ends of windows where they are the one axis, or
/// the values of two axes.
public struct SweepMap: Sendable, Equatable {
  /// What is at a place of the map.
  public enum Place: Sendable, Equatable {
    /// The name of a cell that is run, or that stands for an equal one.
    case cell(String)
    case infeasible([SweepSpecification.Infeasible.Finding])
    case excluded(String)
    /// No cell of the grid.
    case nothing
  }

  public var rowTitle: String
  public var columnTitle: String
  public var rows: [String]
  public var columns: [String]
  /// By row, then by column.
  public var places: [[Place]]

  /// Nil where the sweep has no two directions, or nothing in them.
  public init?(_ results: SweepResults) {
    var known: [[String]: Place] = [:]
    func values(_ assignments: [SweepSpecification.Assignment]) -> [String] {
      results.axes.compactMap { axis in
        assignments.first { $0.parameter == axis }?.value
      }
    }
    for cell in results.excluded { known[values(cell.assignments)] = .excluded(cell.reason) }
    for cell in results.infeasible { known[values(cell.assignments)] = .infeasible(cell.findings) }
    for cell in results.duplicates { known[values(cell.assignments)] = .cell(cell.cell) }
    for cell in results.cells where !Self.setsMore(cell, results.axes) {
      known[values(cell.assignments)] = .cell(cell.name)
    }
    let directions: (rows: [String], columns: [String])
    let key: (String, String) -> [String]
    switch results.axes.count {
    case 1:
      let windows = known.keys.compactMap { $0.first.flatMap(WindowText.init) }
      guard let unit = windows.first?.unit, windows.count == known.count,
        windows.allSatisfy({ $0.unit == unit })
      else { return nil }
      (rowTitle, columnTitle) = ("\(results.axes[0]), min", "max")
      directions = (
        Set(windows.map(\.lower)).sorted(by: Self.ascending),
        Set(windows.map(\.upper)).sorted(by: Self.ascending)
      )
      key = { ["\($0)..\($1)\(unit)"] }
    case 2:
      (rowTitle, columnTitle) = (results.axes[0], results.axes[1])
      func along(_ axis: Int) -> [String] {
        Set(known.keys.compactMap { $0.count == 2 ? $0[axis] : nil }).sorted(by: Self.ascending)
      }
      directions = (along(0), along(1))
      key = { [$0, $1] }
    default: return nil
    }
    (rows, columns) = directions
    guard rows.count * columns.count > 1 else { return nil }
    places = directions.rows.map { row in
      directions.columns.map { known[key(row, $0)] ?? .nothing }
    }
  }

  /// A control that sets more than the axes is no place between them.
  private static func setsMore(_ cell: SweepResults.Cell, _ axes: [String]) -> Bool {
    cell.assignments.contains { !axes.contains($0.parameter) }
  }

  /// By the numbers that they begin with, then as text.
  static func ascending(_ a: String, _ b: String) -> Bool {
    let (left, right) = (numbers(a), numbers(b))
    return left.lexicographicallyPrecedes(right) || (left == right && a < b)
  }

  /// `[64, 192]` of `64..192 tok`.
  private static func numbers(_ text: String) -> [Double] {
    let window = WindowText(text)
    let ends = window.map { [$0.lower, $0.upper] } ?? [text]
    return ends.compactMap { end in
      Double(end.prefix { $0.isNumber || ".+-eE".contains($0) })
    }
  }
}

/// A window as a recipe spells it: `64..192 tok`.
struct WindowText: Equatable {
  var lower: String
  var upper: String
  /// With the space before it.
  var unit: String

  init?(_ text: String) {
    let parts = text.components(separatedBy: "..")
    guard parts.count == 2, Double(parts[0]) != nil else { return nil }
    lower = parts[0]
    upper = String(parts[1].prefix { $0.isNumber || ".+-eE".contains($0) })
    unit = String(parts[1].dropFirst(upper.count))
    guard Double(upper) != nil else { return nil }
  }
}
