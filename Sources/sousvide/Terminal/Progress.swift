import Foundation
import Synchronization

/// Shows a run to the person who started it: lines that redraw themselves on a terminal, plain lines
/// now and then in a log. All of it goes to standard error.
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
    var drawnLines = 0
    var lastDrawn = -Double.infinity
    var lastLogged = -Double.infinity
    var lastLoggedStep = 0
  }

  private let console: Console
  private let clock: @Sendable () -> Double
  private let state = Mutex(State())

  /// A redraw at most this often, in seconds.
  private static let redrawInterval = 0.1
  /// A log line at least this often, in seconds, while steps happen.
  private static let logInterval = 15.0
  /// About this many log lines per stage.
  private static let logLines = 12

  init(
    _ console: Console,
    clock: @escaping @Sendable () -> Double = { ProcessInfo.processInfo.systemUptime }
  ) {
    self.console = console
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
      console.note(
        "\(console.style(name, .bold))  \(console.style("\(algorithm), \(steps) steps\(resumed)", .faint))"
      )
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
      if console.isInteractive {
        draw(&state, always: step == stage.of)
      } else {
        log(&state, stage)
      }
    }
  }

  /// An evaluation is done.
  func evaluated(_ name: String, after stage: String, values: [String: Double]) {
    say(ProgressLine.evaluation(name, values, console: console))
  }

  /// A stage is done; its last line stays.
  func stageFinished() {
    state.withLock { state in
      guard let stage = state.stage else { return }
      clear(&state)
      console.note(ProgressLine.finished(stage, seconds: clock() - stage.started, console: console))
      state.stage = nil
    }
  }

  /// Any other line, above the ones that redraw themselves.
  func say(_ line: String) {
    state.withLock { state in
      clear(&state)
      console.note(line)
      draw(&state, always: true)
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
    guard console.isInteractive, let stage = state.stage else { return }
    let now = clock()
    guard always || now - state.lastDrawn >= Self.redrawInterval else { return }
    let lines = ProgressLine.live(stage, now: now, console: console)
    // One write per picture, so that nothing flickers: back to the first line, then each line
    // followed by "erase to its end".
    let back = state.drawnLines > 0 ? "\u{1B}[\(state.drawnLines)A\r" : "\r"
    console.error(back + lines.map { $0 + "\u{1B}[K\n" }.joined() + "\u{1B}[J")
    state.drawnLines = lines.count
    state.lastDrawn = now
  }

  private func clear(_ state: inout State) {
    guard state.drawnLines > 0 else { return }
    console.error("\u{1B}[\(state.drawnLines)A\r\u{1B}[J")
    state.drawnLines = 0
  }
}
