import Foundation
import Testing

@testable import Experiments

struct SweepJournalTests {
  @Test func aHalfWrittenLastLineIsCutAndSaid() async throws {
    try await SweepScenes.with { folder in
      let specification = SweepScenes.specification(["a"])
      var session: SweepSession? = try SweepSession(specification, in: folder)
      try session?.record(SweepEvent(.started, trial: "a-s7", process: 1))
      session = nil
      let whole = try Data(contentsOf: folder.journalFile)
      let half = Data("{\"event\":\"finished\",\"tri".utf8)
      try (whole + half).write(to: folder.journalFile)
      // A reader does not see it either.
      #expect(try folder.journal().map(\.event) == [.begun, .started])
      session = try SweepSession(specification, in: folder)
      #expect(session?.cutBytes == half.count)
      #expect(try folder.journal().map(\.event) == [.begun, .started, .begun])
    }
  }

  @Test func aDamagedLineIsNamed() async throws {
    try await SweepScenes.with { folder in
      _ = try SweepSession(SweepScenes.specification(["a"]), in: folder)
      let whole = try Data(contentsOf: folder.journalFile)
      try (Data("nonsense\n".utf8) + whole).write(to: folder.journalFile)
      #expect(
        throws: ExperimentError.malformed(
          file: folder.journalFile.path, line: 1, reason: "it is not JSON")
      ) { try folder.journal() }
    }
  }

  @Test func stateFollowsFromTheJournalAndTheRuns() async throws {
    try await SweepScenes.with { folder in
      let specification = SweepScenes.specification(["a", "b", "c", "d", "e"], seeds: [7])
      let session = try SweepSession(specification, in: folder)
      // Killed after it was finished, and before that was written down.
      try session.record(SweepEvent(.started, trial: "a-s7"))
      try SweepScenes.finish("a-s7", in: folder)
      // Killed in the middle.
      try session.record(SweepEvent(.started, trial: "b-s7"))
      _ = try SweepScenes.directory(of: "b-s7", in: folder)
      try session.record(SweepEvent(.failed, trial: "c-s7", reason: "no memory"))
      // Ended by a rule: what comes after changes nothing.
      try session.record(SweepEvent(.pruned, trial: "d-s7", step: 20, value: 0.1))
      try session.record(SweepEvent(.interrupted, trial: "d-s7"))
      let state = try SweepState(specification, folder)
      #expect(
        specification.trials.map { state[$0.name].status }
          == [.finished, .interrupted, .failed, .pruned, .waiting])
      #expect(state["c-s7"].reason == "no memory")
      #expect(state["d-s7"].step == 20 && state["d-s7"].value == 0.1)
    }
  }

  @Test func aChangedSweepIsCompared() async throws {
    try await SweepScenes.with { folder in
      _ = try SweepSession(SweepScenes.specification(["a", "b"], seeds: [7]), in: folder)
      var other = SweepScenes.specification(["b", "c"], seeds: [7])
      let change = try #require(try SweepSession(other, in: folder).change)
      #expect(change.added == ["c-s7"] && change.kept == ["b-s7"] && change.orphaned == ["a-s7"])
      #expect(!change.otherObjective && !change.isNone)
      other.objective.metric = "exact"
      #expect(try SweepSession(other, in: folder).change?.otherObjective == true)
      #expect(try SweepSession(other, in: folder).change?.isNone == true)
    }
  }

  struct Hostile: CustomTestStringConvertible, Sendable {
    var testDescription: String
    /// In place of the journal's second line.
    var line: String
    var said: String
  }

  static let hostile: [Hostile] = [
    .init(testDescription: "no JSON", line: "nonsense", said: "it is not JSON"),
    .init(testDescription: "half a line", line: #"{"event":"finis"#, said: "it is not JSON"),
    .init(testDescription: "zeros", line: "\u{0}\u{0}\u{0}\u{0}", said: "it is not JSON"),
    .init(testDescription: "a list", line: "[]", said: "not the expected kind of value"),
    .init(
      testDescription: "an unknown event", line: #"{"event":"paused","trial":"a-s7"}"#,
      said: "knows no `paused`; a later version may have written it"),
    .init(testDescription: "no event", line: #"{"trial":"a-s7"}"#, said: "'event' is missing"),
    .init(
      testDescription: "a line of another sweep", line: #"{"event":"begun","sweep":"other"}"#,
      said: "it is of sweep `other`, and this is `scene`"),
    .init(
      testDescription: "a number below nothing",
      line: #"{"event":"looked","trial":"a-s7","step":-1,"value":1}"#, said: "'step': -1"),
    .init(
      testDescription: "a number beyond counting",
      line: #"{"event":"looked","trial":"a-s7","step":9223372036854775807,"value":1}"#,
      said: "out of range"),
    .init(
      testDescription: "a number beyond all numbers",
      line: #"{"event":"looked","trial":"a-s7","step":1,"value":1e999}"#, said: "damaged"),
    .init(
      testDescription: "another kind of value", line: #"{"event":"looked","trial":7}"#,
      said: "'trial' has the wrong type"),
  ]

  @Test(arguments: hostile) func aLineThatNobodyCanHaveWrittenIsNamed(_ hostile: Hostile)
    async throws
  {
    try await SweepScenes.with { folder in
      let specification = SweepScenes.specification(["a"])
      _ = try SweepSession(specification, in: folder)
      let whole = try String(contentsOf: folder.journalFile, encoding: .utf8)
      let damaged = Data((whole + hostile.line + "\n" + whole).utf8)
      try damaged.write(to: folder.journalFile)
      let recipe = try Data(contentsOf: folder.specificationFile)
      let reads: [() throws -> Void] = [
        { _ = try folder.journal() }, { _ = try SweepState(specification, folder) },
        { _ = try SweepSession(SweepScenes.specification(["a", "b"]), in: folder) },
      ]
      for read in reads {
        let error = #expect(throws: ExperimentError.self) { try read() }
        let text = error.map { "\($0)" } ?? ""
        #expect(text.contains("journal.jsonl' line 2 is damaged"), "\(text)")
        #expect(text.contains(hostile.said), "\(text)")
      }
      // Nothing was written over.
      #expect(try Data(contentsOf: folder.journalFile) == damaged)
      #expect(try Data(contentsOf: folder.specificationFile) == recipe)
    }
  }

  @Test func anEmptyJournalAndOneOfZerosAreNone() async throws {
    for text in ["", String(repeating: "\u{0}", count: 4096)] {
      try await SweepScenes.with { folder in
        let specification = SweepScenes.specification(["a"], seeds: [7])
        _ = try SweepSession(specification, in: folder)
        try SweepScenes.finish("a-s7", in: folder)
        try Data(text.utf8).write(to: folder.journalFile)
        #expect(try folder.journal().isEmpty)
        #expect(try SweepState(specification, folder)["a-s7"].status == .finished)
        let session = try SweepSession(specification, in: folder)
        #expect(session.cutBytes == text.utf8.count)
        #expect(try folder.journal().map(\.event) == [.begun])
      }
    }
  }

  @Test func whatIsNoJournalIsLeftAsItIs() async throws {
    try await SweepScenes.with { folder in
      let specification = SweepScenes.specification(["a"])
      _ = try SweepSession(specification, in: folder)
      let other = Data("\u{89}PNG\r and a picture".utf8)
      try other.write(to: folder.journalFile)
      #expect(throws: ExperimentError.self) { try SweepSession(specification, in: folder) }
      #expect(throws: ExperimentError.self) { try JSONLinesWriter(folder.journalFile) }
      #expect(try Data(contentsOf: folder.journalFile) == other)
      try FileManager.default.removeItem(at: folder.journalFile)
      try FileManager.default.createDirectory(
        at: folder.journalFile, withIntermediateDirectories: false)
      #expect(
        throws: ExperimentError.cannotRead(
          file: folder.journalFile.path, reason: "it is no plain file")
      ) { try SweepSession(specification, in: folder) }
      try FileManager.default.removeItem(at: folder.journalFile)
      #expect(mkfifo(folder.journalFile.path, 0o600) == 0)
      #expect(throws: ExperimentError.self) { try folder.journal() }
    }
  }

  @Test(.enabled(if: getuid() != 0, "whoever runs the tests may read everything"))
  func aJournalThatNobodyMayReadIsNamed() async throws {
    try await SweepScenes.with { folder in
      let specification = SweepScenes.specification(["a"])
      _ = try SweepSession(specification, in: folder)
      #expect(chmod(folder.journalFile.path, 0) == 0)
      #expect(throws: ExperimentError.self) { try SweepSession(specification, in: folder) }
    }
  }

  @Test func aLastLineThatLacksItsNewlineOnlyIsKept() async throws {
    try await SweepScenes.with { folder in
      let specification = SweepScenes.specification(["a"])
      var session: SweepSession? = try SweepSession(specification, in: folder)
      try session?.record(SweepEvent(.failed, trial: "a-s7", reason: "no memory"))
      session = nil
      let whole = try Data(contentsOf: folder.journalFile)
      try whole.dropLast().write(to: folder.journalFile)
      #expect(try folder.journal().map(\.event) == [.begun, .failed])
      session = try SweepSession(specification, in: folder)
      #expect(session?.cutBytes == 0)
      #expect(try folder.journal().map(\.event) == [.begun, .failed, .begun])
      #expect(try Data(contentsOf: folder.journalFile).starts(with: whole))
    }
  }

  @Test func endsThatComeTwiceAndTrialsThatNeverBeganChangeNothing() async throws {
    try await SweepScenes.with { folder in
      let specification = SweepScenes.specification(["a", "b", "c"], seeds: [7])
      let session = try SweepSession(specification, in: folder)
      try session.record(SweepEvent(.started, trial: "a-s7"))
      try SweepScenes.finish("a-s7", in: folder)
      for event in [SweepEvent.Kind.finished, .finished, .failed] {
        try session.record(SweepEvent(event, trial: "a-s7"))
      }
      // Nobody began it, and nothing of it is there.
      try session.record(SweepEvent(.finished, trial: "b-s7"))
      try session.record(SweepEvent(.failed, trial: "c-s7", reason: "no memory"))
      // A cell that the sweep once had.
      try session.record(SweepEvent(.started, trial: "gone-s7"))
      let state = try SweepState(specification, folder)
      #expect(
        specification.trials.map { state[$0.name].status } == [.finished, .waiting, .failed])
      #expect(state["a-s7"].starts == 1 && state.trials.count == 4)
    }
  }
}
