import Foundation
import Testing
import Trainer

@testable import Experiments

struct SweepResultsTests {
  private func step(_ number: Int, _ values: [String: Double]) -> StepRecord {
    StepRecord(stage: "rl", algorithm: "grpo", step: number, of: 8, values: values)
  }

  /// The part of an evaluated response that comparing takes.
  private func write(
    _ right: [Double], of trial: String, in folder: SweepFolder
  ) throws {
    let file = folder.responses(of: trial, SweepScenes.objective)
    try EvaluationFiles.makeFolder(of: file)
    let lines = right.enumerated().map { question, value in
      "{\"question\":\(question),\"input\":\"video\",\"sample\":0,\"values\":{\"accuracy\":\(value)}}\n"
    }
    try Data(lines.joined().utf8).write(to: file)
  }

  @Test func cellsAreComparedOverTheirSeeds() async throws {
    try await SweepScenes.with { folder in
      let session = try SweepSession(
        SweepScenes.specification(["a", "b", "c", "d"], control: "a"), in: folder)
      let accuracies = [
        "a-s7": 0.5, "a-s8": 0.75, "b-s7": 0.75, "b-s8": 1, "c-s7": 0, "c-s8": 0.25,
      ]
      for (trial, accuracy) in accuracies {
        let steps = (1...8).map {
          step(
            $0, ["zero_variance/all": 0.75, "truncated": $0 > 6 ? 0.5 : 0, "generated_tokens": 10])
        }
        try SweepScenes.finish(trial, in: folder, accuracy: accuracy, steps: steps)
        let count = Int(accuracy * 40)
        try write((0..<40).map { $0 < count ? 1 : 0 }, of: trial, in: folder)
      }
      try session.record(SweepEvent(.started, trial: "d-s7"))
      try session.record(SweepEvent(.pruned, trial: "d-s7", step: 4, value: 0.1, reason: "behind"))

      let results = try SweepResults(folder)
      #expect(results.schema == "sousvide.sweep/1")
      #expect(results.statuses == ["finished": 6, "pruned": 1, "waiting": 1])
      #expect(results.best == "b")
      let control = try #require(results["a"])
      #expect(control.isControl && control.value?.mean == 0.625)
      // √((0.125² + 0.125²) / 1 / 2) = 0.125, and 12.706 for one degree of freedom.
      #expect(abs(try #require(control.value?.margin) - 1.58825) < 1e-6)
      #expect(control.training["informative_groups"]?.mean == 0.25)
      #expect(control.training["truncated"]?.mean == 0.5)
      #expect(control.generatedTokens?.mean == 80)
      #expect(
        control.trials.map(\.responses)
          == ["a-s7", "a-s8"].map {
            "\($0)/evaluations/check/rl.jsonl"
          })
      // A quarter of the questions are answered by b alone.
      #expect(results["b"]?.isAmongTheBest == true && results["b"]?.againstBest == nil)
      #expect(control.againstBest?.questions == 40)
      #expect(control.againstBest?.difference == 0.25)
      #expect(!control.isAmongTheBest && results["c"]?.isAmongTheBest == false)
      let pruned = try #require(results["d"])
      #expect(pruned.status == .pruned && pruned.value == nil)
      #expect(pruned.trials.first?.endedAt == 4 && pruned.trials.first?.endedWith == 0.1)

      // It is the same after being written and read.
      let data = try JSONEncoder().encode(results)
      #expect(try JSONDecoder().decode(SweepResults.self, from: data).best == "b")
    }
  }

  @Test func whatIsNoSweepIsNamed() async throws {
    try await SweepScenes.with { folder in
      #expect(throws: ExperimentError.noSuchSweep(path: folder.url.path)) {
        try SweepResults(folder)
      }
    }
  }
}
