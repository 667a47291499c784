import Foundation
import Rewards
import TestSupport
import Testing
import Trainer

@testable import Experiments

@Suite("Evaluations of policies in training")
struct IntermediateEvaluationTests {
  private func record(
    _ step: Int, _ accuracy: Double, intermediate: Bool = true
  ) -> EvaluationRecord {
    var record = EvaluationRecord(
      stage: "rl", evaluation: "held_out", step: step, values: ["accuracy": accuracy])
    if intermediate { record.kind = EvaluationRecord.intermediate }
    return record
  }

  private func items(_ step: Int) -> [EvaluatedItem] {
    let item = DataRecord(
      problemID: "1", problem: "?", answer: "a", path: "1.mp4", problemType: "free-form")
    return [
      EvaluatedItem(
        evaluation: "held_out", stage: "rl", step: step, question: 0,
        item: EvaluatedItem.Item(item), response: "a", tokens: 1, finish: "stop")
    ]
  }

  private func step(_ number: Int) -> TrainingEvent {
    .step(
      StepRecord(
        stage: "rl", algorithm: "grpo", step: number, of: 4,
        values: ["loss": 1 / Double(number), "generated_tokens": 8]))
  }

  private func start(_ completed: Int) -> TrainingEvent {
    .stageStarted(
      StageStart(stage: "rl", algorithm: "grpo", completedSteps: completed, steps: 4))
  }

  @Test func `they are no results of stages, in the list of runs and in its metrics`() throws {
    try withTemporaryDirectory { folder in
      let run = try RunDirectory.create(at: folder.appendingPathComponent("r"), recipe: "a: 1\n")
      let writer = try run.writer(for: .metrics)
      for line in [
        record(2, 0.5, intermediate: false), record(2, 0.25), record(4, 0.75),
      ] { try writer.append(line) }
      #expect(try MetricsEnd(run.url(of: .metrics)).evaluation?.values == ["accuracy": 0.5])
      let metrics = try run.metrics()
      #expect(metrics.evaluations.map(\.step) == [2])
      #expect(metrics.intermediate == [record(2, 0.25), record(4, 0.75)])
      var follower = RunFollower(run)
      let snapshot = try follower.update()
      #expect(snapshot.evaluations == metrics.evaluations)
      #expect(snapshot.intermediate == metrics.intermediate)
    }
  }

  @Test func `a run that was killed after one leaves the same files`() throws {
    func asked(_ number: Int) -> TrainingEvent {
      .intermediate(record(number, 1 / Double(number)), items(number))
    }
    let whole = [
      start(0), step(1), step(2), asked(2), step(3), asked(3), step(4),
      .evaluated(items(2)), .evaluation(record(2, 0.5, intermediate: false)),
    ]
    // The state after step 2 was saved before it was evaluated, or behind that.
    for (killed, again) in [
      (Array(whole.prefix(6)), [start(2)] + whole.dropFirst(4)),
      (Array(whole.prefix(4)), [start(2)] + whole.dropFirst(3)),
    ] {
      try withTemporaryDirectory { folder in
        func files(_ name: String, _ processes: [[TrainingEvent]]) throws -> [Data?] {
          let run = try RunDirectory.create(
            at: folder.appendingPathComponent(name), recipe: "a: 1\n")
          for events in processes {
            let recorder = try RunRecorder(run)
            for event in events { try recorder.receive(event) }
          }
          let responses = [2, 3].map { run.evaluations.url("held_out", stage: "rl", step: $0) }
          return try [try run.read(.metrics), try run.read(.trace)]
            + responses.map { try Data(contentsOf: $0) }
            + [Data(contentsOf: run.evaluations.url("held_out", stage: "rl"))]
        }
        let expected = try files("whole", [whole])
        #expect(try files("resumed", [killed, again]) == expected)
      }
    }
  }

  @Test func `what they write counts`() throws {
    try withTemporaryDirectory { folder in
      let run = try RunDirectory.create(at: folder.appendingPathComponent("r"), recipe: "a: 1\n")
      let budget = try RunBudget(BudgetLimits(tokens: 18), run)
      try budget.receive(step(1))
      #expect(budget.exhausted == nil)
      var record = record(1, 0.5)
      record.values["generated_tokens"] = 10
      try budget.receive(.intermediate(record, []))
      #expect(budget.exhausted?.contains("18 tokens") == true)
    }
  }
}
