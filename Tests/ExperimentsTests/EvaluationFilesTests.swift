import Foundation
import Rewards
import Testing
import Trainer

@testable import Experiments

@Suite struct EvaluationFilesTests {
  private func withFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("sousvide-evaluations-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  private func item(
    _ question: Int, _ accuracy: Double, input: EvaluatedItem.Input = .video, family: String
  ) -> EvaluatedItem {
    EvaluatedItem(
      evaluation: "held_out", stage: "rl", step: 80, question: question, input: input,
      item: EvaluatedItem.Item(
        DataRecord(
          problemID: "\(question)", problem: "how many?", answer: "2", path: "a.mp4",
          problemType: "numerical", family: family)),
      response: "<answer>\u{1F35D}", tokens: 3, finish: "length", answered: .missing,
      values: ["accuracy": accuracy], reasons: ["accuracy": "answer: truncated"])
  }

  @Test func whatIsWrittenIsReadBackAndReplaced() throws {
    try withFolder { folder in
      let files = EvaluationFiles(folder.appendingPathComponent("evaluations"))
      #expect(try files.read("held_out", stage: "rl").isEmpty)
      try files.write([])
      let first = [item(0, 0, family: "count"), item(1, 1, family: "when")]
      try files.write(first)
      #expect(try files.read("held_out", stage: "rl") == first)
      try files.write([first[1]])
      #expect(try files.read("held_out", stage: "rl") == [first[1]])
    }
  }

  @Test func aDamagedLineIsNamed() throws {
    try withFolder { folder in
      let files = EvaluationFiles(folder)
      try files.write([item(0, 0, family: "count")])
      let file = files.url("held_out", stage: "rl")
      let text = try String(contentsOf: file, encoding: .utf8) + "{\"evaluation\": 3}\n"
      try text.write(to: file, atomically: true, encoding: .utf8)
      #expect {
        try files.read("held_out", stage: "rl")
      } throws: { error in
        "\(error)".contains("rl.jsonl") && "\(error)".contains("line 2")
      }
    }
  }

  @Test func theReportShowsIntervalsAndTheObservationOnlyTable() throws {
    try withFolder { folder in
      let run = try SyntheticRun.make(in: folder)
      let plain = try Report.html(for: run)
      #expect(!plain.contains("Evaluations in detail"))
      let recorder = try RunRecorder(run)
      try recorder.receive(
        .evaluated([
          item(0, 1, family: "count"), item(1, 0, family: "when"),
          item(0, 0, input: .observation, family: "count"),
          item(1, 0, input: .observation, family: "when"),
        ]))
      let page = try Report.html(for: run)
      #expect(page.contains("Evaluations in detail"))
      // One of two: Wilson's interval from 9.5 to 90.5 %.
      #expect(page.contains("50.0 <small>9.5\u{2013}90.5</small>"))
      #expect(page.contains("Answered from the observation alone"))
      #expect(page.contains("\u{2212}50.0 <small>"))
      #expect(page.contains(">missing</th>"))
    }
  }
}
