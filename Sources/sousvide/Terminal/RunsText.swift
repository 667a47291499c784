import Experiments
import Foundation
import Trainer

/// Runs on the terminal.
struct RunsText {
  let console: Console

  /// One line per run.
  func list(_ entries: [RunEntry]) -> String {
    let header = ["run", "", "stages", "metric", "time", "size", "title"]
    let rows = entries.map { entry in
      [
        entry.name, entry.outcome.rawValue, entry.stages.map(Self.progress).joined(separator: ", "),
        entry.metric.map { "\(Self.name($0.name)) \(Self.share($0.value))" } ?? "",
        entry.seconds.map(ForecastText.duration) ?? "", ForecastText.bytes(entry.bytes),
        entry.title,
      ]
    }
    var lines = TextTable(header: header, rows: rows, numbers: [4, 5]).lines(console)
    for entry in entries {
      if let problem = entry.problem { lines.append("  \(entry.name): \(problem)") }
    }
    return lines.joined(separator: "\n")
  }

  /// Everything of one run.
  func details(_ run: RunDetails) -> String {
    var lines = [console.style(run.entry.title, .bold), ""]
    lines += table(facts(run))
    lines += section("settings", run.settings.map { [$0.node, $0.summary] })
    lines += section(
      "stages",
      run.stages.map { stage in
        [
          stage.name, stage.algorithm, "\(stage.done)/\(stage.steps)",
          stage.seconds.map(ForecastText.duration) ?? "",
          (stage.checkpointDigest ?? "").prefix(16).description,
          stage.takenFrom.map { "taken over from \($0)" } ?? "",
        ]
      })
    lines += section(
      "results of stages",
      run.stages.compactMap { stage in stage.choice.map { [stage.name, $0.description] } })
    lines += section("evaluations", evaluations(run.evaluations))
    lines += section("files", run.files.sorted { $0.key < $1.key }.map { [$0.key, $0.value] })
    if let problem = run.entry.problem { lines += ["", "  " + problem] }
    return lines.joined(separator: "\n")
  }

  private func facts(_ run: RunDetails) -> [[String]] {
    var rows = [["outcome", run.entry.outcome.rawValue]]
    func add(_ name: String, _ value: String?) {
      if let value, !value.isEmpty { rows.append([name, value]) }
    }
    add("seed", run.seed.map { "\($0)" })
    add("threads", run.threads.map { "\($0)" })
    add("parameters", run.parameterCount.map { "\($0)" })
    add("time", run.entry.seconds.map(ForecastText.duration))
    add("memory", run.peakMemoryBytes.map { ForecastText.bytes(Int(clamping: $0)) })
    add("size", ForecastText.bytes(run.entry.bytes))
    add("cites", run.cites.joined(separator: ", "))
    for (name, value) in run.environment.sorted(by: { $0.key < $1.key }) { add(name, value) }
    add("graph", run.graphDigest?.prefix(16).description)
    return rows
  }

  private func evaluations(_ records: [EvaluationRecord]) -> [[String]] {
    records.map { record in
      let values = EvaluationTable.metrics.compactMap { metric in
        record.values[metric.key].map { "\(metric.name) \(Self.share($0))" }
      }
      return [
        "\(record.stage), step \(record.step)", record.evaluation, values.joined(separator: ", "),
      ]
    }
  }

  private func section(_ name: String, _ rows: [[String]]) -> [String] {
    rows.isEmpty ? [] : ["", console.style(name, .faint)] + table(rows)
  }

  private func table(_ rows: [[String]]) -> [String] {
    TextTable(header: rows[0].map { _ in "" }, rows: rows).lines(console)
  }

  /// `rl 20/80`, and `rl 80` when it is complete.
  private static func progress(_ stage: RunEntry.Stage) -> String {
    "\(stage.name) " + (stage.isComplete ? "\(stage.steps)" : "\(stage.done)/\(stage.steps)")
  }

  static func name(_ metric: String) -> String {
    EvaluationTable.metrics.first { $0.key == metric }?.name ?? metric
  }

  static func share(_ value: Double) -> String { String(format: "%.1f%%", value * 100) }
}
