import Foundation
import TestSupport
import Testing
import Trainer

@testable import Experiments

@Suite("The report")
struct ReportTests {
  /// The page of the synthetic run. With `SOUSVIDE_REPORT_OUT` set it is also written there, to look
  /// at in a browser.
  private func page() throws -> String {
    try withTemporaryDirectory { folder in
      let run = try SyntheticRun.make(in: folder)
      let clips = run.url.appendingPathComponent("clips")
      try FileManager.default.createDirectory(at: clips, withIntermediateDirectories: true)
      for kind in 0..<3 { try Data().write(to: clips.appendingPathComponent("\(kind).mp4")) }
      let page = try Report.html(for: run, frames: SyntheticRun.frames)
      if let out = ProcessInfo.processInfo.environment["SOUSVIDE_REPORT_OUT"] {
        try page.write(toFile: out, atomically: true, encoding: .utf8)
      }
      return page
    }
  }

  @Test func `one file under 1,5 MB that asks the network for nothing`() throws {
    let page = try page()
    #expect(page.utf8.count < 1_500_000)
    for reference in ["http://", "https://", "src=\"/", "<script", "<link", "@import", "url("] {
      #expect(!page.contains(reference), "\(reference)")
    }
    #expect(page.contains("data:image/png;base64,"))
  }

  @Test func `shows the final numbers, their change and the blind guess`() throws {
    let page = try page()
    #expect(page.contains("87.4<small>%</small>"))
    #expect(page.contains("+15.4 points"))
    #expect(page.contains("blind guess 38.4\u{202F}%"))
    #expect(page.contains("<td class=\"better\">\u{2212}1.4</td>"), "lucky answers fell: better")
  }

  @Test func `says what the run does not show`() throws {
    let page = try page()
    #expect(page.contains("does not teach the model to see"))
    #expect(page.contains("the standard error of the accuracy is 1.5 points"))
    #expect(page.contains("it copies traces of a biased teacher"))
  }

  @Test func `draws the declared window as a band over the summed length`() throws {
    let page = try page()
    #expect(page.contains("Length of think + answer"))
    #expect(page.contains(">4\u{2013}24 tokens</text>"))
    #expect(page.contains(">7\u{2013}24 tokens</text>"))
  }

  @Test func `every picture and chart has a description`() throws {
    let page = try page()
    #expect(
      page.components(separatedBy: "<img ").dropFirst().allSatisfy { $0.hasPrefix("alt=\"Frame") })
    let charts = page.components(separatedBy: "<svg ").dropFirst()
    #expect(charts.count > 20)
    for chart in charts {
      let tag = chart.prefix { $0 != ">" }
      #expect(tag.contains("aria-label=") || tag.contains("aria-hidden="), "\(tag)")
    }
  }

  @Test func `segments carry their own advantage and the sign of their process`() throws {
    let page = try page()
    #expect(page.contains("<div class=\"segment p0\">"))
    #expect(page.contains("<div class=\"segment p1\">"))
    #expect(page.contains("the right answer does not follow from the observation"))
  }

  @Test func `is the same bytes every time`() throws {
    #expect(try page() == page())
  }

  @Test func `a token says what else could have stood there, where that is known`() throws {
    func text(_ choices: [[RolloutRecord.Choice]]?, shown: Bool = true) -> String {
      let response = RolloutRecord.Response(
        text: " <think> up</think>", pieces: [" ", "<think>", " up", "</think>"],
        parts: ["think", "think", "think", "think"], advantages: [1, 1, 1, 1],
        segments: ["think": "found"], rewards: [:], reasons: [:], totals: [:], choices: choices)
      return AdvantageText(
        response: response, palette: ProcessPalette(processes: [], processOfSegment: [:]),
        showsChoices: shown
      ).html.markup
    }
    func choice(_ text: String, _ probability: Double) -> RolloutRecord.Choice {
      RolloutRecord.Choice(text: text, probability: probability)
    }
    let choices = [
      [choice(" ", 1)], [choice("<think>", 0.99)], [choice(" up", 0.62), choice(" down", 0.3)],
      [choice("</think>", 0.9)],
    ]
    let known = text(choices)
    #expect(
      known.contains(
        "<span class=\"token\" title=\" up  62.0\u{202F}%\n down  30.0\u{202F}%\"> up</span>"))
    #expect(known.contains("<span class=\"token tag\" title=\"&lt;think&gt;  99.0\u{202F}%\">"))
    #expect(known.components(separatedBy: "title=").count == 4, "not the blank before the segment")
    for plain in [text(nil), text(choices, shown: false), text(Array(choices.dropLast()))] {
      #expect(!plain.contains("title="))
      #expect(plain.contains("<span class=\"tag\">&lt;think&gt;</span> up"))
    }
  }

  @Test func `what a model wrote never becomes markup`() throws {
    try withTemporaryDirectory { folder in
      let run = try RunDirectory.create(
        at: folder.appendingPathComponent("r"), recipe: "about: {title: \"<b>\"}\n")
      let recorder = try RunRecorder(run)
      try recorder.receive(
        .step(.init(stage: "rl", algorithm: "grpo", step: 1, of: 1, values: ["reward/r": 1])))
      let attack = "<img src=x onerror=alert(1)>"
      let item = RolloutRecord.Item(
        problemID: "1", problem: attack, options: [attack], answer: attack, path: attack,
        problemType: attack)
      try recorder.receive(
        .rollouts(
          .init(
            stage: "rl", step: 1, item: item,
            responses: [
              .init(
                text: attack, pieces: [attack], parts: [attack], advantages: [1],
                segments: [attack: attack], rewards: [attack: 0], reasons: [attack: attack],
                totals: [attack: 0], finish: "stop",
                choices: [[.init(text: attack, probability: 1)]])
            ])))
      let page = try Report.html(for: run, frames: SyntheticRun.frames)
      #expect(!page.contains("<img"))
      #expect(page.contains("&lt;img src=x onerror=alert(1)&gt;"))
    }
  }

  @Test func `what was retrieved for a question stands beside it`() throws {
    func page(_ passages: [String]?) throws -> String {
      try withTemporaryDirectory { folder in
        let run = try RunDirectory.create(
          at: folder.appendingPathComponent("r"), recipe: "about: {title: retrieving}\n")
        let recorder = try RunRecorder(run)
        try recorder.receive(
          .step(.init(stage: "rl", algorithm: "grpo", step: 1, of: 1, values: ["reward/r": 1])))
        let item = RolloutRecord.Item(
          problemID: "1", problem: "what does red pay ?", options: [], answer: "4", path: "1.mp4",
          problemType: "numerical", passages: passages)
        try recorder.receive(
          .rollouts(
            .init(
              stage: "rl", step: 1, item: item,
              responses: [
                .init(
                  text: "4", pieces: ["4"], parts: ["answer"], advantages: [1], segments: [:],
                  rewards: ["r": 1], reasons: [:], totals: ["r": 1], finish: "stop")
              ])))
        return try Report.html(for: run, frames: SyntheticRun.frames)
      }
    }
    let found = try page(["red pays 4 & more", "<i>blue</i> pays 7"])
    #expect(found.contains("<details class=\"passages\" open"))
    #expect(found.contains("<ol><li>red pays 4 &amp; more</li><li>&lt;i&gt;blue"))
    let long = try page([String(repeating: "red ", count: 200)])
    #expect(long.contains("<details class=\"passages\"><summary>"))
    #expect(try page([]).contains("no passage has anything in common with it"))
    #expect(try !page(nil).contains("class=\"passages\""))
  }

  @Test func `a run that has recorded nothing is a named error`() throws {
    try withTemporaryDirectory { folder in
      let run = try RunDirectory.create(at: folder.appendingPathComponent("r"), recipe: "x: 1\n")
      #expect(throws: ExperimentError.nothingRecorded(path: run.url.path)) {
        try Report.html(for: run)
      }
    }
  }

  @Test func `a clip that is gone is said, not replaced`() throws {
    try withTemporaryDirectory { folder in
      let page = try Report.html(for: SyntheticRun.make(in: folder), frames: SyntheticRun.frames)
      #expect(page.contains("The clip is no longer where the run found it."))
      #expect(!page.contains("<img"))
    }
  }

  @Test func `frames stop when the page would grow too large`() throws {
    try withTemporaryDirectory { folder in
      let file = folder.appendingPathComponent("a.mp4")
      try Data().write(to: file)
      let large = ClipFrames { _ in [ReportFrame(png: Data(count: 60), seconds: 0)] }
      var clips = ClipStrips(folders: [folder], frames: large, remainingBytes: 100)
      #expect(clips.strip(of: "a.mp4", describing: "").markup.contains("<img"))
      #expect(clips.strip(of: "a.mp4", describing: "").markup.contains("left out"))
    }
  }
}
