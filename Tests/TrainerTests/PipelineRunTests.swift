import ClipWorld
import Foundation
import Models
import Rewards
import Synchronization
import TestSupport
import Testing
import TrainingGraph

@testable import Trainer

@Suite struct PipelineRunTests {
  /// A pipeline over `clips` questions, and one step of training on what it keeps.
  private static func graph(
    clips: Int = 40, generator: String = "wrong_answers: 30%, wrong_observations: 30%",
    attempts: Int = 1,
    steps: String = "{drafted: {do: write, by: teacher}, "
      + "verified: {do: keep, when: correct >= 0.6 and template > 0}, "
      + "sufficed: {do: keep, when: sufficient > 0}}"
  ) throws -> TrainingGraph {
    try TinyRun.graph([
      (
        "stages:\n",
        """
        generators:
          teacher: {api: oracle, \(generator)}
        stages:
          curated: {algorithm: pipeline, data: questions, attempts: \(attempts), steps: \(steps)}

        """
      ),
      ("clips: 6, seed: 2", "clips: \(clips), seed: 2"),
      (
        "data: traces\n    steps: 40\n    batch_size: 8",
        "data: stages.curated\n    epochs: 0.1\n    batch_size: 2"
      ),
      ("    curriculum: {column: objects, value: \"1\", steps: 2}\n", ""),
      ("steps: 3\n", "steps: 1\n"),
      ("after: [cold, rl]", "after: [rl]"),
    ])
  }

  private static func folder(_ run: TinyRun) throws -> PipelineFolder {
    let finish = try #require(run.recorder.finished.first { $0.stage == "curated" })
    return PipelineFolder(URL(fileURLWithPath: finish.checkpoint))
  }

  private static func outcomes(_ folder: PipelineFolder) throws -> [PipelineOutcome] {
    let text = try String(
      contentsOf: folder.url.appendingPathComponent("items.jsonl"), encoding: .utf8)
    return try text.split(separator: "\n").dropFirst().map {
      try JSONDecoder().decode(PipelineOutcome.self, from: Data($0.utf8))
    }
  }

  @Test func whatIsKeptIsTrainedOnAndWhatIsNotHasItsReason() async throws {
    try await withFolder { folder in
      let run = TinyRun(in: folder)
      try await run.run(Self.graph())
      let files = try Self.folder(run)
      let outcomes = try Self.outcomes(files)
      #expect(outcomes.map(\.index) == Array(0..<40))
      let dropped = outcomes.compactMap(\.dropped)
      #expect(dropped.count > 5 && dropped.count < 35)
      #expect(Set(dropped.map(\.step)) == ["verified", "sufficed"])
      #expect(
        dropped.filter { $0.step == "verified" }.allSatisfy { $0.reason.contains("`correct`") })
      #expect(dropped.allSatisfy { !$0.reason.isEmpty })

      let kept = try files.records()
      #expect(kept.count == 40 - dropped.count)
      for record in kept {
        #expect(record.output.contains("<answer> \(record.answer) </answer>"))
        #expect(
          try OracleSolver.suffices(
            problem: record.problem, options: record.options, answer: record.answer,
            observation: record.observation))
      }

      let funnel = try #require(run.recorder.finished.first?.funnel)
      #expect(funnel.items == 40 && funnel.kept == kept.count && funnel.retried == 0)
      #expect(funnel.steps.map(\.reached) == [40, 40, funnel.steps[1].passed])
      #expect(funnel.steps.map(\.dropped).reduce(0, +) == dropped.count)
      #expect(funnel.steps.last?.passed == kept.count)
      let last = try #require(run.recorder.steps.last { $0.stage == "curated" })
      #expect(last.step == 40 && last.of == 40)
      #expect(last.values["kept"] == Double(kept.count))
      // A tenth of an epoch over what was kept.
      let sft = try #require(run.recorder.steps.first { $0.stage == "cold" })
      #expect(sft.of == Int((Double(kept.count) * 0.1 / 2).rounded(.up)))
    }
  }

  @Test func droppedItemsAreWrittenAgainAsOftenAsDeclared() async throws {
    try await withFolder { folder in
      let once = TinyRun(in: folder)
      try await once.run(Self.graph())
      let often = TinyRun(in: folder)
      try await often.run(Self.graph(attempts: 4))
      let (single, repeated) = (
        try Self.outcomes(Self.folder(once)), try Self.outcomes(Self.folder(often))
      )
      #expect(repeated.allSatisfy { (1...4).contains($0.attempts) })
      // Whoever passed at once did so again.
      for (a, b) in zip(single, repeated) where a.record != nil { #expect(a == b) }
      #expect(repeated.compactMap(\.record).count > single.compactMap(\.record).count)
      let funnel = try #require(often.recorder.finished.first?.funnel)
      #expect(funnel.steps[0].reached == repeated.map(\.attempts).reduce(0, +))
      #expect(funnel.retried == repeated.filter { $0.attempts > 1 }.count)
    }
  }

  @Test func aKilledPipelineGoesOnWithTheSameFiles() async throws {
    try await withFolder { folder in
      let graph = try Self.graph(clips: 70)
      let whole = TinyRun(in: folder)
      try await whole.run(graph)
      let files = try Self.folder(whole)

      let stages = try Stages(folder: folder.appendingPathComponent("stopped"))
      func services(_ recorder: Recorder, limit: Int) throws -> TrainerServices {
        TrainerServices(
          data: ["clipworld": Worlds(folder: folder.appendingPathComponent("worlds"))],
          makeJudge: { try OracleJudge($0.settings) },
          makeGenerator: { try OracleGenerator($0.settings) }, stages: stages, observer: recorder,
          isCancelled: { recorder.count >= limit })
      }
      let stopped = TinyRun(in: folder)
      // Its beginning and one batch.
      await #expect(throws: TrainerError.interrupted(stage: "curated", step: 32)) {
        try await stopped.run(
          graph, threads: 2, services: services(stopped.recorder, limit: 2))
      }
      // Killed in the middle of the next batch and of a line.
      let items = stages.folder.appendingPathComponent("curated/items.jsonl")
      let text = try String(
        contentsOf: files.url.appendingPathComponent("items.jsonl"), encoding: .utf8)
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      try (lines[..<41].joined(separator: "\n") + "\n" + lines[41].prefix(30)).write(
        to: items, atomically: true, encoding: .utf8)

      let resumed = TinyRun(in: folder)
      try await resumed.run(
        graph, threads: 1, services: services(resumed.recorder, limit: .max))
      for name in ["items.jsonl", "records.jsonl", "pipeline.json"] {
        #expect(
          try Data(contentsOf: files.url.appendingPathComponent(name))
            == Data(contentsOf: stages.folder.appendingPathComponent("curated/\(name)")), "\(name)")
      }
      #expect(stopped.recorder.steps + resumed.recorder.steps == whole.recorder.steps)
      #expect(
        resumed.recorder.finished
          == resumed.recorder.finished.map { finish in
            var finish = finish
            finish.digest = whole.recorder.finished.first { $0.stage == finish.stage }?.digest ?? ""
            return finish
          })

      // Known by its digest: nothing is written again.
      let again = TinyRun(in: folder)
      try await again.run(graph, threads: 1, services: services(again.recorder, limit: .max))
      #expect(again.recorder.steps.isEmpty)
      #expect(again.recorder.finished.first?.funnel == whole.recorder.finished.first?.funnel)
    }
  }

  /// Notes how many outcomes are on the disk whenever what it was told is to be brought there.
  private final class Watching: TrainingObserver {
    let items: URL
    private let state = Mutex<(told: Int, seen: [(told: Int, outcomes: Int)])>((0, []))

    init(items: URL) { self.items = items }

    func receive(_ event: TrainingEvent) throws {
      if case .step(let record) = event, record.stage == "curated" {
        state.withLock { $0.told = record.step }
      }
    }

    func synchronize() throws {
      let lines = try String(contentsOf: items, encoding: .utf8).split(separator: "\n").count
      state.withLock { $0.seen.append(($0.told, lines - 1)) }
    }

    var seen: [(told: Int, outcomes: Int)] { state.withLock { $0.seen } }
  }

  @Test func aBatchIsRecordedBeforeItIsGoneOnFrom() async throws {
    try await withFolder { folder in
      let stages = try Stages(folder: folder.appendingPathComponent("run"))
      let watching = Watching(items: stages.folder.appendingPathComponent("curated/items.jsonl"))
      let services = TrainerServices(
        data: ["clipworld": Worlds(folder: folder.appendingPathComponent("worlds"))],
        makeJudge: { try OracleJudge($0.settings) },
        makeGenerator: { try OracleGenerator($0.settings) }, stages: stages, observer: watching)
      try await TinyRun(in: folder).run(Self.graph(), threads: 1, services: services)
      #expect(watching.seen.prefix(2).map(\.told) == [32, 40])
      #expect(watching.seen.prefix(2).map(\.outcomes) == [0, 32])
    }
  }

  @Test func outcomesThatCannotBeReadAreNotBegunAgain() throws {
    try withTemporaryDirectory { url in
      // Reading it is an input/output error.
      let items = url.appendingPathComponent("items.jsonl")
      try FileManager.default.createSymbolicLink(
        at: items, withDestinationURL: URL(fileURLWithPath: "/proc/self/mem"))
      let error = #expect(throws: ModelError.self) {
        try PipelineFolder(url).begin(digest: "d", batch: 32)
      }
      #expect("\(try #require(error))".hasPrefix("\(items.path): cannot read: "))
      #expect(
        try FileManager.default.destinationOfSymbolicLink(atPath: items.path) == "/proc/self/mem")
    }
  }

  @Test func aFullDiskIsNamedWithTheFile() throws {
    try withTemporaryDirectory { url in
      let items = url.appendingPathComponent("items.jsonl")
      try FileManager.default.createSymbolicLink(
        at: items, withDestinationURL: URL(fileURLWithPath: "/dev/full"))
      let outcome = PipelineOutcome(index: 0, problemID: "1", attempts: 1, passed: [1])
      let error = #expect(throws: ModelError.self) { try PipelineFolder(url).append([outcome]) }
      #expect("\(try #require(error))".hasPrefix("\(items.path): cannot write: "))
    }
  }

  @Test func responsesThatTheDataHoldAreFiltered() async throws {
    try await withFolder { folder in
      let run = TinyRun(in: folder)
      try await run.run(Self.graph(steps: "{short: {do: keep, when: words > 0}}"))
      let funnel = try #require(run.recorder.finished.first?.funnel)
      #expect(funnel.steps.map(\.name) == ["short"] && funnel.items == 40)
    }
  }

  @Test func aPipelineThatKeepsNothingSaysWhy() async throws {
    try await withFolder { folder in
      let run = TinyRun(in: folder)
      do {
        try await run.run(Self.graph(clips: 4, generator: "broken_formats: 100%"))
        Issue.record("it went on without data")
      } catch let error as TrainerError {
        guard case .nothingKept("curated", let reasons) = error else {
          Issue.record("\(error)")
          return
        }
        #expect(reasons.contains { $0.contains("4 times `verified`") })
      }
    }
  }

  @Test func changedRecordsAreNotReadForThoseThatWereWritten() async throws {
    try await withFolder { folder in
      let run = TinyRun(in: folder)
      let graph = try Self.graph(clips: 8, generator: "seed: 1")
      let services = try run.services()
      try await run.run(graph, threads: 2, services: services)
      let files = try Self.folder(run)
      try "".write(to: files.recordsFile, atomically: true, encoding: .utf8)
      #expect(throws: TrainerError.self) { try files.records() }
      try FileManager.default.removeItem(at: files.recordsFile)
      #expect(throws: TrainerError.self) { try files.records() }
    }
  }
}
