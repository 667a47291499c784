import Foundation
import RecipeLanguage
import Rewards
import TestSupport
import Testing
import Trainer

@testable import Experiments

@Suite("The page of several runs")
struct ComparisonReportTests {
  /// A run that got some of 40 questions right after 300 steps.
  private func make(
    _ name: String, in folder: URL, right: Set<Int>, gain: Double = 0.4, stage: String = "rl"
  ) throws -> RunDirectory {
    let run = try RunDirectory.create(
      at: folder.appendingPathComponent(name), recipe: RecipeRecord(text: "title: <\(name)>\n"))
    let metrics = try run.writer(for: .metrics)
    var random = Random(state: UInt64(right.count))
    for step in 1...300 {
      let progress = Double(step) / 300
      try metrics.append(
        StepRecord(
          stage: stage, algorithm: "grpo", step: step, of: 300,
          values: [
            "accuracy": 0.4 + gain * progress + 0.03 * random.normal(), "loss": 0.1,
            "process/reasoning": 1 + progress, "length/response": 40 + 20 * gain * progress,
            "length/think": 30, "zero_variance/reasoning": 0.4, "generated_tokens": 500,
            "reward/correct": 0.5, "tokens": 400,
          ]))
    }
    try metrics.append(
      EvaluationRecord(
        stage: stage, evaluation: "held_out", step: 300,
        values: ["accuracy": Double(right.count) / 40]))
    try run.evaluations.write(
      (0..<40).map { question in
        EvaluatedItem(
          evaluation: "held_out", stage: stage, step: 300, question: question,
          item: EvaluatedItem.Item(
            DataRecord(
              problemID: "\(question)", problem: "how many?", answer: "2", path: "a.mp4",
              problemType: "numerical")),
          response: "", tokens: 1, finish: "stop",
          values: ["accuracy": right.contains(question) ? 1 : 0])
      })
    var summary = RunSummary(
      title: name, seed: 7,
      stages: [.init(name: stage, algorithm: "grpo", steps: 300, seconds: 75)], segments: [])
    summary.seconds = 90
    summary.outcome = .finished
    try run.write(json: summary, to: .summary)
    return run
  }

  private func settings(_ rows: [SettingsComparison.Row] = []) -> SettingsComparison {
    SettingsComparison(rows)
  }

  @Test func `one file that asks the network for nothing, the same bytes every time`() throws {
    try withTemporaryDirectory { folder in
      let runs = [
        try make("a", in: folder, right: Set(0..<16)),
        try make("b", in: folder, right: Set(4..<34), gain: 0.5),
        try make("c", in: folder, right: Set(0..<20), gain: 0.1),
      ]
      let rows = [
        SettingsComparison.Row(
          path: "stages.rl.group_size", changesResults: true, values: ["8", "16", "8"]),
        SettingsComparison.Row(
          path: "run.threads", changesResults: false, values: ["1", nil, "2"]),
      ]
      let page = try ComparisonReport.html(runs, settings: settings(rows))
      #expect(try page == ComparisonReport.html(runs, settings: settings(rows)))
      #expect(page.utf8.count < 500_000)
      for reference in ["http://", "https://", "src=", "<script", "<link", "@import", "url("] {
        #expect(!page.contains(reference), "\(reference)")
      }
      if let out = ProcessInfo.processInfo.environment["SOUSVIDE_COMPARISON_OUT"] {
        try page.write(toFile: out, atomically: true, encoding: .utf8)
      }
    }
  }

  @Test func `evaluations have intervals, and differences their test`() throws {
    try withTemporaryDirectory { folder in
      let runs = [
        try make("a", in: folder, right: Set(0..<16)),
        try make("b", in: folder, right: Set(4..<34)),
      ]
      let page = try ComparisonReport.html(runs, settings: settings())
      // Wilson's interval of 16 of 40.
      #expect(page.contains("40.0 <small>26.3\u{2013}55.4</small>"))
      #expect(page.contains("+35.0 <small>"))
      // 4 questions only the first has right, 18 only the second: two tails of 22 tosses, 2 sum C(22, 0...4) / 2^22.
      #expect(page.contains("<td title=\"mcnemar\">0.004</td>"))
      #expect(page.components(separatedBy: "class=\"interval\"").count == 3)
    }
  }

  @Test func `evaluations that all runs share are folded`() throws {
    try withTemporaryDirectory { folder in
      let runs = [
        try make("a", in: folder, right: [1, 2]), try make("b", in: folder, right: [1, 2]),
      ]
      let page = try ComparisonReport.html(runs, settings: settings())
      #expect(page.contains("<details class=\"numbers\"><summary>All runs measured the same"))
      #expect(!page.contains("class=\"interval\""))
    }
  }

  @Test func `every course has the colour and the letter of its run`() throws {
    try withTemporaryDirectory { folder in
      let runs = [
        try make("a", in: folder, right: [1]), try make("b", in: folder, right: [2]),
      ]
      let page = try ComparisonReport.html(runs, settings: settings())
      for title in [
        "Accuracy", "Reward of reasoning", "Length of response", "Length of think", "Loss",
        "Groups without a signal: reasoning", "Reward correct",
      ] {
        let figure = page.components(separatedBy: "<h4>\(title)</h4>").dropFirst().first ?? ""
        let chart = figure.components(separatedBy: "</svg>")[0]
        if title == "Accuracy", !chart.contains("mean run-0") { continue }
        #expect(chart.contains("class=\"mean run-0\""), "\(title)")
        #expect(chart.contains("class=\"mean run-1\""), "\(title)")
        #expect(chart.contains(">A ") && chart.contains(">B "), "\(title)")
      }
      #expect(!page.contains("class=\"each"), "single steps of several runs only hide each other")
    }
  }

  @Test func `settings that results depend on come first, and the others are folded`() throws {
    try withTemporaryDirectory { folder in
      let runs = [
        try make("a", in: folder, right: [1]), try make("b", in: folder, right: [2]),
      ]
      let rows = [
        SettingsComparison.Row(path: "run.threads", changesResults: false, values: ["1", "2"]),
        SettingsComparison.Row(
          path: "rewards.x.when", changesResults: true, values: ["a < b", "a & b"]),
      ]
      let page = try ComparisonReport.html(runs, settings: settings(rows))
      #expect(page.contains("<td><code>a &lt; b</code></td>"))
      #expect(page.contains("<td class=\"other\"><code>a &amp; b</code></td>"))
      let folded = page.components(separatedBy: "Results do not depend on").dropFirst().first
      #expect(folded?.contains("run.threads") == true && folded?.contains("rewards.x") == false)
      #expect(page.contains("<code>a</code>") && !page.contains("<a>"))
    }
  }

  @Test func `stages that only one run has, lengths, tokens and time are there`() throws {
    try withTemporaryDirectory { folder in
      let runs = [
        try make("a", in: folder, right: [1]), try make("b", in: folder, right: [2], stage: "grpo"),
      ]
      let page = try ComparisonReport.html(runs, settings: settings())
      #expect(page.contains("<h3 class=\"stage\">RL</h3>"))
      #expect(page.contains("<h3 class=\"stage\">GRPO</h3>"))
      #expect(page.contains("<td>150\u{202F}000</td><td>150\u{202F}000</td>"), "generated tokens")
      #expect(page.contains("<td>1 min 30 s</td><td>1 min 30 s</td>"))
      #expect(page.contains("<td>1 min 15 s</td><td>\u{2013}</td>"))
    }
  }

  @Test func `runs of the same name are called by their folders`() throws {
    try withTemporaryDirectory { folder in
      let runs = [
        try make("x/a", in: folder, right: [1]), try make("y/a", in: folder, right: [2]),
        try make("y/b", in: folder, right: [3]),
      ]
      #expect(ComparisonContents.names(of: runs) == ["x/a", "y/a", "b"])
    }
  }

  @Test func `a run that has recorded nothing is a named error, and the page stays as it was`()
    throws
  {
    try withTemporaryDirectory { folder in
      let first = try make("a", in: folder, right: [1])
      let empty = try RunDirectory.create(at: folder.appendingPathComponent("e"), recipe: "a: 1\n")
      let file = folder.appendingPathComponent("page.html")
      try Data("old".utf8).write(to: file)
      #expect(throws: ExperimentError.nothingRecorded(path: empty.url.path)) {
        try ComparisonReport.write([first, empty], settings: settings(), to: file)
      }
      #expect(try String(contentsOf: file, encoding: .utf8) == "old")
    }
  }
}
