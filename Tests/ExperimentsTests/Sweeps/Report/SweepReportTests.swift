import Foundation
import Testing
import Trainer

@testable import Experiments

@Suite("The report of a sweep")
struct SweepReportTests {
  /// The page of the scene, made once. With `SOUSVIDE_SWEEP_REPORT_OUT` set it is also written there,
  /// to look at in a browser.
  private static let scene = Task {
    try await SweepScenes.with { folder in
      try SweepReportScene.make(in: folder)
      let page = try SweepReport.html(for: folder)
      if let out = ProcessInfo.processInfo.environment["SOUSVIDE_SWEEP_REPORT_OUT"] {
        try page.write(toFile: out, atomically: true, encoding: .utf8)
      }
      return page
    }
  }

  private func page() async throws -> String { try await Self.scene.value }

  /// The group of a cell in the map.
  private func group(_ title: String, in page: String) throws -> String {
    let parts = page.components(separatedBy: "<title>\(title)")
    let opening = try #require(parts.first?.components(separatedBy: "<g ").last)
    let rest = try #require(parts.dropFirst().first?.components(separatedBy: "</g>").first)
    return opening + rest
  }

  @Test func oneFileOfAllCellsAsksTheNetworkForNothing() async throws {
    let page = try await page()
    #expect(page.utf8.count < 2_000_000)
    for reference in ["http://", "https://", "src=\"", "<script", "<link", "@import", "url(/"] {
      #expect(!page.contains(reference), "\(reference)")
    }
    var position = page.startIndex
    for part in [
      "map", "cells", "choice", "training", "pareto", "curves", "responses", "provenance",
    ] {
      let found = try #require(page.range(of: "id=\"\(part)\"", range: position..<page.endIndex))
      position = found.upperBound
    }
  }

  @Test func everyCellHasMeanIntervalAndSeeds() async throws {
    let page = try await page()
    // e⁻⁰ and e^-(16/30)²: 0.3 + 0.4·0.7524 = 0.601, and 0.01 for one of two seeds.
    let control = try group("12..40 tok (control)", in: page)
    #expect(control.contains("class=\"cell control"))
    #expect(control.contains("class=\"outline\""))
    #expect(control.contains(">0.606</text>"))
    // 12.706 · 0.01 / 2.
    #expect(control.contains(">± 0.064</text>") && control.contains(">n = 2</text>"))
    let best = try group("window=12..56 tok", in: page)
    #expect(best.contains("among") && best.contains(">best</text>"))
    #expect(best.contains("class=\"up"))
    let worst = try group("window=28..32 tok", in: page)
    #expect(!worst.contains("among") && worst.contains("class=\"down"))
  }

  @Test func whatDidNotComeToTheEndIsMarkedWithItsReason() async throws {
    let page = try await page()
    let pruned = try group("window=28..72 tok", in: page)
    #expect(pruned.contains("class=\"cell pruned\"") && pruned.contains("class=\"hatch\""))
    #expect(pruned.contains("seed 7: pruned at step 12, 0.125: behind &lt;3&gt; of 4 peers"))
    #expect(pruned.contains(">step 12</text>"))
    #expect(page.contains("cannot be run\nSV5203: no response reaches &lt;88&gt;</title>"))
    #expect(page.contains(">SV5203</text>"))
    #expect(page.contains("left out: params.window.width &lt; 8</title>"))
  }

  @Test func textOfModelsIsNoMarkup() async throws {
    let page = try await page()
    #expect(page.contains("<h1>Windows &lt;of&gt; &quot;length&quot;</h1>"))
    #expect(page.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"))
    #expect(!page.contains("<script") && !page.contains("<img") && !page.contains("\u{1}"))
    #expect(page.contains("What &lt;b&gt;colour&lt;/b&gt;?"))
    #expect(page.contains("answer: missing"))
    // The tags around segments are not what the model says between them.
    #expect(!page.contains("between segments"))
  }

  @Test func everyRunHasTheCommandThatMakesIt() async throws {
    let page = try await page()
    #expect(
      page.contains(
        "sousvide run scene.yaml --param &#39;window=12..56 tok&#39; --set stages.rl.seed=7"))
    #expect(page.contains("behind &lt;3&gt; of 4 peers</td>"))
    #expect(page.contains("<td>params.window.width &lt; 8</td>"))
  }

  @Test func pageTableAndResultsLieSideBySide() async throws {
    try await SweepScenes.with { folder in
      try SweepReportScene.make(in: folder, steps: 4, questions: 20)
      let before = try Data(contentsOf: folder.specificationFile)
      let page = try SweepReport.write(for: folder)
      #expect(page.path == folder.url.path + "/report/index.html")
      // The plan of the sweep has the same name in the folder above.
      #expect(try Data(contentsOf: folder.specificationFile) == before)

      let data = try Data(contentsOf: folder.reportFolder.appendingPathComponent("sweep.json"))
      let json = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
      #expect(json["schema"] as? String == "sousvide.sweep/1")
      #expect((json["cells"] as? [Any])?.count == 22)

      let table = try String(
        contentsOf: folder.reportFolder.appendingPathComponent("sweep.csv"), encoding: .utf8)
      let rows = CSVText.rows(table)
      #expect(rows.count == 1 + 44 && Set(rows.map(\.count)).count == 1)
      let head = try #require(rows.first)
      let pruned = try #require(rows.first { $0[0] == "28..72 tok-s7" })
      #expect(pruned[try #require(head.firstIndex(of: "reason"))] == "behind <3> of 4 peers")
      #expect(pruned[try #require(head.firstIndex(of: "objective"))] == "")
      let finished = try #require(rows.first { $0[0] == "12..56 tok-s8" })
      #expect(finished[try #require(head.firstIndex(of: "params.window"))] == "12..56 tok")
      #expect(Double(finished[try #require(head.firstIndex(of: "objective"))]) == 0.7)
    }
  }

  @Test func aSweepThatHasJustBegunSaysSo() async throws {
    try await SweepScenes.with { folder in
      let session = try SweepSession(SweepReportScene.specification(), in: folder)
      try session.record(SweepEvent(.started, trial: "12..40 tok-s7"))
      let page = try SweepReport.html(for: folder)
      #expect(page.contains("No run is finished yet"))
      #expect(page.contains(">waiting</text>") && page.contains("id=\"provenance\""))
      #expect(!page.contains("id=\"responses\"") && !page.contains("id=\"curves\""))
    }
  }

  @Test func aSweepWithoutCellsSaysSo() async throws {
    try await SweepScenes.with { folder in
      var plan = SweepScenes.specification([])
      plan.excluded = [.init(assignments: [], reason: "nothing fits")]
      _ = try SweepSession(plan, in: folder)
      let page = try SweepReport.html(for: folder)
      #expect(page.contains("No cell can be run.") && page.contains("nothing fits"))
      #expect(CSVText.rows(SweepCSV(try SweepResults(folder)).text).count == 1)
    }
  }

  @Test func valuesWithoutAMapAreATable() async throws {
    try await SweepScenes.with { folder in
      let plan = SweepScenes.specification(["1", "2", "3"], control: "2")
      _ = try SweepSession(plan, in: folder)
      for trial in plan.trials {
        try SweepScenes.finish(
          trial.name, in: folder, accuracy: (Double(trial.cell) ?? 0) / 4,
          steps: [
            StepRecord(stage: "rl", algorithm: "grpo", step: 1, of: 1, values: ["truncated": 0.5])
          ])
      }
      let page = try SweepReport.html(for: folder)
      #expect(!page.contains("id=\"map\"") && page.contains("<table class=\"cells\">"))
      #expect(page.contains("2 (control)") && page.contains("window=3"))
      #expect(page.contains("<h4>Truncated</h4>"))
    }
  }

  @Test func whatIsNoSweepHasNoReport() async throws {
    try await SweepScenes.with { folder in
      #expect(throws: ExperimentError.noSuchSweep(path: folder.url.path)) {
        try SweepReport.write(for: folder)
      }
      #expect(!FileManager.default.fileExists(atPath: folder.reportFolder.path))
    }
  }
}

/// Reads tables as RFC 4180 has them.
enum CSVText {
  static func rows(_ text: String) -> [[String]] {
    var rows: [[String]] = [[]]
    var field = ""
    var isQuoted = false
    var last: Unicode.Scalar = " "
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"":
        // A second one in a quoted field stands for itself.
        if !isQuoted, last == "\"" { field.unicodeScalars.append(scalar) }
        isQuoted.toggle()
      case "," where !isQuoted, "\n" where !isQuoted:
        rows[rows.count - 1].append(field)
        field = ""
        if scalar == "\n" { rows.append([]) }
      case "\r" where !isQuoted: break
      default: field.unicodeScalars.append(scalar)
      }
      last = scalar
    }
    return rows.dropLast()
  }
}
