import Experiments
import Foundation

/// Tells the person who runs a sweep what happens, as it happens.
struct SweepNotes {
  let console: Console
  let session: SweepSession

  private var plan: SweepSpecification { session.specification }
  private var path: String { session.folder.url.relativePath }

  /// What there is, and what is different since last time.
  func begin() {
    console.note(
      "\(console.style(plan.name, .bold))  \(plan.cells.count) cells x \(plan.seeds.count) seeds = "
        + "\(plan.trials.count) runs, in \(path)")
    if session.cutBytes > 0 {
      console.note(
        "the last line of journal.jsonl was never finished; its \(session.cutBytes) bytes are cut off"
      )
    }
    guard let change = session.change, !change.isNone else { return }
    console.note(
      "the recipe is another one than when the sweep was last run: \(change.added.count) new runs, "
        + "\(change.kept.count) as before, \(change.orphaned.count) no longer part of it")
    list("new", change.added)
    list("no longer part of it; its folder stays", change.orphaned)
    if change.otherObjective { console.note("  cells are compared by \(plan.objective.text) now") }
    if change.otherRules {
      console.note(
        "  `prune` or `stop` is another one; runs that were ended by the old one stay so")
    }
  }

  private func list(_ title: String, _ names: [String]) {
    for name in names.prefix(8) { console.note("  \(name)  \(console.style(title, .faint))") }
    if names.count > 8 { console.note("  and \(names.count - 8) more") }
  }

  func tell(_ message: SweepRunner.Message) {
    switch message {
    case .started(let trial, let worker, let goesOn):
      say(trial, (goesOn ? "goes on" : "started") + ", \(worker.text)")
    case .waits(let trial, let worker): say(trial, "waits in the queue, \(worker.text)")
    case .awaited(let trial, let worker):
      say(trial, "is still being run by \(worker.text), which is waited for")
    case .finished(let trial): say(trial, console.style("finished", .green) + result(trial))
    case .interrupted(let trial): say(trial, "its state is saved")
    case .ended(let trial, let reason, let isAgain):
      say(
        trial, "\(reason); it goes on \(isAgain ? "in another one" : "when the sweep is run again")"
      )
    case .remark(let text): console.note(text)
    case .pruned(let trial, let reason): say(trial, "pruned: \(reason)")
    case .stopped(let trial, let reason): say(trial, "stopped: \(reason)")
    case .failed(let trial, let reason):
      let cell = plan.trials.first { $0.name == trial }.flatMap(plan.cell(of:))
      let lines = reason.split(separator: "\n")
      say(trial, console.style("failed", .red) + (lines.first.map { ": \($0)" } ?? ""))
      console.note("  \(cell?.assignments.text ?? "")")
      for line in lines.dropFirst() { console.note("  | \(line)") }
      console.note("  more in \(session.folder.log(of: trial).relativePath)")
    }
  }

  private func say(_ trial: String, _ text: String) { console.note("\(trial)  \(text)") }

  /// `, accuracy 61.2 %`
  private func result(_ trial: String) -> String {
    guard
      let found = plan.trials.first(where: { $0.name == trial }),
      let value = session.folder.objective(of: found, plan.objective)
    else { return "" }
    return String(format: ", %@ %.4g", plan.objective.metric, value)
  }

  /// The counts, and what comes next.
  func end(_ state: SweepState, by launcher: LauncherKind, isInterrupted: Bool) -> ExitCode {
    let statuses = plan.trials.map { state[$0.name].status }
    let counts = TrialStatus.allCases.compactMap { status -> String? in
      let count = statuses.filter { $0 == status }.count
      return count > 0 ? "\(count) \(status.rawValue)" : nil
    }
    console.print("\(plan.name): \(counts.joined(separator: ", "))")
    console.note("what they have found: sousvide sweep show \(path)")
    report()
    if isInterrupted {
      let option = launcher == .local ? "" : " --launcher \(launcher.rawValue)"
      console.note("go on with the same command: sousvide sweep run \(plan.recipe)\(option)")
      return .interrupted
    }
    return statuses.contains { !$0.isFinal } ? .failure : .success
  }

  /// Writes the report and says where. What the runs have found does not depend on it, so that a full
  /// disk is told, and changes nothing.
  private func report() {
    do {
      let page = try SweepReport.write(for: session.folder)
      console.note("report: \(path)/report/\(page.lastPathComponent)")
    } catch {
      console.note("the report is not written: \(error)")
    }
  }
}

extension TrialWorker {
  /// For people.
  fileprivate var text: String {
    switch self {
    case .process(0): "another process"
    case .process(let number): "process \(number)"
    case .job(let number): "job \(number)"
    }
  }
}
