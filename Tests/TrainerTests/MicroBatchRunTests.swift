import Testing
import TrainingGraph

@testable import Trainer

/// Runs whose updates are computed in several passes.
@Suite struct MicroBatchRunTests {
  private func graph(_ bound: Int?, _ further: String = "") throws -> TrainingGraph {
    let micro = bound.map { "\n    micro_batch: \($0) tok" } ?? ""
    return try TinyRun.graph([
      ("steps: 40", "steps: 12"), ("batch_size: 8", "batch_size: 8\(micro)"),
      ("group_size: 4", "group_size: 4\(micro)\(further)"),
    ])
  }

  private func run(_ bound: Int?, _ further: String = "", threads: Int = 2) async throws -> Recorder
  {
    var recorder: Recorder?
    try await withFolder { folder in
      let run = TinyRun(in: folder)
      try await run.run(graph(bound, further), threads: threads)
      recorder = run.recorder
    }
    return try #require(recorder)
  }

  /// The first step of a stage sees the same weights however it is cut; sums of floats differ.
  private func expectEqualFirstSteps(_ one: Recorder, _ other: Recorder, _ stage: String) throws {
    let (whole, cut) = try (
      #require(one.steps.first { $0.stage == stage }).values,
      #require(other.steps.first { $0.stage == stage }).values
    )
    for (name, value) in whole {
      let found = try #require(cut[name])
      #expect(abs(found - value) <= 1e-5 * max(abs(value), 1e-3), "\(stage) \(name)")
    }
  }

  @Test(arguments: [1, 60, 100])
  func aSupervisedStepIsTheSameInSeveralPasses(bound: Int) async throws {
    let (whole, cut) = (try await run(nil), try await run(bound))
    try expectEqualFirstSteps(whole, cut, "cold")
    let (losses, others) = (whole.steps.prefix(12), cut.steps.prefix(12))
    for (one, other) in zip(losses, others) {
      let (loss, found) = (try #require(one.values["loss"]), try #require(other.values["loss"]))
      #expect(abs(loss - found) < 1e-3 * loss)
    }
    #expect(cut.steps[0].values["micro_batches"] ?? 1 > 1)
    #expect(whole.steps[0].values["micro_batches"] == nil)
  }

  /// From equal weights: the stage before is not cut.
  @Test(arguments: ["", "\n    ratio: sequence\n    averaging: batch", "\n    averaging: token"])
  func aPolicyStepIsTheSameInSeveralPasses(settings: String) async throws {
    func run(_ bound: Int?) async throws -> Recorder {
      var recorder: Recorder?
      try await withFolder { folder in
        let run = TinyRun(in: folder)
        let micro = bound.map { "\n    micro_batch: \($0) tok" } ?? ""
        try await run.run(
          TinyRun.graph([("group_size: 4", "group_size: 4\(settings)\(micro)")]))
        recorder = run.recorder
      }
      return try #require(recorder)
    }
    let (whole, cut) = (try await run(nil), try await run(70))
    let first = try #require(whole.steps.first { $0.stage == "rl" })
    let other = try #require(cut.steps.first { $0.stage == "rl" })
    #expect((other.values["micro_batches"] ?? 0) > 2)
    #expect((first.values["gradient_norm"] ?? 0) > 0)
    try expectEqualFirstSteps(whole, cut, "rl")
    // What is no sum of floats is equal to the bit: rollouts, ratios, divergences, entropies.
    for name in ["entropy", "clip_share", "kl", "tokens"] {
      #expect(other.values[name] == first.values[name], "\(name)")
    }
    #expect(whole.rollouts.prefix(2).map(\.responses) == cut.rollouts.prefix(2).map(\.responses))
    #expect(cut.steps.allSatisfy { ($0.values["clip_share"] ?? 0) == 0 })
  }

  @Test func threadsDoNotChangeABitOfARunInSeveralPasses() async throws {
    let reuse = "\n    passes_per_batch: 2\n    minibatches: 2\n    ratio: segment"
    let one = try await run(60, reuse, threads: 1)
    let two = try await run(60, reuse, threads: 2)
    #expect(one.steps == two.steps)
    #expect(one.finished.map(\.digest) == two.finished.map(\.digest))
  }

  @Test func theBoundIsPartOfWhatAStageIs() throws {
    let (whole, cut) = (try graph(nil), try graph(60))
    #expect(whole.digests()["cold"] != cut.digests()["cold"])
    #expect(whole.digests()["rl"] != cut.digests()["rl"])
    #expect(cut.planText().contains("at most 60 tok per pass"))
  }
}
