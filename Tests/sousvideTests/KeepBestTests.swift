import Foundation
import TestSupport
import Testing

@testable import Experiments
@testable import Trainer
@testable import sousvide

extension SignalTests {
  /// A run whose first stage is evaluated while it trains, and keeps its best checkpoint.
  @Suite struct KeepBestTests {
    static func recipe(_ best: String = "{minimize: eval.check.length.response}") -> String {
      RunCommandTests.recipe
        .replacing("check: {data", with: "check: {every: 5 step, data")
        .replacing("learning_rate: 1.0e-2}", with: "learning_rate: 1.0e-2, keep: {best: \(best)}}")
    }

    private func run(
      in folder: URL, pressingControlCAt text: String? = nil
    ) async -> (code: Int32, error: String) {
      let recording = Recording()
      let console = text.map { recording.console(pressingControlCAt: $0) } ?? recording.console()
      let code = await Sousvide.tool.run(
        [
          "run", folder.path + "/tiny.yaml", "--runs", folder.path + "/runs", "--data",
          folder.path + "/data",
        ], on: console)
      return (code.rawValue, recording.error)
    }

    @Test func theRunSaysWhichStepItKept() async throws {
      try await with(["tiny.yaml": Self.recipe()]) { folder in
        let made = await run(in: folder)
        try #require(made.code == 0, "\(made.error)")
        let directory = try RunDirectory.open(at: folder.appendingPathComponent("runs/tiny"))
        let metrics = try directory.metrics()
        #expect(metrics.intermediate.map(\.step) == [5, 10, 12])
        let summary = try directory.read(RunSummary.self, from: .summary)
        let choice = try #require(summary?.stages.first?.choice)
        #expect(choice.candidates == 3 && summary?.stages.last?.choice == nil)
        let sentence = "\(choice)"
        #expect(
          sentence.hasPrefix("step \(choice.best.step) of 12, the best of 3 by eval.check.length."))
        #expect(made.error.contains("cold: \(sentence)"), "\(made.error)")
        #expect(made.error.contains("check, step 5"), "\(made.error)")
        #expect(metrics.evaluations.first { $0.stage == "cold" }?.step == choice.best.step)

        for step in [5, 10, 12] {
          let items = try JSONLinesReader.read(
            EvaluatedItem.self, from: directory.evaluations.url("check", stage: "cold", step: step))
          #expect(items.count == 6 && items.allSatisfy { $0.step == step })
        }
        let states = try FileManager.default.contentsOfDirectory(atPath: directory.state.path)
        #expect(!states.contains { $0.hasSuffix(".safetensors") }, "\(states)")
        let report = try String(contentsOf: directory.url(of: .report), encoding: .utf8)
        #expect(report.contains(sentence) && report.contains("is optimistic about it"))
        #expect(report.contains("Check over steps"))
        let shown = await sousvide("runs", "show", "tiny", "--runs", folder.path + "/runs")
        #expect(shown.code == 0 && shown.output.contains(sentence), "\(shown)")
        let exported = folder.appendingPathComponent("out")
        let export = await sousvide("export", directory.url.path, "--into", exported.path)
        #expect(export.code == 0, "\(export)")
        #expect(
          FileManager.default.fileExists(
            atPath: exported.appendingPathComponent("intermediate.csv").path))
        let bundle = folder.appendingPathComponent("run.bundle").path
        let bundled = await sousvide("bundle", "create", directory.url.path, "-o", bundle)
        #expect(bundled.code == 0, "\(bundled)")
        let verified = await sousvide("bundle", "verify", bundle)
        #expect(verified.code == 0, "\(verified)")
      }
    }

    @Test func everyTierOfAReplayIsEqual() async throws {
      try await with(["tiny.yaml": Self.recipe()]) { folder in
        let made = await run(in: folder)
        try #require(made.code == 0, "\(made.error)")
        for tier in ["resolve", "rescore", "update", "rerun"] {
          let again = await sousvide(
            "replay", "--data", folder.path + "/data", folder.path + "/runs/tiny", "--tier", tier)
          #expect(again.code == 0, "\(tier): \(again)")
        }
      }
    }

    @Test(arguments: ["cold 4/12", "check, step 5", "cold 8/12", "check, step 10", "cold 11/12"])
    func aRunThatIsInterruptedEndsAsIfItNeverWas(_ moment: String) async throws {
      try await with(["tiny.yaml": Self.recipe()]) { folder in
        let whole = await run(in: folder)
        try #require(whole.code == 0, "\(whole.error)")
        try await with(["tiny.yaml": Self.recipe()]) { other in
          #expect(await run(in: other, pressingControlCAt: moment).code == 130)
          let resumed = await run(in: other)
          #expect(resumed.code == 0, "\(resumed.error)")
          let (first, second) = (
            folder.appendingPathComponent("runs/tiny"), other.appendingPathComponent("runs/tiny")
          )
          for folder in ["evaluations", "checkpoints"] {
            let names = try FileManager.default.subpathsOfDirectory(
              atPath: first.appendingPathComponent(folder).path
            ).sorted()
            #expect(
              try FileManager.default.subpathsOfDirectory(
                atPath: second.appendingPathComponent(folder).path
              ).sorted() == names)
          }
          for name in [
            "metrics.jsonl", "trace.jsonl", "checkpoints/cold/model.safetensors",
            "checkpoints/cold/selection.json", "checkpoints/rl/model.safetensors",
            "evaluations/check/cold.jsonl", "evaluations/check/cold/10.jsonl",
          ] {
            #expect(
              try Data(contentsOf: first.appendingPathComponent(name))
                == Data(contentsOf: second.appendingPathComponent(name)), "\(name)")
          }
        }
      }
    }

    @Test func aPlanCountsWhatIsAskedWithin() async throws {
      try await with(["tiny.yaml": Self.recipe()]) { folder in
        let plan = await sousvide("plan", folder.path + "/tiny.yaml")
        #expect(plan.code == 0, "\(plan)")
        #expect(plan.output.contains("check/within-cold"), "\(plan.output)")
        #expect(plan.output.contains("every 5 steps of it"), "\(plan.output)")
        #expect(plan.output.contains("the checkpoint with the lowest eval.check.length.response"))
        // Three times six questions with up to 24 tokens.
        #expect(plan.output.contains("18 samples, <= 432 tok"), "\(plan.output)")
      }
    }
  }
}
