import Foundation
import Testing

@testable import Trainer

/// What the trace keeps of a record for its judges.
@Suite struct JudgedColumnsRunTests {
  private static let sees = "sees: [item.problem,"

  @Test func whatAJudgeIsShownOfARecordIsInTheTrace() async throws {
    try await withFolder { folder in
      let run = TinyRun(in: folder)
      try await run.run(
        TinyRun.graph([(Self.sees, "sees: [item.family, item.path, item.problem,")]))
      let items = run.recorder.rollouts.map(\.item)
      #expect(!items.isEmpty)
      for item in items {
        #expect(item.columns?.keys.sorted() == ["family", "path"])
        #expect(item.columns?["family"]?.isEmpty == false)
        // As the judge saw it, where `path` is that of the file.
        #expect(item.columns?["path"]?.hasPrefix("clips/") == true)
        #expect(item.path.hasSuffix(item.columns?["path"] ?? "nothing"))
        #expect(item.text(of: "path") == item.columns?["path"])
        #expect(item.text(of: "problem") == item.problem)
        #expect(item.text(of: "options") == item.options.joined(separator: "\n"))
        #expect(item.text(of: "solution") == nil)
      }
      let copies = try JSONDecoder().decode(
        [RolloutRecord.Item].self, from: JSONEncoder().encode(items))
      #expect(copies == items)
    }
  }

  @Test func whatWasRetrievedIsReadAsJudgesSawIt() {
    var item = RolloutRecord.Item(
      problemID: "1", problem: "?", options: [], answer: "4", path: "a.mp4",
      problemType: "numerical")
    #expect(item.text(of: "passages") == nil)
    item.passages = ["red pays 4", "blue pays 7"]
    #expect(item.text(of: "passages") == "red pays 4\nblue pays 7")
    #expect(item.text(of: "options")?.isEmpty == true)
    // The trace has the path of the file, not that of the record.
    #expect(item.text(of: "path") == nil)
  }

  @Test func whatEveryTraceKeepsIsThereOnce() async throws {
    try await withFolder { folder in
      let run = TinyRun(in: folder)
      try await run.run(TinyRun.graph())
      #expect(run.recorder.rollouts.allSatisfy { $0.item.columns == nil })
      let text = String(decoding: try JSONEncoder().encode(run.recorder.rollouts), as: UTF8.self)
      #expect(!text.contains("\"columns\""))
    }
  }
}
