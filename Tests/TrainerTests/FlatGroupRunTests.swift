import Testing
import TrainingGraph

@testable import Trainer

/// What a run does with groups whose responses all earned the same.
@Suite struct FlatGroupRunTests {
  /// A policy that has learned nothing writes no tag in eight tokens, so no response earns anything.
  /// The reference is not what the policy starts from, so the KL penalty pulls from the first step.
  private func graph(_ normalization: String) throws -> TrainingGraph {
    try TinyRun.graph([
      (
        """
        judges:
          sufficiency:
            api: oracle
            sees: [item.problem, item.options, item.answer, segment.observation]
            uses_reference: true
        rewards:
          sufficient: {kind: judge, judge: sufficiency, of: [observation], credit: perception}
          brief: {kind: length, of: [observation], window: 1..24 tok, credit: perception}
        """,
        """
        normalization:
          perception: {\(normalization)}
          reasoning: {\(normalization)}
        rewards:
          shown: {kind: format, of: [observation], credit: perception}
        """
      ),
      ("  words: {kind: length, of: [think, answer], window: 1..8 tok, credit: reasoning}\n", ""),
      ("steps: 40", "steps: 1"),
      (
        "    curriculum: {column: objects, value: \"1\", steps: 2}\n",
        "  later: {algorithm: sft, init: cold, data: traces, steps: 1, batch_size: 8, learning_rate: 1.0e-2}\n"
      ),
      ("sampling: {max_new_tokens: 40 tok}", "sampling: {max_new_tokens: 8 tok}"),
      ("reference: cold", "reference: later"),
    ])
  }

  /// The digest of the weights that a stage left.
  private func weights(_ run: TinyRun, _ stage: String) throws -> String {
    try #require(run.recorder.finished.first { $0.stage == stage }).digest
  }

  @Test func droppedGroupsDoNotMoveThePolicy() async throws {
    try await withFolder { folder in
      let run = TinyRun(in: folder)
      try await run.run(graph("zero_variance: drop"))
      let steps = run.recorder.steps.filter { $0.stage == "rl" }
      #expect(steps.map { $0.values["zero_variance/all"] } == [1, 1, 1])
      // No token enters the loss, so there is none, and no update either.
      #expect(steps.allSatisfy { $0.values["loss"] == nil && $0.values["kl"] == nil })
      // The rate goes on as scheduled, and what was sampled is still told.
      #expect(steps.allSatisfy { $0.values["learning_rate"] == 1e-3 })
      #expect(steps.allSatisfy { ($0.values["length/response"] ?? 0) > 0 })
      #expect(try weights(run, "rl") == weights(run, "cold"))
    }
  }

  @Test func keptGroupsAreStillPulledTowardsTheReference() async throws {
    try await withFolder { folder in
      let run = TinyRun(in: folder)
      try await run.run(graph("zero_variance: keep"))
      let steps = run.recorder.steps.filter { $0.stage == "rl" }
      #expect(steps.map { $0.values["zero_variance/all"] } == [1, 1, 1])
      #expect(steps.allSatisfy { ($0.values["kl"] ?? 0) > 0 })
      #expect(steps.allSatisfy { ($0.values["gradient_norm"] ?? 0) > 0 })
      #expect(try weights(run, "rl") != weights(run, "cold"))
    }
  }
}
