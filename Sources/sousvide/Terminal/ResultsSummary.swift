import Foundation
import Trainer

/// The end of a run on the terminal: one table, and where to look further.
struct ResultsSummary {
  let console: Console

  private static let columns = [
    ("accuracy", "accuracy"), ("sufficiency", "sufficient"), ("lucky", "lucky"),
    ("format", "format"), ("mismatch", "mismatch"),
  ]

  /// - Parameter places: What was written and where, in the order to print.
  func text(
    _ evaluations: [EvaluationRecord], seconds: Double, places: [(name: String, path: String)]
  ) -> String {
    let used = Self.columns.filter { key, _ in evaluations.contains { $0.values[key] != nil } }
    var rows = [[""] + used.map(\.1)]
    if let blind = evaluations.last?.values["blind"] {
      rows.append(["blind guess"] + used.map { $0.0 == "accuracy" ? percent(blind) : "" })
    }
    rows += evaluations.map { record in
      [record.stage + (record.step == 0 ? " (before)" : "")]
        + used.map { key, _ in record.values[key].map(percent) ?? "" }
    }
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    var lines: [String] = []
    if !evaluations.isEmpty {
      lines.append("")
      for (index, row) in rows.enumerated() {
        let cells = row.indices.map { column in
          let padding = String(repeating: " ", count: widths[column] - row[column].count)
          return column == 0 ? row[column] + padding : padding + row[column]
        }
        var line = "  " + cells.joined(separator: "   ")
        while line.last == " " { line.removeLast() }
        lines.append(
          index == 0
            ? console.style(line, .faint)
            : index == rows.count - 1 ? console.style(line, .bold) : line)
      }
    }
    lines.append("")
    lines.append("  finished in \(ProgressLine.duration(seconds))")
    let column = places.map(\.name.count).max() ?? 0
    for place in places {
      let padding = String(repeating: " ", count: column - place.name.count)
      lines.append("  \(console.style(place.name, .faint))\(padding)  \(place.path)")
    }
    return lines.joined(separator: "\n")
  }

  private func percent(_ share: Double) -> String { String(format: "%.1f%%", share * 100) }
}
