import Foundation
import RecipeLanguage
import TestSupport
import Testing

@testable import Rewards

/// What is known of a file of records without loading it for training.
@Suite struct RecordFileFactsTests {
  private func facts<Result>(
    _ text: String, media: String = "clips",
    limits: RecordFileFacts.Limits = RecordFileFacts.Limits(),
    _ body: (RecordFileFacts) throws -> Result
  ) throws -> Result {
    try withTemporaryDirectory { folder in
      let file = folder.appendingPathComponent("records.json")
      try Data(text.utf8).write(to: file)
      return try body(
        RecordFileFacts(
          path: file.path, name: "records.json",
          folders: MediaFolders(media: folder.appendingPathComponent(media)), limits: limits))
    }
  }

  private let published = """
    [{"problem": "Which, [a] or \\"b\\"?", "options": "['a', 'b']", "answer": "", "path": "1.mp4",
      "solution": "<answer>a</answer>", "problem_type": "multiple choice", "reward": "0.5"},
     {"problem": "How  many?", "options": "", "solution": "<answer>2</answer>", "path": "./2.mp4",
      "problem_type": "numerical", "reward": 1, "pass_rate": "0.25"},
     {"problem": "How many?", "options": [], "answer": "3", "path": "2.mp4",
      "problem_type": "numerical", "pass_rate": 0.75}]
    """

  @Test func columnsAreDescribedAsTheFileHasThem() throws {
    try facts(published) { facts in
      guard case .known(let columns) = facts.columns(), case .known(3) = facts.recordCount() else {
        Issue.record("not read")
        return
      }
      #expect(
        columns["problem_type"] == ColumnFacts(.text, values: ["multiple choice", "numerical"]))
      #expect(columns["answer"]?.missing == 0)
      #expect(columns["options"]?.kind == .list)
      #expect(columns["options"]?.missing == 2)
      #expect(columns["reward"]?.kind == .mixed)
      #expect(columns["reward"]?.missing == 1)
      #expect(columns["observation"] == nil)
    }
  }

  @Test func equalQuestionsAboutOneClipAreOneItem() throws {
    try facts(published) { facts in
      guard case .known(let items) = facts.itemDigests() else {
        Issue.record("not read")
        return
      }
      #expect(items.count == 2)
    }
  }

  /// One clip is one item, from whichever folder its record starts; two clips of one path are two.
  @Test func itemsAreToldApartByWhereTheirMediaLie() throws {
    let record = """
      [{"problem": "Which?", "answer": "a", "path": "1.mp4", "problem_type": "free-form",
        "data_source": "STAR/v1"}]
      """
    func item(_ media: String, _ roots: [String: String] = [:]) throws -> String? {
      try withTemporaryDirectory { folder in
        let file = folder.appendingPathComponent("records.json")
        try Data(record.utf8).write(to: file)
        let clips = URL(fileURLWithPath: "/clips", isDirectory: true)
        let facts = RecordFileFacts(
          path: file.path, name: "records.json",
          folders: MediaFolders(
            media: clips.appendingPathComponent(media),
            roots: roots.mapValues { clips.appendingPathComponent($0) }))
        if case .known(let items) = facts.itemDigests() { return items.first }
        return nil
      }
    }
    #expect(try item("all", ["STAR_v1": "star"]) != nil)
    #expect(try item("all", ["STAR_v1": "star"]) == item("star"))
    #expect(try item("all", ["STAR_v1": "star"]) != item("all", ["STAR_v1": "other"]))
    #expect(try item("all", ["STAR_v1": "star"]) != item("all", ["STAR": "star"]))
  }

  @Test func thePassRateIsTheMeanOfItsColumn() throws {
    try facts(published) { facts in
      guard case .known(let rate) = facts.passRate() else {
        Issue.record("no rate")
        return
      }
      #expect(rate == 0.5)
    }
    try facts("[{\"problem\": \"?\"}]") { facts in
      guard case .inapplicable = facts.passRate() else {
        Issue.record("a rate out of nothing")
        return
      }
    }
  }

  @Test func ofALargeFileAFixedChoiceIsRead() throws {
    let records = (0..<50).map { index in
      """
      {"problem": "\(index)", "answer": "a", "path": "\(index).mp4", "problem_type": "free-form"}
      """
    }
    var limits = RecordFileFacts.Limits()
    limits.whole = 10
    limits.sample = 5
    limits.compared = 40
    let text = "[\(records.joined(separator: ","))]"
    func read() throws -> ([String], Int?, String?) {
      try facts(text, limits: limits) { facts in
        var problems: [String] = []
        var count: Int?
        var reason: String?
        if case .known(let sample) = facts.sample(100) { problems = sample.map(\.problem) }
        if case .known(let records) = facts.recordCount() { count = records }
        if case .unknown(let text) = facts.itemDigests() { reason = text }
        return (problems, count, reason)
      }
    }
    let (problems, count, reason) = try read()
    #expect(count == 50)
    #expect(problems.count == 5)
    #expect(try read().0 == problems)
    #expect(reason == "records.json has 50 records, and at most 40 are compared")
  }

  @Test(arguments: [
    "", "{}", "[", "[{\"a\": 1}", "[{\"a\": \"]}", "[1,]x", "[] []", "[,]", "[1,,2]", "\u{FEFF}{",
  ])
  func whatIsNoListIsUnknown(text: String) throws {
    try facts(text) { facts in
      guard case .unknown(let reason) = facts.recordCount() else {
        Issue.record("read \(text)")
        return
      }
      #expect(reason.hasPrefix("records.json"))
    }
  }

  @Test(arguments: [("[]", 0), (" [ 1 , \"a,]\\\"\" , [2,[3]] ] ", 3), ("\u{FEFF}[{}]", 1)])
  func elementsAreCountedWithoutReadingThem(text: String, count: Int) throws {
    try facts(text) { facts in
      guard case .known(let found) = facts.recordCount() else {
        Issue.record("not read: \(text)")
        return
      }
      #expect(found == count)
    }
  }

  @Test func aFileThatIsNotThereIsUnknown() {
    let facts = RecordFileFacts(
      path: "/nowhere/a.json", name: "a.json",
      folders: MediaFolders(media: URL(fileURLWithPath: "/nowhere")))
    guard case .unknown("a.json is not here") = facts.columns() else {
      Issue.record("read nothing")
      return
    }
  }
}
