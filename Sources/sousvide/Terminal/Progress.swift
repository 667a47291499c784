import Foundation
import Synchronization

/// Shows a run to the person who started it: lines that redraw themselves on a terminal, plain lines
/// now and then in a log, objects for programs, or nothing. All of it goes to standard error.
///
/// The caller tells it what happens; the clock is a value, so that tests need not wait.
final class Progress: Sendable {
  /// Where a stage stands.
  struct StageState: Sendable {
    var name: String
    var algorithm: String
    var firstStep: Int
    var step: Int
    var of: Int
    var started: Double
    var values: [String: Double] = [:]
    var history: [String: [Double]] = [:]
  }

  private struct State: Sendable {
    var stage: StageState?
    var picture = Picture()
    var lastDrawn = -Double.infinity
    var lastLogged = -Double.infinity
    var lastLoggedStep = 0
  }

  private let console: Console
  /// Never `auto`.
  private let mode: ProgressMode
  private let clock: @Sendable () -> Double
  private let state = Mutex(State())

  /// A redraw at most this often, in seconds.
  private static let redrawInterval = 0.1
  /// A log line at least this often, in seconds, while steps happen.
  private static let logInterval = 15.0
  /// About this many log lines per stage.
  private static let logLines = 12

  init(
    _ console: Console, mode: ProgressMode = .auto,
    clock: @escaping @Sendable () -> Double = { ProcessInfo.processInfo.systemUptime }
  ) {
    self.console = console
    self.mode = mode == .auto ? console.isInteractive ? .bar : .plain : mode
    self.clock = clock
  }

  /// A stage begins, or goes on after `completed` of its steps.
  func stageStarted(_ name: String, algorithm: String, completed: Int = 0, of steps: Int) {
    state.withLock { state in
      clear(&state)
      state.stage = StageState(
        name: name, algorithm: algorithm, firstStep: completed, step: completed, of: steps,
        started: clock())
      state.lastLogged = clock()
      state.lastLoggedStep = completed
      let resumed = completed > 0 ? ", resuming after step \(completed)" : ""
      tell(
        "\(console.style(name, .bold))  \(console.style("\(algorithm), \(steps) steps\(resumed)", .faint))",
        ProgressEvent(
          event: .stageStarted, stage: name, algorithm: algorithm, step: completed, of: steps))
      draw(&state, always: true)
    }
  }

  /// A step is done.
  func step(_ step: Int, values: [String: Double]) {
    state.withLock { state in
      guard var stage = state.stage else { return }
      stage.step = step
      stage.values = values
      for (key, value) in values { stage.history[key, default: []].append(value) }
      state.stage = stage
      switch mode {
      case .bar: draw(&state, always: step == stage.of)
      case .json:
        let seconds = clock() - stage.started
        let done = step - stage.firstStep
        tell(
          "",
          ProgressEvent(
            event: .step, stage: stage.name, step: step, of: stage.of, values: values,
            seconds: seconds,
            secondsLeft: done > 0 ? seconds / Double(done) * Double(stage.of - step) : nil))
      case .auto, .plain: log(&state, stage)
      case .none: break
      }
    }
  }

  /// An evaluation is done.
  func evaluated(_ name: String, after stage: String, values: [String: Double]) {
    say(
      ProgressLine.evaluation(name, values, console: console),
      ProgressEvent(event: .evaluation, stage: stage, evaluation: name, values: values))
  }

  /// An evaluation of the policy in training is done.
  func evaluated(_ name: String, within stage: String, after step: Int, values: [String: Double]) {
    say(
      ProgressLine.evaluation("\(name), step \(step)", values, console: console),
      ProgressEvent(
        event: .evaluation, stage: stage, step: step, evaluation: name, values: values))
  }

  /// A stage is done; its last line stays.
  func stageFinished() {
    state.withLock { state in
      guard let stage = state.stage else { return }
      clear(&state)
      let seconds = clock() - stage.started
      tell(
        ProgressLine.finished(stage, seconds: seconds, console: console),
        ProgressEvent(
          event: .stageFinished, stage: stage.name, step: stage.step, of: stage.of,
          seconds: seconds))
      state.stage = nil
    }
  }

  /// Any other line, above the ones that redraw themselves.
  func say(_ line: String) { say(line, ProgressEvent(event: .note, text: line)) }

  /// What is shown in every mode: something is not as it should be.
  func warn(_ line: String) {
    state.withLock { state in
      clear(&state)
      if mode == .none {
        console.note("warning: \(line)")
      } else {
        tell("warning: \(line)", ProgressEvent(event: .warning, text: line))
      }
      draw(&state, always: true)
    }
  }

  private func say(_ line: String, _ event: ProgressEvent) {
    state.withLock { state in
      clear(&state)
      tell(line, event)
      draw(&state, always: true)
    }
  }

  /// A line for people, or the event it stands for.
  private func tell(_ line: String, _ event: ProgressEvent) {
    switch mode {
    case .auto, .bar, .plain: console.note(line)
    case .json:
      // Numbers that are not finite stop a run before they are told of.
      if let text = try? JSONOutput.line(event) { console.note(text) }
    case .none: break
    }
  }

  /// Leaves the terminal as it was found: for the end of a run, whatever ended it.
  func finish() {
    state.withLock { state in
      clear(&state)
      state.stage = nil
    }
  }

  private func log(_ state: inout State, _ stage: StageState) {
    let every = max(1, stage.of / Self.logLines)
    guard
      stage.step == stage.of || stage.step - state.lastLoggedStep >= every
        || clock() - state.lastLogged >= Self.logInterval
    else { return }
    state.lastLogged = clock()
    state.lastLoggedStep = stage.step
    console.note(ProgressLine.log(stage, now: clock()))
  }

  private func draw(_ state: inout State, always: Bool) {
    guard mode == .bar, let stage = state.stage else { return }
    let now = clock()
    guard always || now - state.lastDrawn >= Self.redrawInterval else { return }
    let lines = ProgressLine.live(stage, now: now, console: console)
    state.picture.draw(lines, on: console)
    state.lastDrawn = now
  }

  private func clear(_ state: inout State) {
    state.picture.clear(console)
  }
}
