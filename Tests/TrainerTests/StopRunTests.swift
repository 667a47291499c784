import Testing

@testable import Trainer

/// Runs whose responses end with their last segment.
@Suite struct StopRunTests {
  private func run(_ stop: String) async throws -> Recorder {
    var recorder: Recorder?
    try await withFolder { folder in
      let run = TinyRun(in: folder)
      try await run.run(
        TinyRun.graph([("steps: 40", "steps: 60"), ("40 tok}", "40 tok\(stop)}")]))
      recorder = run.recorder
    }
    return try #require(recorder)
  }

  @Test func aResponseHoldsTheCloseAndNothingAfterIt() async throws {
    let (free, stopped) = (try await run(""), try await run(", stop: last_segment"))
    let responses = stopped.rollouts.flatMap(\.responses)
    let closed = responses.filter { $0.text.contains("</answer>") }
    #expect(!closed.isEmpty)
    for response in closed {
      #expect(response.text.hasSuffix("</answer>"))
      #expect(response.pieces.last == "</answer>")
      #expect(response.finish == "stop")
    }
    // The first step has the same weights and randomness: the responses are the same up to there.
    for (whole, cut) in zip(free.rollouts.prefix(2), stopped.rollouts.prefix(2)) {
      for (one, other) in zip(whole.responses, cut.responses) {
        #expect(one.text.hasPrefix(other.text))
        #expect(one.pieces.starts(with: other.pieces))
      }
    }
    #expect(
      Set(free.rollouts.flatMap(\.responses).compactMap(\.finish)).isSubset(of: ["stop", "length"]))
    // Sampler and trainer agree on what is left: the ratio is 1.
    let steps = stopped.steps.filter { $0.stage == "rl" }
    #expect(steps.first?.values["kl"] == 0)
    #expect(steps.allSatisfy { $0.values["clip_share"] == 0 })
  }
}
