import Experiments
import Foundation
import RecipeLanguage
import Trainer

/// What `sousvide sweep plan` prints.
struct SweepPlanPage {
  let sweep: LoadedSweep
  /// Or why there is none.
  let forecast: Result<SweepForecast, any Error>
  let console: Console

  /// More cells of a kind are counted, not listed.
  private static let listed = 40

  var text: String {
    let plan = sweep.specification
    var lines = [
      console.style(plan.name, .bold)
        + ": \(count(plan.cells.count, "cell")) x \(count(plan.seeds.count, "seed"))"
        + " = \(count(plan.trials.count, "run"))",
      "",
    ]
    lines += facts(plan)
    lines += section("cells", plan.cells.map { ($0.assignments.text, mark($0)) })
    lines += section("left out", plan.excluded.map { ($0.assignments.text, $0.reason) })
    lines += section(
      "cannot be run",
      plan.infeasible.map { cell in
        let first = cell.findings.first.map { "\($0.code) \($0.message)" } ?? "it has errors"
        let more = cell.findings.count - 1
        return (
          (cell.control.map { "\($0): " } ?? "") + cell.assignments.text,
          first + (more > 0 ? ", and \(count(more, "further error"))" : "")
        )
      })
    lines += section(
      "merged", plan.duplicates.map { ($0.assignments.text, "the same recipe as \($0.cell)") })
    lines += ["", "stages"]
    lines += SharedStage.all(plan.trials).map { stage in
      stage.saved > 0
        ? "  \(stage.distinct) x \(stage.algorithm) `\(stage.name)` instead of \(stage.trials)"
        : "  \(stage.distinct) x \(stage.algorithm) `\(stage.name)`"
    }
    lines += ["", estimate]
    return lines.joined(separator: "\n")
  }

  private func facts(_ plan: SweepSpecification) -> [String] {
    let place = plan.reseeded.isEmpty ? "run.seed" : "of \(plan.reseeded.joined(separator: ", "))"
    var rows = [
      ("seeds", plan.seeds.map(String.init).joined(separator: ", ") + " (\(place))"),
      ("objective", (plan.objective.maximizes ? "maximize " : "minimize ") + plan.objective.text),
    ]
    if plan.excluded.count + plan.infeasible.count + plan.duplicates.count > 0 {
      let left = [
        (plan.excluded.count, "left out"), (plan.infeasible.count, "that cannot be run"),
        (plan.duplicates.count, "merged"),
      ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
      rows.append(("grid", "\(count(plan.gridCount, "cell")): \(left.joined(separator: ", "))"))
    }
    if let pruning = plan.pruning {
      let rule =
        pruning.rule == .asha
        ? "asha, one of \(pruning.eta) goes on" : "median of the finished ones"
      rows.append(
        (
          "pruning",
          "\(rule), by \(pruning.measure) of \(pruning.stage) after \(pruning.after) steps and "
            + "every \(pruning.every)"
        ))
    }
    if let stop = plan.stop {
      let rules = [
        stop.informativeGroups.map { String(format: "informative groups below %g", $0) },
        stop.truncated.map { String(format: "truncated above %g", $0) },
        stop.kl.map { String(format: "kl above %g", $0) },
      ].compactMap { $0 }
      rows.append(("stop", "\(rules.joined(separator: ", or ")), for \(stop.steps) steps"))
    }
    if let budget = plan.budget {
      let limits = [
        budget.judgeCalls.map { "\($0) judge calls" }, budget.tokens.map { "\($0) tokens" },
        budget.cost.map { String(format: "%g USD", $0) },
        budget.hours.map { String(format: "%g h", $0) },
      ].compactMap(\.self)
      rows.append(("budget", "\(limits.joined(separator: ", or ")) of all runs together"))
    }
    return rows.map { name, value in
      "  " + console.style(name.padding(toLength: 11, withPad: " ", startingAt: 0), .faint) + value
    }
  }

  private func mark(_ cell: SweepSpecification.Cell) -> String {
    cell.isControl ? "control `\(cell.name)`" : ""
  }

  private func section(_ title: String, _ rows: [(String, String)]) -> [String] {
    guard !rows.isEmpty else { return [] }
    let shown = rows.prefix(Self.listed)
    let width = shown.map(\.0.count).max() ?? 0
    var lines = ["", title]
    lines += shown.map { left, right in
      right.isEmpty
        ? "  \(left)"
        : "  \(left.padding(toLength: width, withPad: " ", startingAt: 0))  "
          + console.style(right, .faint)
    }
    if rows.count > shown.count { lines.append("  and \(rows.count - shown.count) more") }
    return lines
  }

  private var estimate: String {
    switch forecast {
    case .failure(let error): return "time is not predicted: \(error)"
    case .success(let forecast):
      let estimate = forecast.estimate
      let time = ForecastText.duration(estimate.seconds)
      let whole = ForecastText.duration(estimate.secondsUnshared)
      let threads = count(forecast.threads, "thread")
      let basis =
        forecast.cells < sweep.specification.cells.count
        ? ", from \(forecast.cells) of the cells" : ""
      return "estimate    \(time) on \(threads), one run after the other"
        + (estimate.seconds < estimate.secondsUnshared ? " (\(whole) if nothing were shared)" : "")
        + basis
    }
  }

  private func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }
}

/// `sweep plan --json`.
struct SweepPlanDocument: Encodable {
  var schema = "sousvide.sweep-plan/1"
  var sweep: SweepSpecification
  var stages: [SharedStage]
  /// Absent where nothing can be predicted.
  var estimate: SweepEstimate?
  var threads: Int?

  init(_ sweep: LoadedSweep, _ forecast: SweepForecast?) {
    self.sweep = sweep.specification
    stages = SharedStage.all(sweep.specification.trials)
    estimate = forecast?.estimate
    threads = forecast?.threads
  }
}
