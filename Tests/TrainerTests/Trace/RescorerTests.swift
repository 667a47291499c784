import ClipWorld
import Foundation
import Rewards
import Synchronization
import TensorEngine
import Testing
import TrainingGraph

@testable import Trainer

/// What a run recorded of its steps is enough to compute them again.
@Suite struct RescorerTests {
  /// The steps of a run, as another one takes them.
  private struct Recording: RecordedSteps {
    var traces: [StepTrace]

    func step(_ step: Int, of stage: String) throws -> StepTrace {
      guard let trace = traces.first(where: { $0.stage == stage && $0.step == step }) else {
        throw TrainerError.otherTrace("step \(step) of \(stage) is missing")
      }
      return trace
    }
  }

  /// Rewards and settings whose steps need more than the responses: what was written besides, what is
  /// remembered, what was replaced.
  private static let demanding: [[(String, String)]] = [
    [],
    [
      (
        "  brief: {kind: length",
        """
          again: {kind: self_sufficiency, of: [observation], answer: answer, credit: perception}
          other: {kind: counterfactual, of: [answer], frames: masked, credit: reasoning}
          brief: {kind: length
        """
      ),
      ("group_size: 4", "group_size: 4\n    dynamic_sampling: {keep: any(brief > 0), rounds: 1}"),
    ],
    [
      (
        "stages:",
        """
        normalization:
          perception: {scale_over: running, decay: 0.5}
          reasoning: {over: batch, center: leave_one_out, scale: none}
        stages:
        """
      ),
      (
        "group_size: 4",
        "group_size: 4\n    passes_per_batch: 2\n    minibatches: 2\n    truncation: mask"
      ),
    ],
  ]

  @Test(arguments: demanding.indices)
  func stepsAreScoredAgainWithoutThePolicy(_ index: Int) async throws {
    try await withFolder { folder in
      let graph = try TinyRun.graph(Self.demanding[index])
      let run = TinyRun(in: folder)
      try await run.run(graph)
      let traces = run.recorder.traces.filter { $0.stage == "rl" }
      #expect(traces.map(\.step) == [1, 2, 3])
      var rescorer = try Rescorer(graph, stage: "rl") { try OracleJudge($0.settings) }
      for trace in traces {
        let again = try await rescorer.rescore(trace)
        #expect(again.trace == trace)
        let record = try #require(
          run.recorder.steps.first { $0.stage == "rl" && $0.step == trace.step })
        #expect(again.metrics.isEmpty == trace.groups.isEmpty)
        for (name, value) in again.metrics { #expect(record.values[name] == value, "\(name)") }
      }
    }
  }

  @Test(arguments: demanding.indices)
  func updatesAreMadeAgainWithoutSampling(_ index: Int) async throws {
    try await withFolder { folder in
      let graph = try TinyRun.graph(Self.demanding[index])
      let run = TinyRun(in: folder)
      try await run.run(graph)
      let again = TinyRun(in: folder)
      var services = try again.services()
      services.recorded = Recording(traces: run.recorder.traces)
      try await again.run(graph, threads: 1, services: services)
      #expect(again.recorder.steps == run.recorder.steps)
      #expect(again.recorder.traces == run.recorder.traces)
      #expect(again.recorder.finished.map(\.digest) == run.recorder.finished.map(\.digest))
    }
  }

  @Test func anotherRecordingIsRefused() async throws {
    try await withFolder { folder in
      let run = TinyRun(in: folder)
      let graph = try TinyRun.graph()
      try await run.run(graph)
      var traces = run.recorder.traces
      let place = try #require(traces.firstIndex { $0.stage == "rl" })
      traces[place].groups[0].item.answer = "another"
      let again = TinyRun(in: folder)
      var services = try again.services()
      services.recorded = Recording(traces: traces)
      await #expect(
        throws: TrainerError.otherTrace(
          "step 1 of stage rl was made with other records of data questions")
      ) { try await again.run(graph, threads: 1, services: services) }
      #expect(throws: TrainerError.unknownStage("cold", known: ["rl"])) {
        try Rescorer(graph, stage: "cold") { try OracleJudge($0.settings) }
      }
    }
  }
}
