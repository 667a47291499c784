import Experiments
import Foundation
import Rewards

/// Runs side by side on the terminal.
struct CompareText {
  let console: Console

  func text(_ settings: RunSettings, _ evaluations: EvaluationComparison) -> String {
    var lines = [console.style("settings", .bold)]
    lines +=
      settings.comparison.rows.isEmpty
      ? [settings.notes.isEmpty ? "  no difference in meaning" : "  not compared"]
      : TextTable(
        header: [""] + evaluations.runs + [""],
        rows: settings.comparison.rows.map { row in
          [row.path] + row.values.map { $0 ?? "-" }
            + [row.changesResults ? "" : "results do not depend on it"]
        }
      ).lines(console)
    if evaluations.tables.isEmpty { lines += ["", "the runs have no evaluation in common"] }
    for table in evaluations.tables { lines += ["", title(table)] + rows(table, evaluations.runs) }
    return lines.joined(separator: "\n")
  }

  private func title(_ table: EvaluationComparison.Table) -> String {
    var seen: Set<String> = []
    let stages = table.stages.compactMap { $0 }.filter { seen.insert($0).inserted }
    return console.style(table.evaluation, .bold)
      + console.style(", after \(stages.joined(separator: ", "))", .faint)
  }

  /// Values with their intervals, then the differences from the first run.
  private func rows(_ table: EvaluationComparison.Table, _ runs: [String]) -> [String] {
    let others = runs.indices.dropFirst()
    let header =
      [""] + runs + others.flatMap { ["\(runs[$0]) minus \(runs[0])", "p"] }
    let rows = table.rows.map { row in
      [RunsText.name(row.metric)] + row.measured.map { $0.map(value) ?? "" }
        + others.flatMap { index -> [String] in
          guard let difference = row.differences[index] else { return ["", ""] }
          return [points(difference.estimate), probability(difference.probability)]
        }
    }
    return TextTable(header: header, rows: rows, numbers: Set(1..<header.count)).lines(console)
  }

  private func value(_ measured: EvaluationComparison.Measured) -> String {
    let share = RunsText.share(measured.value)
    return measured.estimate.map { share + " (\(range($0)))" } ?? share
  }

  private func points(_ estimate: Estimate) -> String {
    String(format: "%+.1f", estimate.value * 100) + " (\(range(estimate)))"
  }

  private func range(_ estimate: Estimate) -> String {
    String(format: "%.1f to %.1f", estimate.lower * 100, estimate.upper * 100)
  }

  private func probability(_ value: Double) -> String {
    value < 0.001 ? "< 0.001" : String(format: "%.3f", value)
  }
}
