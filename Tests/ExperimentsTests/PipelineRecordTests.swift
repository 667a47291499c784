import Foundation
import TestSupport
import Testing
import Trainer

@testable import Experiments

@Suite("What pipelines leave in summary and report")
struct PipelineRecordTests {
  /// Ten items, of which two are written twice and three dropped.
  private static let funnel: PipelineFunnel = {
    var funnel = PipelineFunnel(steps: ["generated", "judged"])
    funnel.items = 10
    funnel.kept = 7
    funnel.retried = 2
    funnel.steps[0] = .init(name: "generated", reached: 12, passed: 11, dropped: 1)
    funnel.steps[1] = .init(name: "judged", reached: 11, passed: 7, dropped: 2)
    return funnel
  }()

  @Test("The funnel survives the file, and older summaries have none")
  func summary() throws {
    var stage = RunSummary.Stage(name: "traces", algorithm: "pipeline", steps: 10)
    stage.funnel = Self.funnel
    let data = try JSONEncoder().encode(stage)
    #expect(try JSONDecoder().decode(RunSummary.Stage.self, from: data) == stage)
    let older = Data(#"{"name": "rl", "algorithm": "grpo", "steps": 3}"#.utf8)
    #expect(try JSONDecoder().decode(RunSummary.Stage.self, from: older).funnel == nil)
  }

  @Test("The report has a row per step, and no chart of a loss that there is not")
  func report() throws {
    try withTemporaryDirectory { folder in
      let run = try SyntheticRun.make(in: folder)
      let before = try Report.html(for: run, frames: SyntheticRun.frames)
      #expect(!before.contains("Data pipelines"))

      var summary = try #require(try run.read(RunSummary.self, from: .summary))
      var stage = RunSummary.Stage(name: "traces", algorithm: "pipeline", steps: 10)
      stage.funnel = Self.funnel
      summary.stages.insert(stage, at: 0)
      try run.write(json: summary, to: .summary)
      let metrics = try run.writer(for: .metrics)
      try metrics.append(
        StepRecord(
          stage: "traces", algorithm: "pipeline", step: 10, of: 10,
          values: ["kept": 7, "items": 10]
        ))
      let page = try Report.html(for: run, frames: SyntheticRun.frames)
      #expect(page.contains("Data pipelines"))
      #expect(page.contains("7 of 10 items kept, 2 written again"))
      #expect(page.contains("<code>judged</code></th><td>11</td><td>7</td>"))
      let charts = { (text: String) in text.components(separatedBy: "<svg").count }
      #expect(charts(page) == charts(before))
    }
  }
}
