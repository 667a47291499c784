import Foundation
import Testing

@testable import Experiments
@testable import sousvide

/// What `sousvide sweep show` makes of results.
struct SweepShowTests {
  private typealias Cell = SweepResults.Cell

  private static func trial(
    _ seed: UInt64, _ status: TrialStatus, _ value: Double? = nil, endedAt: Int? = nil,
    reason: String? = nil
  ) -> SweepResults.Trial {
    SweepResults.Trial(
      name: "t\(seed)", seed: seed, status: status, reason: reason, endedAt: endedAt,
      endedWith: nil, value: value, evaluation: [:], training: [:], steps: 4, generatedTokens: 10,
      seconds: 1, stageSeconds: 1, responses: nil)
  }

  private static func cell(
    _ window: String, control: String? = nil, _ trials: [SweepResults.Trial], best: Bool = false,
    against: PairedTest? = nil
  ) -> Cell {
    let finished = trials.filter { $0.status == .finished }
    return Cell(
      name: control ?? window, isControl: control != nil,
      assignments: [.init(parameter: "window", value: window)], trials: trials,
      value: SeedEstimate(finished.compactMap(\.value)), evaluation: [:],
      training: finished.isEmpty
        ? [:]
        : ["truncated": SeedEstimate([0.25]), "length/response": SeedEstimate([31])]
          .compactMapValues { $0 },
      generatedTokens: nil, seconds: nil, againstBest: against, isAmongTheBest: best)
  }

  private static let results = SweepResults(
    name: "windows", title: "Windows", recipe: "windows.yaml", axes: ["window"], seeds: [7, 8],
    objective: .init(
      text: "eval.check.accuracy", maximizes: true, evaluation: "check", metric: "accuracy",
      trainingMeasure: "accuracy", stage: "rl"),
    cells: [
      cell(
        "8..32 tok", control: "published",
        [trial(7, .finished, 0.5), trial(8, .finished, 0.625)], best: true,
        against: PairedTest([[0: 1, 1: 0]], [[0: 0, 1: 1]])),
      cell("8..64 tok", [trial(7, .finished, 0.75), trial(8, .finished, 0.75)], best: true),
      cell("16..32 tok", [trial(7, .pruned, endedAt: 20), trial(8, .pruned)]),
      cell("16..64 tok", [trial(7, .finished, 0.25), trial(8, .failed, reason: "ended\nNaN")]),
    ],
    excluded: [],
    infeasible: [
      .init(
        assignments: [.init(parameter: "window", value: "16..128 tok")], control: nil,
        findings: [.init(code: "SV5203", message: "unreachable")])
    ], duplicates: [], stages: [], best: "8..64 tok",
    statuses: ["finished": 5, "pruned": 2, "failed": 1])

  private func text(colour: Bool) -> String {
    let recording = Recording()
    return SweepTable(results: Self.results, console: recording.console(colour: colour)).text
  }

  @Test func aMapAndATableAreDrawnPlainly() {
    let lines = text(colour: false).split(separator: "\n", omittingEmptySubsequences: false)
      .map(String.init)
    #expect(
      lines == [
        "windows: 5 finished, 1 failed, 2 pruned", "",
        "window, min (down), max (across)",
        "       32       64      128",
        " 8  [0.562=]  0.750*",
        "16     p      0.250!     x",
        "* best   = not distinguishable from it   [ ] control   p pruned   ! failed   x cannot be run",
        "",
        "   cell                 seeds       accuracy  length  truncated",
        "*  window=8..64 tok       2/2  0.750 ± 0.000      31       25 %",
        "=  published (control)    2/2  0.562 ± 0.794      31       25 %",
        "   window=16..64 tok      1/2          0.250      31       25 %  failed: NaN",
        "   window=16..32 tok      0/2                                    pruned at step 20",
        "", "best by eval.check.accuracy: window=8..64 tok",
        "not distinguishable from it (paired by question, Holm-corrected, 5 %): published (control)",
      ], "\(lines.joined(separator: "\n"))")
  }

  @Test func colourIsForConsolesThatHaveIt() {
    let coloured = text(colour: true)
    // The best on the brightest ground, the worst on the darkest.
    #expect(coloured.contains("\u{1B}[48;5;185m\u{1B}[38;5;16m 0.750* \u{1B}[0m"))
    #expect(coloured.contains("\u{1B}[48;5;54m\u{1B}[38;5;231m 0.250! \u{1B}[0m"))
    #expect(!text(colour: false).contains("\u{1B}"))
  }
}
