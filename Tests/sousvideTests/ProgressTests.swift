import Foundation
import Synchronization
import Testing
import Trainer

@testable import sousvide

@Suite("The progress display")
struct ProgressTests {
  private final class Clock: Sendable {
    private let seconds = Mutex(0.0)
    var now: Double { seconds.withLock { $0 } }
    func advance(_ step: Double) { seconds.withLock { $0 += step } }
  }

  private func show(_ steps: Int, console: Console, mode: ProgressMode = .auto) {
    let clock = Clock()
    let progress = Progress(console, mode: mode, clock: { clock.now })
    progress.stageStarted("rl", algorithm: "grpo", of: steps)
    for step in 1...steps {
      clock.advance(0.5)
      progress.step(step, values: ["accuracy": Double(step) / Double(steps), "loss": 0.25])
    }
    progress.stageFinished()
    progress.evaluated("held_out", after: "rl", values: ["accuracy": 0.874, "blind": 0.384])
    progress.finish()
  }

  @Test func `a log has few lines, no control characters, and the numbers`() {
    let recording = Recording()
    show(80, console: recording.console())
    let lines = recording.error.split(separator: "\n")
    #expect((10...18).contains(lines.count))
    #expect(!recording.error.unicodeScalars.contains { $0.value < 32 && $0 != "\n" })
    #expect(lines.first == "rl  grpo, 80 steps")
    #expect(lines.contains("  rl 42/80  accuracy 52.5%  loss 0.250  2.0 step/s  0:19 left"))
    #expect(lines.contains("  held_out  accuracy 87.4% (blind guess 38.4%)"))
    #expect(recording.output.isEmpty)
  }

  @Test func `programs get an object in a line of its own for everything that happens`() throws {
    let recording = Recording()
    show(4, console: recording.console(interactive: true), mode: .json)
    struct Event: Decodable {
      var schema: String
      var event: String
      var step: Int?
      var of: Int?
      var values: [String: Double]?
      var seconds: Double?
      var secondsLeft: Double?
    }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let events = try recording.error.split(separator: "\n").map {
      try decoder.decode(Event.self, from: Data($0.utf8))
    }
    #expect(
      events.map(\.event)
        == ["stage_started", "step", "step", "step", "step", "stage_finished", "evaluation"])
    #expect(events.allSatisfy { $0.schema == "sousvide.progress/1" })
    #expect(events[0].of == 4 && events[2].step == 2)
    #expect(events[2].values == ["accuracy": 0.5, "loss": 0.25])
    #expect(events[2].seconds == 1 && events[2].secondsLeft == 1)
    #expect(events[6].values == ["accuracy": 0.874, "blind": 0.384])
  }

  @Test func `what is asked for is shown whatever the terminal`() {
    let bar = Recording()
    show(20, console: bar.console(), mode: .bar)
    #expect(bar.error.contains("\u{1B}[2A\r"))
    let plain = Recording()
    show(20, console: plain.console(interactive: true), mode: .plain)
    #expect(!plain.error.contains("\u{1B}"))
    let none = Recording()
    show(20, console: none.console(interactive: true), mode: .none)
    #expect(none.error.isEmpty)
  }

  @Test(arguments: [
    (ProgressMode.plain, "warning: a state is damaged\n"),
    (.none, "warning: a state is damaged\n"),
    (
      .json,
      #"{"event":"warning","schema":"sousvide.progress/1","text":"a state is damaged"}"# + "\n"
    ),
  ]) func `warnings are shown in every mode`(mode: ProgressMode, expected: String) {
    let recording = Recording()
    Progress(recording.console(), mode: mode).warn("a state is damaged")
    #expect(recording.error == expected)
  }

  @Test func `another mode is refused by name`() async {
    let result = await sousvide("run", "recipe.yaml", "--progress", "plan")
    #expect(result.code == 2 && result.error.contains("did you mean `plain`?"), "\(result.error)")
  }

  @Test func `slow steps are logged by the clock`() {
    let recording = Recording()
    let clock = Clock()
    let progress = Progress(recording.console(), clock: { clock.now })
    progress.stageStarted("rl", algorithm: "grpo", of: 1000)
    for step in 1...3 {
      clock.advance(10)
      progress.step(step, values: [:])
    }
    #expect(recording.error.contains("rl 2/1000"))
    #expect(!recording.error.contains("rl 1/1000"))
  }

  @Test func `a terminal ends with only the lines that should stay`() {
    let recording = Recording()
    show(20, console: recording.console(interactive: true))
    #expect(
      screen(after: recording.error) == [
        "rl  grpo, 20 steps",
        "  done  20 steps in 10.0 s  accuracy 77.5%  loss 0.250",
        "  held_out  accuracy 87.4% (blind guess 38.4%)",
      ])
  }

  @Test func `a live line never wraps`() {
    for width in [40, 57, 80, 200] {
      let console = Recording().console(interactive: true, width: width)
      var stage = Progress.StageState(
        name: "rl", algorithm: "grpo", firstStep: 0, step: 1234, of: 99999, started: 0)
      for key in ["accuracy", "process/perception", "process/reasoning", "loss", "entropy"] {
        stage.values[key] = 0.5
        stage.history[key] = [0, 1, 0.5, 0.2, 0.1, 0.7, 0.8, 0.5, 0.5]
      }
      for line in ProgressLine.live(stage, now: 1000, console: console) {
        #expect(line.count < width, "\(width): \(line)")
      }
    }
  }

  @Test func `colour is used only where it is shown`() {
    let plain = Recording()
    show(3, console: plain.console(interactive: true))
    #expect(!plain.error.contains("\u{1B}[1m"))
    let coloured = Recording()
    show(3, console: coloured.console(interactive: true, colour: true))
    #expect(coloured.error.contains("\u{1B}[1mrl\u{1B}[0m"))
  }

  @Test func `NO_COLOR and dumb terminals are respected`() {
    let console = Console.standard(environment: ["NO_COLOR": "1", "TERM": "xterm"])
    #expect(!console.usesColour)
    #expect(!Console.standard(environment: ["TERM": "dumb"]).isInteractive)
    #expect(!Console.standard(environment: [:]).isInteractive)
  }

  @Test(arguments: [
    ([0.0, 1, 2, 3, 4, 5, 6, 7], "▁▂▃▄▅▆▇█"), ([5.0, 5, 5], "▁▁▁"), ([], ""), ([1.0, 0], "█▁"),
  ]) func `a sparkline spans its own range`(values: [Double], expected: String) {
    #expect(ProgressLine.sparkline(values, width: 8) == expected)
  }

  @Test func `the closing table lists every evaluation and where things are`() {
    let recording = Recording()
    let text = ResultsSummary(console: recording.console()).text(
      [
        .init(
          stage: "cold_start", evaluation: "held_out", step: 160,
          values: ["accuracy": 0.72, "sufficiency": 0.728]),
        .init(
          stage: "rl", evaluation: "held_out", step: 80,
          values: ["accuracy": 0.874, "sufficiency": 0.912, "blind": 0.384]),
      ], seconds: 252, places: [("report", "runs/quickstart/report.html")])
    #expect(
      text == """

                        accuracy   sufficient
          blind guess      38.4%
          cold_start       72.0%        72.8%
          rl               87.4%        91.2%

          finished in 4 min 12 s
          report  runs/quickstart/report.html
        """)
  }

  /// The lines on a terminal that has shown `text`: cursor up, erase to the line's end, erase below.
  private func screen(after text: String) -> [String] {
    var lines = [""]
    var (row, column) = (0, 0)
    var rest = text[...]
    while let character = rest.popFirst() {
      switch character {
      case "\n":
        (row, column) = (row + 1, 0)
        if row == lines.count { lines.append("") }
      case "\r": column = 0
      case "\u{1B}":
        rest.removeFirst()
        let digits = rest.prefix { $0.isNumber }
        rest = rest.dropFirst(digits.count)
        let code = rest.popFirst()
        if code == "A" { row -= Int(digits) ?? 1 }
        if code == "J" {
          lines.removeSubrange((row + 1)...)
          lines[row] = String(lines[row].prefix(column))
        }
      default:
        if column < lines[row].count { lines[row] = String(lines[row].prefix(column)) }
        lines[row].append(character)
        column += 1
      }
    }
    return lines.filter { !$0.isEmpty }
  }
}

/// Tests that send signals to this process, or run commands that listen to them: one after the other.
@Suite(.serialized) enum SignalTests {}

extension SignalTests {
  @Suite("Interruption") struct InterruptionTests {
    @Test func `the first Ctrl-C only asks`() async throws {
      let recording = Recording()
      let console = recording.console()
      let interruption = Interruption(announce: { console.note("stopping") })
      defer { interruption.stop() }
      #expect(!interruption.isRequested)
      kill(getpid(), SIGINT)
      for _ in 0..<1000 where recording.error.isEmpty {
        try await Task.sleep(for: .milliseconds(10))
      }
      #expect(interruption.isRequested)
      #expect(recording.error == "stopping\n")
    }
  }
}
