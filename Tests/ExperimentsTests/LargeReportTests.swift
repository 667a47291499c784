import Foundation
import TestSupport
import Testing
import Trainer

@testable import Experiments

@Suite("The report of a large run")
struct LargeReportTests {
  /// With `SOUSVIDE_LARGE_REPORT_OUT` set the page is also written there, for `make report-speed`.
  @Test
  func `10,000 steps and 1,000 long responses make a page under 2 MB that says what it leaves out`()
    throws
  {
    try withTemporaryDirectory { folder in
      let run = try LargeRun.make(in: folder)
      let page = try Report.html(for: run, frames: SyntheticRun.frames)
      #expect(page.utf8.count < 2_000_000, "\(page.utf8.count)")
      #expect(page.contains("Shown are 6 of 125 recorded groups"))
      #expect(page.components(separatedBy: "<article class=\"sample\">").count == 7)
      #expect(page.contains("5000 steps"))
      if let out = ProcessInfo.processInfo.environment["SOUSVIDE_LARGE_REPORT_OUT"] {
        try page.write(toFile: out, atomically: true, encoding: .utf8)
      }
    }
  }

  @Test func `a step that stands out is seen however long the run`() {
    var points = (0..<10_000).map { ChartPoint(x: Double($0), y: 0.5) }
    points[7_777].y = 3
    points[7_778].y = -2
    let drawn = Smoothing.extremes(points, to: 240)
    #expect(drawn.count <= 240)
    #expect(drawn.contains(points[7_777]) && drawn.contains(points[7_778]))
    #expect(drawn.map(\.x) == drawn.map(\.x).sorted())
    #expect(Smoothing.extremes(points, to: 20_000) == points)
  }

  private func section(_ responses: [RolloutRecord.Response], budget: Int) throws -> String {
    try withTemporaryDirectory { folder in
      let run = try RunDirectory.create(at: folder.appendingPathComponent("r"), recipe: "a: 1\n")
      try run.writer(for: .metrics).append(
        StepRecord(stage: "rl", algorithm: "grpo", step: 1, of: 1, values: ["reward/r": 1]))
      try run.writer(for: .rollouts).append(
        RolloutRecord(
          stage: "rl", step: 1,
          item: .init(
            problemID: "1", problem: "why?", options: [], answer: "4", path: "", problemType: "n"),
          responses: responses))
      let contents = try ReportContents(run)
      var clips = ClipStrips(folders: [], frames: SyntheticRun.frames, remainingBytes: 0)
      let section = ResponsesSection(contents: contents, palette: ProcessPalette(contents))
      return section.html(&clips, budget: budget).markup
    }
  }

  private func response(
    _ words: Int, choices: Bool = false, reason: String = ""
  ) -> RolloutRecord.Response {
    let pieces = (0..<words).map { " word\($0)" }
    return RolloutRecord.Response(
      text: pieces.joined(), pieces: pieces, parts: pieces.map { _ in "answer" },
      advantages: pieces.map { _ in 1 }, segments: ["answer": "found"], rewards: ["r": 1],
      reasons: reason.isEmpty ? [:] : ["r": reason], totals: ["r": 1],
      choices: choices ? pieces.map { [.init(text: $0, probability: 1)] } : nil)
  }

  @Test func `of a long segment the start and the end are shown`() throws {
    let page = try section([response(2_000)], budget: 100_000)
    #expect(page.contains("word0 word1 ") && page.contains(" word1999"))
    #expect(!page.contains(" word1000 "))
    #expect(page.contains("characters left out"))
  }

  @Test func `the choices of tokens give way before the responses do`() throws {
    let response = response(100, choices: true)
    let whole = try section([response], budget: 100_000)
    #expect(whole.contains("class=\"token\""))
    let plain = try section([response], budget: 5_000)
    #expect(!plain.contains("class=\"token\"") && plain.contains("word0 word1"))
    let none = try section([response], budget: 500)
    #expect(!none.contains("word1") && none.contains("Too long for this page"))
  }

  @Test func `the rest of a group is told where it does not fit`() throws {
    let page = try section(Array(repeating: response(300), count: 8), budget: 12_000)
    #expect(page.contains("The other 5 of this group are left out"))
    #expect(
      try section(Array(repeating: response(3), count: 8), budget: 12_000).contains("<details"))
  }

  @Test func `a reason as long as a response is shortened`() throws {
    let page = try section(
      [response(3, reason: "answered '" + String(repeating: "x", count: 9_000) + "'")],
      budget: 20_000)
    #expect(page.contains("left out") && page.utf8.count < 5_000)
  }
}
