import Experiments
import Foundation

/// What `sousvide sweep show` prints.
struct SweepTable {
  let results: SweepResults
  let console: Console

  var text: String {
    var lines = [
      console.style(results.name, .bold) + ": "
        + TrialStatus.allCases.compactMap { status in
          results.statuses[status.rawValue].map { "\($0) \(status.rawValue)" }
        }.joined(separator: ", "),
      "",
    ]
    if let map = SweepMap(results) {
      lines += SweepHeatmap(map: map, results: results, console: console).lines + [""]
    }
    lines += table
    lines += ["", conclusion]
    return lines.joined(separator: "\n")
  }

  // MARK: - The table

  /// Further columns, where any cell has them.
  private static let measures: [(title: String, key: String, isShare: Bool)] = [
    ("length", "length/response", false), ("truncated", "truncated", true),
    ("informative", "informative_groups", true), ("kl", "kl", false),
  ]

  private var table: [String] {
    let measures = Self.measures.filter { measure in
      results.cells.contains { $0.training[measure.key] != nil }
    }
    var rows = [["", "cell", "seeds", results.objective.metric] + measures.map(\.title) + [""]]
    rows += results.ranked.map { row($0, measures.map { ($0.key, $0.isShare) }) }
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.enumerated().map { index, row in
      let cells = row.indices.map { column in
        let padding = String(repeating: " ", count: widths[column] - row[column].count)
        let isText = column < 2 || column == row.count - 1
        return isText ? row[column] + padding : padding + row[column]
      }
      var line = cells.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return index == 0
        ? console.style(line, .faint) : row[0] == "*" ? console.style(line, .bold) : line
    }
  }

  private func row(
    _ cell: SweepResults.Cell, _ measures: [(key: String, isShare: Bool)]
  ) -> [String] {
    let finished = cell.trials.filter { $0.status == .finished }.count
    var row = [mark(cell), label(cell), "\(finished)/\(cell.trials.count)", value(cell)]
    for measure in measures {
      guard let mean = cell.training[measure.key]?.mean else {
        row.append("")
        continue
      }
      row.append(
        measure.isShare ? String(format: "%.0f %%", 100 * mean) : String(format: "%.4g", mean))
    }
    return row + [note(cell)]
  }

  private func mark(_ cell: SweepResults.Cell) -> String {
    cell.name == results.best ? "*" : cell.isAmongTheBest ? "=" : ""
  }

  private func value(_ cell: SweepResults.Cell) -> String {
    guard let value = cell.value else { return "" }
    return Self.number(value.mean) + (value.margin.map { " ± \(Self.number($0))" } ?? "")
  }

  private func note(_ cell: SweepResults.Cell) -> String {
    guard cell.status != .finished else { return "" }
    let trial = cell.trials.first { $0.status == cell.status }
    switch cell.status {
    case .pruned, .stopped:
      let step = trial?.endedAt.map { " at step \($0)" } ?? ""
      return "\(cell.status.rawValue)\(step)"
    case .failed:
      let reason = trial?.reason?.split(separator: "\n").last.map { ": \($0)" } ?? ""
      return "failed\(reason)"
    case .waiting, .running, .interrupted, .finished:
      return cell.status.rawValue + (trial?.job.map { " (job \($0))" } ?? "")
    }
  }

  static func number(_ value: Double) -> String { String(format: "%.3f", value) }

  // MARK: - The end

  private var conclusion: String {
    guard let name = results.best, let best = results[name] else {
      return "no run is finished yet"
    }
    let others = results.cells.filter { $0.isAmongTheBest && $0.name != name }
    var text = "best by \(results.objective.text): \(label(best))"
    if results.cells.contains(where: { $0.againstBest != nil }) {
      text +=
        others.isEmpty
        ? "\nevery other finished cell is worse (paired by question, Holm-corrected, 5 %)"
        : "\nnot distinguishable from it (paired by question, Holm-corrected, 5 %): "
          + others.map(label).joined(separator: "; ")
    }
    if results.seeds.count == 1 {
      text += "\none seed says nothing of how much the next one would differ"
    }
    return text
  }

  private func label(_ cell: SweepResults.Cell) -> String {
    cell.isControl ? "\(cell.name) (control)" : cell.assignments.text
  }
}
