import Foundation
import Rewards
import Trainer

/// An evaluation on the terminal: every metric of all questions with its interval, then the scores by
/// kind of question.
struct EvaluationText {
  let console: Console

  func text(_ table: EvaluationTable, file: String) -> String {
    guard let total = table.total else { return "" }
    var lines = [
      console.style("\(table.evaluation), \(table.stage)", .bold)
        + console.style(", \(total.questions) questions", .faint), "",
    ]
    lines += columns(totals(total), header: ["", "", "95 % interval", "n"])
    let others = AnswerOutcome.allCases.filter { $0 != .answered }
    let counts = others.compactMap { outcome in
      total.answers[outcome.rawValue].map { "\($0) \(outcome.rawValue)" }
    }
    if !counts.isEmpty { lines += ["", "  answers: " + counts.joined(separator: ", ")] }
    for column in EvaluationTable.Column.allCases {
      let rows = table.rows.filter { $0.column == column }
      guard !rows.isEmpty else { continue }
      lines.append("")
      lines += breakdown(rows, by: column)
    }
    return (lines + ["", "  " + console.style("responses", .faint) + "  " + file, ""])
      .joined(separator: "\n")
  }

  private func totals(_ row: EvaluationTable.Row) -> [[String]] {
    var rows = EvaluationTable.metrics.compactMap { metric in
      row.metrics[metric.key].map { cells(metric.name, $0) }
    }
    if let pair = row.observationOnly {
      rows.append(cells("observation only", pair.second))
      rows.append(cells("  minus video", pair.difference))
    }
    return rows
  }

  private func cells(_ name: String, _ estimate: Estimate) -> [String] {
    [name, percent(estimate.value), interval(estimate), "\(estimate.count)"]
  }

  private func breakdown(
    _ rows: [EvaluationTable.Row], by column: EvaluationTable.Column
  ) -> [String] {
    let scores = EvaluationTable.metrics.filter { metric in
      ["mra", "miou", "mismatch"].contains(metric.key)
        && rows.contains { $0.metrics[metric.key] != nil }
    }
    let isPaired = rows.contains { $0.observationOnly != nil }
    let header =
      [column.rawValue, "n", "accuracy", "95 % interval"] + scores.map(\.name)
      + (isPaired ? ["observation only"] : [])
    return columns(
      rows.map { row in
        let accuracy = row.metrics["accuracy"]
        return [
          row.name.isEmpty ? "(none)" : row.name, "\(row.questions)",
          accuracy.map { percent($0.value) } ?? "", accuracy.map(interval) ?? "",
        ] + scores.map { metric in row.metrics[metric.key].map { percent($0.value) } ?? "" }
          + (isPaired ? [row.observationOnly.map { percent($0.second.value) } ?? ""] : [])
      }, header: header)
  }

  /// The first column to the left, numbers to the right.
  private func columns(_ rows: [[String]], header: [String]) -> [String] {
    let all = [header] + rows
    let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
    return all.enumerated().map { index, row in
      let cells = row.indices.map { column in
        let padding = String(repeating: " ", count: widths[column] - row[column].count)
        return column == 0 ? row[column] + padding : padding + row[column]
      }
      var line = "  " + cells.joined(separator: "   ")
      while line.last == " " { line.removeLast() }
      return index == 0 ? console.style(line, .faint) : line
    }
  }

  private func percent(_ share: Double) -> String { String(format: "%.1f%%", share * 100) }

  private func interval(_ estimate: Estimate) -> String {
    String(format: "%.1f to %.1f", estimate.lower * 100, estimate.upper * 100)
  }
}
