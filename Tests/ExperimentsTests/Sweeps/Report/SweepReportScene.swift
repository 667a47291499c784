import Foundation
import Trainer

@testable import Experiments

/// A sweep over windows with two seeds, as `sweep run` would leave it, for tests of its report.
enum SweepReportScene {
  static let lowers = [4, 12, 20, 28]
  static let uppers = [24, 32, 40, 56, 72, 88]
  /// What a model may write that would be markup.
  static let hostile = "</p><script>alert('x')</script><img src=x onerror=\"y\"> & \u{1}end"

  static func window(_ lower: Int, _ upper: Int) -> String { "\(lower)..\(upper) tok" }

  static func specification() -> SweepSpecification {
    let windows = lowers.flatMap { lower in uppers.map { window(lower, $0) } }
    var plan = SweepScenes.specification(windows, control: window(12, 40))
    plan.title = "Windows <of> \"length\""
    plan.trials = plan.trials.map { trial in
      var trial = trial
      trial.arguments = [
        "--param", "window=\(trial.cell)", "--set", "stages.rl.seed=\(trial.seed)",
      ]
      return trial
    }
    // Two of the grid do not run.
    let left = [window(28, 24), window(28, 88)]
    plan.cells.removeAll { left.contains($0.name) }
    plan.trials.removeAll { left.contains($0.cell) }
    plan.excluded = [
      .init(
        assignments: [.init(parameter: "window", value: left[0])], reason: "params.window.width < 8"
      )
    ]
    plan.infeasible = [
      .init(
        assignments: [.init(parameter: "window", value: left[1])], control: nil,
        findings: [.init(code: "SV5203", message: "no response reaches <88>")])
    ]
    return plan
  }

  /// Runs of all cells but the last, of which one seed was pruned and the other never started.
  static func make(
    in folder: SweepFolder, steps: Int = 60, questions: Int = 100
  ) throws {
    let plan = specification()
    let session = try SweepSession(plan, in: folder)
    let last = plan.cells.last?.name ?? ""
    for trial in plan.trials where trial.cell != last {
      let window = WindowText(trial.cell)
      let (low, high) = (Double(window?.lower ?? "") ?? 0, Double(window?.upper ?? "") ?? 0)
      let accuracy =
        0.3 + 0.4 * exp(-pow((low - 12) / 12, 2) - pow((high - 56) / 30, 2))
        + 0.01 * Double(trial.seed % 2)
      try SweepScenes.finish(
        trial.name, in: folder, accuracy: accuracy,
        steps: (1...steps).map { step in
          let share = Double(step) / Double(steps)
          return StepRecord(
            stage: "rl", algorithm: "grpo", step: step, of: steps,
            values: [
              "accuracy": accuracy * share + 0.03 * sin(Double(step)),
              "zero_variance/all": 0.5 - 0.3 * share, "truncated": high / 400,
              "length/response": high * 1.3, "length/think": high, "generated_tokens": high * 64,
              "zero_variance_reward/length_window": low / 40,
            ])
        })
      try write(trial, questions, accuracy, high, in: folder)
    }
    let name = "\(last)-s7"
    try session.record(SweepEvent(.started, trial: name))
    try session.record(
      SweepEvent(.pruned, trial: name, step: 12, value: 0.125, reason: "behind <3> of 4 peers"))
  }

  private static func write(
    _ trial: SweepSpecification.Trial, _ questions: Int, _ accuracy: Double, _ high: Double,
    in folder: SweepFolder
  ) throws {
    let run = try SweepScenes.directory(of: trial.name, in: folder)
    var summary = try run.read(RunSummary.self, from: .summary)
    summary?.segments = [
      .init(name: "think", process: "reasoning"), .init(name: "seen", process: "perception"),
    ]
    if let summary { try run.write(json: summary, to: .summary) }
    let items: [[String: Any]] = (0..<questions).map { question in
      let text = "<seen>a ball</seen> <think>\(hostile) it is red</think>"
      return [
        "evaluation": "check", "stage": "rl", "step": 10, "question": question, "input": "video",
        "sample": 0, "response": text, "tokens": Int(high), "finish": "stop",
        "item": [
          "problem_id": "\(question)", "problem": "What <b>colour</b>?",
          "options": ["A. red", "B. blue"], "answer": "A", "path": "", "problem_type": "choice",
          "data_source": "scene", "family": "colour",
        ] as [String: Any],
        "segments": [
          "think": ["outcome": "found", "content": "\(hostile) it is red", "tokens": 12],
          "seen": ["outcome": "found", "content": "a ball", "tokens": 2],
          "answer": ["outcome": "missing"],
        ] as [String: Any],
        "values": ["accuracy": Double(question) < accuracy * Double(questions) ? 1 : 0],
        "reasons": [String: String](),
      ]
    }
    let file = folder.responses(of: trial.name, SweepScenes.objective)
    try EvaluationFiles.makeFolder(of: file)
    let lines = try items.map { try JSONSerialization.data(withJSONObject: $0) + Data("\n".utf8) }
    try Data(lines.joined()).write(to: file)
  }
}
