/// The trials of a sweep as a table for other programs: a line for every trial, a column for
/// every param that varies and for everything that was measured.
struct SweepCSV {
  let results: SweepResults

  init(_ results: SweepResults) { self.results = results }

  var text: String {
    let trials = results.cells.flatMap(\.trials)
    let parameters = names(results.cells.map { $0.assignments.map(\.parameter) })
    let evaluation = Set(trials.flatMap(\.evaluation.keys)).sorted()
    let training = Set(trials.flatMap(\.training.keys)).sorted()
    var rows = [
      ["trial", "cell", "control", "seed", "status", "objective"]
        + ["among_the_best", "ended_at", "ended_with", "reason", "steps", "generated_tokens"]
        + ["seconds", "stage_seconds"] + parameters.map { "params.\($0)" }
        + evaluation.map { "evaluation/\($0)" } + training.map { "training/\($0)" }
    ]
    for cell in results.cells {
      for trial in cell.trials {
        var row = [trial.name, cell.name, "\(cell.isControl)", "\(trial.seed)"]
        row += [trial.status.rawValue, number(trial.value), "\(cell.isAmongTheBest)"]
        row += [trial.endedAt.map(String.init) ?? "", number(trial.endedWith), trial.reason ?? ""]
        row += ["\(trial.steps)", number(trial.generatedTokens), number(trial.seconds)]
        row += [number(trial.stageSeconds)]
        row += parameters.map { name in
          cell.assignments.first { $0.parameter == name }?.value ?? ""
        }
        row += evaluation.map { number(trial.evaluation[$0]) }
        row += training.map { number(trial.training[$0]) }
        rows.append(row)
      }
    }
    return CommaSeparated.table(rows)
  }

  private func number(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }

  /// Every name once, in the order of appearance.
  private func names(_ lists: [[String]]) -> [String] {
    var names: [String] = []
    for name in lists.joined() where !names.contains(name) { names.append(name) }
    return names
  }
}
