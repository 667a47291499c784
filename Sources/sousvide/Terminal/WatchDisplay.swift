import Experiments
import Foundation
import Trainer

/// Shows a run that another process writes: a picture that is drawn again on a terminal, lines now and then in
/// a log. All of it goes to standard error.
struct WatchDisplay {
  let console: Console

  private var picture = Picture()
  /// What was last told in a log.
  private var told = (stage: "", step: 0, at: -Double.infinity, evaluations: 0)

  /// A log line at least this often, in seconds, while steps happen.
  private static let logInterval = 15.0
  /// About this many log lines per stage.
  private static let logLines = 12
  /// Evaluations that the picture has.
  private static let evaluations = 4

  init(console: Console) { self.console = console }

  /// - Parameter now: in seconds, of any clock.
  mutating func show(_ snapshot: RunSnapshot, now: Double) {
    if console.isInteractive {
      picture.draw(lines(snapshot), on: console)
    } else {
      log(snapshot, now: now)
    }
  }

  /// The picture: the run, its stages, and what was measured last.
  func lines(_ snapshot: RunSnapshot) -> [String] {
    let width = snapshot.stages.map(\.name.count).max() ?? 0
    var lines = [
      cut(snapshot.title, to: console.width - 14, .bold) + "  "
        + console.style(snapshot.outcome.rawValue, .faint)
    ]
    for stage in snapshot.stages {
      let name = "  " + stage.name.padding(toLength: width, withPad: " ", startingAt: 0)
      if let current = snapshot.current, current.stage == stage.name {
        lines.append(cut(name, to: console.width - 1, .bold))
        lines += ProgressLine.live(
          state(snapshot, current, stage), now: 0, console: console, rows: 3)
      } else {
        let facts =
          stage.isComplete
          ? ["done", "\(stage.steps) steps", stage.seconds.map(ProgressLine.duration)]
          : [stage.algorithm, stage.steps > 0 ? "\(stage.steps) steps" : nil]
        let text = facts.compactMap { $0 }.joined(separator: "  ")
        lines.append(cut(name + "  " + text, to: console.width - 1, .faint))
      }
    }
    for record in snapshot.measured.suffix(Self.evaluations) {
      lines.append(
        cut(
          ProgressLine.evaluation(Self.name(record), record.values, console: plain),
          to: console.width - 1, .faint))
    }
    return lines
  }

  private mutating func log(_ snapshot: RunSnapshot, now: Double) {
    if let current = snapshot.current, current.stage != told.stage {
      let algorithm = snapshot.stages.first { $0.name == current.stage }?.algorithm ?? ""
      console.note("\(current.stage)  \(algorithm), \(current.of) steps")
      (told.stage, told.step, told.at) = (current.stage, 0, -.infinity)
    }
    for record in snapshot.measured.dropFirst(told.evaluations) {
      console.note(ProgressLine.evaluation(Self.name(record), record.values, console: console))
    }
    told.evaluations = snapshot.measured.count
    guard let current = snapshot.current, current.step != told.step,
      let stage = snapshot.stages.first(where: { $0.name == current.stage }),
      current.step == current.of || now - told.at >= Self.logInterval
        || current.step - told.step >= max(1, current.of / Self.logLines)
    else { return }
    (told.step, told.at) = (current.step, now)
    console.note(ProgressLine.log(state(snapshot, current, stage), now: 0))
  }

  /// The stage in progress as the progress display knows it, at time 0.
  private func state(
    _ snapshot: RunSnapshot, _ current: RunSnapshot.Current, _ stage: RunSnapshot.Stage
  ) -> Progress.StageState {
    let steps = snapshot.steps.filter { $0.stage == current.stage }
    let history = ProgressLine.keys(current.values).map { key in
      (key, steps.compactMap { $0.values[key] })
    }
    return Progress.StageState(
      name: current.stage, algorithm: stage.algorithm, firstStep: 0, step: current.step,
      of: current.of, started: -(stage.seconds ?? 0), values: current.values,
      history: Dictionary(history) { first, _ in first })
  }

  private static func name(_ record: EvaluationRecord) -> String {
    "\(record.evaluation), \(record.stage)" + (record.isIntermediate ? ", step \(record.step)" : "")
  }

  /// Without styles, whose characters take no place.
  private var plain: Console {
    var plain = console
    plain.usesColour = false
    return plain
  }

  /// A picture is drawn again in its place only where no line of it wraps.
  private func cut(_ text: String, to width: Int, _ style: Console.Style) -> String {
    console.style(text.count > width ? String(text.prefix(max(0, width - 1))) + "…" : text, style)
  }
}
