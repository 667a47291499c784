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
}
