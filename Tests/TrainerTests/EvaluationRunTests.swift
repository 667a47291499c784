import Foundation
import Models
import Rewards
import Synchronization
import Testing
import TrainingGraph

@testable import Trainer

/// Evaluations of a run: what is kept of every response, and what is sampled besides.
@Suite struct EvaluationRunTests {
  private static let plain = "check: {data: questions, after: [cold, rl], max_new_tokens: 40 tok}"

  private func graph(_ more: String) throws -> TrainingGraph {
    try TinyRun.graph([
      (Self.plain, String(Self.plain.dropLast()) + more + "}"),
      ("after: [cold, rl]", "after: [cold]"),
    ])
  }

  @Test func everyResponseIsKeptWithWhatWasMeasured() async throws {
    try await withFolder { folder in
      let run = TinyRun(in: folder)
      try await run.run(graph(""))
      let items = run.recorder.evaluated
      let record = try #require(run.recorder.evaluations.first)
      #expect(items.count == 6)
      #expect(items.map(\.question) == Array(0..<6))
      let table = try #require(EvaluationTable(items))
      for key in ["accuracy", "exact", "format", "sufficiency", "lucky", "mismatch"] {
        #expect(table.total?.metrics[key]?.value == record.values[key], "\(key)")
      }
      #expect(record.values["observation_only"] == nil)
      #expect(record.values["sampled_format"] == nil)
      for item in items {
        #expect(item.segments.keys.sorted() == ["answer", "observation", "think"])
        #expect(item.answered != nil)
        if item.answered == .missing { #expect(item.reasons["accuracy"] != nil) }
      }
      // What is kept can be read back and computed again.
      let copies = try JSONDecoder().decode(
        [EvaluatedItem].self, from: JSONEncoder().encode(items))
      #expect(EvaluationTable(copies) == table)
      let values = EvaluationRecord.values(copies)
      for (key, value) in values { #expect(record.values[key] == value, "\(key)") }
      #expect(
        Set(record.values.keys).subtracting(values.keys)
          == ["blind", "questions", "generated_tokens"])
      for key in ["accuracy/direction", "reward/correct", "reward/template", "length/response"] {
        #expect(values[key] != nil, "\(key)")
      }
    }
  }

  @Test func aQuestionIsAskedAgainWithTheObservationInPlaceOfTheVideo() async throws {
    try await withFolder { folder in
      let plain = TinyRun(in: folder)
      try await plain.run(graph(""))
      let run = TinyRun(in: folder)
      try await run.run(
        graph(", observation_only: [observation], sampled: {responses: 2, temperature: 1.0}"))
      let arms = Dictionary(grouping: run.recorder.evaluated) { "\($0.input) \($0.sample)" }
      #expect(arms.keys.sorted() == ["observation 0", "video 0", "video 1", "video 2"])
      #expect(arms["video 0"] == plain.recorder.evaluated)
      let asked = try #require(arms["observation 0"])
      #expect(asked.map(\.question) == Array(0..<6))
      for (again, first) in zip(asked, plain.recorder.evaluated) {
        #expect(again.question == first.question)
        let accuracy = try #require(again.values["accuracy"])
        guard first.segments["observation"]?.outcome != "found" else { continue }
        #expect(accuracy == 0)
        let reason = try #require(again.reasons["accuracy"])
        #expect(reason.hasPrefix("no observation to answer from: observation: "), "\(reason)")
      }
      let sampled = try #require(arms["video 1"]) + #require(arms["video 2"])
      #expect(sampled.count == 12)
      for response in sampled {
        #expect(response.values.keys.sorted() == ["format"])
        #expect(response.answered == nil)
      }
      let record = try #require(run.recorder.evaluations.first)
      let before = try #require(plain.recorder.evaluations.first)
      for (key, value) in before.values where key != "generated_tokens" {
        #expect(record.values[key] == value, "\(key)")
      }
      func written(_ run: TinyRun) -> Double {
        Double(run.recorder.evaluated.reduce(0) { $0 + $1.tokens })
      }
      #expect(before.values["generated_tokens"] == written(plain))
      #expect(record.values["generated_tokens"] == written(run))
      #expect(record.values["observation_only"] != nil)
      #expect(record.values["sampled_format"] != nil)
    }
  }

  @Test func aStepSaysWhatThereIsToLearnFrom() async throws {
    try await withFolder { folder in
      let run = TinyRun(in: folder)
      try await run.run(TinyRun.graph())
      let steps = run.recorder.steps.filter { $0.stage == "rl" }
      #expect(steps.count == 3)
      for step in steps {
        for reward in ["sufficient", "brief", "correct", "template", "words"] {
          let share = try #require(step.values["zero_variance_reward/\(reward)"])
          #expect([0, 0.5, 1].contains(share))
        }
        for process in ["perception", "reasoning"] {
          let variance = try #require(step.values["advantage_variance/\(process)"])
          // Every z-scored group of 4 has the population variance 3/4, up to epsilon; a flat one has 0.
          let flat = try #require(step.values["zero_variance/\(process)"])
          #expect(abs(variance - 0.75 * (1 - flat)) < 0.01)
        }
      }
    }
  }

  @Test func aCheckpointIsEvaluatedWithoutTraining() async throws {
    try await withFolder { folder in
      let trained = TinyRun(in: folder)
      try await trained.run(graph(""))
      let finish = try #require(trained.recorder.finished.first)
      let checkpoint = CheckpointSpecification(name: "cold", folder: finish.checkpoint)
      let recipe = try TinyRun.checked()
      let again = TinyRun(in: folder)
      try await again.run(Lowering.evaluation(recipe, of: checkpoint, on: "questions"))
      #expect(again.recorder.steps.isEmpty)
      #expect(
        again.recorder.evaluated.map(\.response) == trained.recorder.evaluated.map(\.response))
      #expect(again.recorder.evaluations.first?.evaluation == "check")

      let other = TinyRun(in: folder)
      try await other.run(Lowering.evaluation(recipe, of: checkpoint, on: "traces"))
      #expect(other.recorder.evaluations.first?.evaluation == "traces")
      #expect(other.recorder.evaluated.count == 8)

      #expect(throws: LoweringError.data("tests", known: ["traces", "questions"])) {
        try Lowering.evaluation(recipe, of: checkpoint, on: "tests")
      }
    }
  }
}

/// Keeps parts in memory, as their files do, and stops the run after some.
private final class Journal: EvaluationJournal {
  private let lines = Mutex<[(digest: String, part: EvaluationPart)]>([])
  private let last: Int
  /// - Parameter last: parts after which the run is to stop.
  init(_ parts: [EvaluationPart] = [], digest: String = "", stoppingAfter last: Int = .max) {
    self.last = last
    lines.withLock { $0 = parts.map { (digest, $0) } }
  }

  var parts: [EvaluationPart] { lines.withLock { $0.map(\.part) } }
  var digests: Set<String> { lines.withLock { Set($0.map(\.digest)) } }
  var isFull: Bool { lines.withLock { $0.count >= last } }
  func parts(digest: String) throws -> [EvaluationPart] {
    lines.withLock { $0.filter { $0.digest == digest }.map(\.part) }
  }
  func keep(_ part: EvaluationPart, digest: String) throws {
    lines.withLock { $0.append((digest, part)) }
  }
}

/// Evaluations that are stopped.
@Suite struct EvaluationJournalRunTests {
  /// An evaluation of a trained checkpoint, two questions at a time.
  private func evaluate(
    _ graph: TrainingGraph, in folder: URL, _ journal: Journal, batch: Int = 2
  ) async throws -> TinyRun {
    let run = TinyRun(in: folder)
    var services = try run.services()
    services.journal = journal
    services.isCancelled = { journal.isFull }
    let settings = ExecutionSettings(threads: 2, evaluationBatch: batch)
    try await Trainer(graph, services: services, settings: settings).run()
    return run
  }

  private func graph(_ folder: URL) async throws -> TrainingGraph {
    let plain = "check: {data: questions, after: [cold, rl], max_new_tokens: 40 tok}"
    let recipe = try TinyRun.checked([
      (
        plain,
        String(plain.dropLast())
          + ", observation_only: [observation], sampled: {responses: 2, temperature: 1.0}}"
      ), ("after: [cold, rl]", "after: [cold]"), ("steps: 40", "steps: 4"),
    ])
    let trained = TinyRun(in: folder)
    try await trained.run(Lowering.lower(recipe))
    let finish = try #require(trained.recorder.finished.first)
    return try Lowering.evaluation(
      recipe, of: CheckpointSpecification(name: "cold", folder: finish.checkpoint),
      on: "questions")
  }

  @Test func anEvaluationThatWasStoppedGoesOnWithTheSameResults() async throws {
    try await withFolder { folder in
      let graph = try await graph(folder)
      let wholeJournal = Journal()
      let whole = try await evaluate(graph, in: folder, wholeJournal)
      #expect(wholeJournal.parts.map(\.questions) == [0..<2, 2..<4, 4..<6])
      let once = try await evaluate(graph, in: folder, Journal(), batch: 128)
      #expect(once.recorder.evaluations == whole.recorder.evaluations)

      for count in 1...2 {
        let stopped = Journal(stoppingAfter: count)
        await #expect(throws: TrainerError.interrupted(stage: "cold", step: 0)) {
          _ = try await evaluate(graph, in: folder, stopped)
        }
        #expect(stopped.parts == Array(wholeJournal.parts.prefix(count)))
        // As they come back from a file.
        let copies = try JSONDecoder().decode(
          [EvaluationPart].self, from: JSONEncoder().encode(stopped.parts))
        let rest = Journal(copies, digest: stopped.digests.first ?? "")
        let resumed = try await evaluate(graph, in: folder, rest, batch: 3)
        #expect(rest.parts.dropFirst(count).first?.questions.lowerBound == 2 * count)
        func byArm(_ items: [EvaluatedItem]) -> [String: [EvaluatedItem]] {
          Dictionary(grouping: items) { "\($0.input) \($0.sample)" }
        }
        #expect(byArm(resumed.recorder.evaluated) == byArm(whole.recorder.evaluated))
        #expect(resumed.recorder.evaluations == whole.recorder.evaluations)
      }
    }
  }

  @Test func partsOfAnotherEvaluationOrOfOtherRecordsAreNotGoneOnFrom() async throws {
    try await withFolder { folder in
      let graph = try await graph(folder)
      let journal = Journal()
      let whole = try await evaluate(graph, in: folder, journal)
      let digest = try #require(journal.digests.first)
      var others = journal.parts
      others[1].items[0].item.problem = "another question"
      let cases: [(parts: [EvaluationPart], digest: String, kept: Int)] = [
        (journal.parts, "another", 0), (others, digest, 1),
        (Array(journal.parts.dropFirst()), digest, 0),
        (journal.parts + journal.parts, digest, 3),
        ([journal.parts[0], journal.parts[0], journal.parts[1]], digest, 2),
      ]
      for (parts, digest, kept) in cases {
        let again = Journal(parts, digest: digest)
        let run = try await evaluate(graph, in: folder, again)
        #expect(again.parts.count - parts.count == 3 - kept)
        #expect(run.recorder.evaluated == whole.recorder.evaluated)
      }
    }
  }
}

extension Recorder {
  /// The items of the last evaluation.
  var evaluated: [EvaluatedItem] { evaluatedItems.last ?? [] }
}
