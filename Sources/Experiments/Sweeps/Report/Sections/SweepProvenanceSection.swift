/// Where the numbers come from: the plan, what was left out and why, what ended early and why, and the
/// command that makes each run again.
struct SweepProvenanceSection {
  let contents: SweepReportContents

  var html: HTML {
    let plan = contents.plan
    let seeds = plan.seeds.map(String.init).joined(separator: ", ")
    var facts = [
      "recipe \(plan.recipe)", "axes \(plan.axes.joined(separator: ", "))",
      "\(plan.gridCount) cells in the grid", "\(plan.trials.count) runs", "seeds \(seeds)",
    ]
    if !plan.reseeded.isEmpty {
      facts.append("the seed is that of \(plan.reseeded.joined(separator: ", "))")
    }
    facts += rules
    let items: [HTML] = facts.map { "<li>\($0)</li>" }
    return """
      <section id="provenance"><h2>Provenance</h2>
      <ul class="facts">\(items)</ul>
      \(stages)\(left)\(ended)\(trials)
      </section>
      """
  }

  private var rules: [String] {
    var rules: [String] = []
    if contents.plan.pruning != nil { rules.append("cells that fall behind are pruned") }
    if contents.plan.stop != nil { rules.append("runs with nothing to learn from are stopped") }
    return rules
  }

  private var stages: HTML {
    let rows = contents.results.stages.map { stage in
      [
        Format.title(stage.name), Format.algorithm(stage.algorithm), "\(stage.trials)",
        "\(stage.distinct)",
      ]
    }
    return Self.table(
      "Stages", ["Stage", "Algorithm", "Runs that have it", "Made"], rows, isOpen: true)
  }

  /// Cells of the grid that do not run, with the reasons.
  private var left: HTML {
    let results = contents.results
    func named(_ control: String?, _ assignments: [SweepSpecification.Assignment]) -> String {
      control.map { "\($0): \(assignments.text)" } ?? assignments.text
    }
    let rows =
      results.excluded.map { [$0.assignments.text, "left out", $0.reason] }
      + results.infeasible.map { cell in
        [
          named(cell.control, cell.assignments), "cannot be run",
          cell.findings.map { "\($0.code): \($0.message)" }.joined(separator: "\n"),
        ]
      }
      + results.duplicates.map { cell in
        [named(cell.control, cell.assignments), "the same recipe", "stands for it: \(cell.cell)"]
      }
    return Self.table("Cells that do not run", ["Cell", "", "Reason"], rows)
  }

  /// Runs that were pruned, stopped or failed.
  private var ended: HTML {
    let rows = contents.results.cells.flatMap(\.trials)
      .filter { [.pruned, .stopped, .failed].contains($0.status) }
      .map { trial in
        [
          trial.name, trial.status.rawValue, trial.endedAt.map(String.init) ?? "",
          trial.endedWith.map(SweepReportContents.number) ?? "", trial.reason ?? "",
        ]
      }
    return Self.table(
      "Runs that ended early", ["Run", "", "Step", "Compared by", "Reason"], rows, isOpen: true)
  }

  /// Every run with its digest and the command that makes it alone.
  private var trials: HTML {
    let states = Dictionary(
      contents.results.cells.flatMap(\.trials).map { ($0.name, $0) },
      uniquingKeysWith: { a, _ in a })
    let rows: [HTML] = contents.plan.trials.map { trial in
      let state = states[trial.name]
      let value = state?.value.map(SweepReportContents.number) ?? ""
      let command = ShellText.line(["sousvide", "run", contents.plan.recipe] + trial.arguments)
      return """
        <tr><th scope="row">\(trial.name)</th><td>\(state?.status.rawValue ?? "")</td><td>\(value)</td>\
        <td><code>\(Format.digest(trial.digest))</code></td><td><code>\(command)</code></td></tr>
        """
    }
    guard !rows.isEmpty else { return .empty }
    return """
      <details class="provenance"><summary>Every run, and the command that makes it again</summary><div class="scroll" tabindex="0" aria-label="Runs">\
      <table><thead><tr><th scope="col">Run</th><th scope="col">State</th><th scope="col">Value</th><th scope="col">Graph</th>\
      <th scope="col">Command</th></tr></thead><tbody>\(rows)</tbody></table></div></details>
      """
  }

  /// A table that can be folded; nothing without rows.
  private static func table(
    _ title: String, _ heads: [String], _ rows: [[String]], isOpen: Bool = false
  ) -> HTML {
    guard !rows.isEmpty else { return .empty }
    let columns: [HTML] = heads.map { "<th scope=\"col\">\($0)</th>" }
    let lines: [HTML] = rows.map { row in
      let fields: [HTML] = row.dropFirst().map { field in
        "<td>\(field.count > 600 ? field.prefix(599) + "…" : field[...])</td>"
      }
      return "<tr><th scope=\"row\">\(row.first ?? "")</th>\(fields)</tr>"
    }
    return """
      <details class="provenance"\(HTML.attribute("open", isOpen ? "" : nil))><summary>\(title) <span>\(rows.count)</span></summary>\
      <div class="scroll" tabindex="0" aria-label="\(title)"><table><thead><tr>\(columns)</tr></thead><tbody>\(lines)</tbody></table></div></details>
      """
  }
}
