import Foundation
import TestSupport
import Testing

@testable import sousvide

extension SignalTests {
  /// `sousvide plan --why`: which runs lend stages, and what keeps the others from being lent.
  @Suite struct PlanWhyTests {
    /// A folder with a finished run of a small recipe.
    private func withRun(
      _ body: (_ why: ([String]) async -> (code: Int32, output: String, error: String)) async throws
        -> Void
    ) async throws {
      try await with(["tiny.yaml": RunCommandTests.recipe]) { folder in
        let recipe = folder.path + "/tiny.yaml"
        let runs = folder.path + "/runs"
        let run = await sousvide(
          "run", recipe, "--runs", runs, "--data", folder.path + "/data")
        try #require(run.code == 0, "\(run.error)")
        try await body { words in
          let recording = Recording()
          let code = await Sousvide.tool.run(
            ["plan", recipe, "--why", "--runs", runs] + words, on: recording.console())
          return (code.rawValue, recording.output, recording.error)
        }
      }
    }

    @Test func aStageThatIsThereSaysWhere() async throws {
      try await withRun { why in
        let same = await why([])
        #expect(same.code == 0, "\(same.error)")
        for stage in ["cold", "rl  "] {
          #expect(same.output.contains("\(stage)   is taken over from tiny"), "\(same.output)")
        }
        // What nobody computes with changes nothing.
        let faster = await why(["--set", "run.threads=1"])
        #expect(faster.output.contains("rl     is taken over from tiny"), "\(faster.output)")
      }
    }

    @Test func aMissNamesTheSettingThatCausesItAndNoOther() async throws {
      try await withRun { why in
        let changed = await why([
          "--set", "stages.rl.learning_rate=2.0e-2", "--set", "eval.check.max_new_tokens=20 tok",
        ])
        #expect(changed.code == 0, "\(changed.error)")
        #expect(changed.output.contains("cold   is taken over from tiny"), "\(changed.output)")
        #expect(changed.output.contains("rl     is made: nearest is rl of tiny, with "))
        #expect(
          changed.output.contains("stages.rl.learning_rate: 0.02, there 0.001   --set"),
          "\(changed.output)")
        #expect(!changed.output.contains("eval."), "\(changed.output)")
        // What comes first is made again, and with it what rests on it; each has the same cause.
        let first = await why(["--set", "stages.cold.learning_rate=2.0e-2"])
        #expect(first.output.components(separatedBy: "stages.cold.learning_rate: 0.02").count == 3)
        #expect(!first.output.contains("taken over"))
      }
    }

    @Test func programsReadItAndGraphicsAreRefused() async throws {
      try await withRun { why in
        let json = await why(["--format", "json", "--set", "stages.rl.learning_rate=2.0e-2"])
        #expect(json.code == 0, "\(json.error)")
        let document =
          try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
        #expect(document?["schema"] as? String == "sousvide.stages/1")
        let stages = try #require(document?["stages"] as? [[String: Any]])
        #expect(stages.first?["holder"] as? String == "tiny")
        let nearest = try #require(stages.last?["nearest"] as? [String: Any])
        let settings = try #require(nearest["settings"] as? [[String: Any]])
        #expect(settings.map { $0["path"] as? String } == ["stages.rl.learning_rate"])
        let svg = await why(["--format", "svg"])
        #expect(svg.code == 2 && svg.error.contains("text or json"), "\(svg.error)")
      }
    }

    @Test func withoutRunsEveryStageIsMade() async throws {
      try await with(["tiny.yaml": RunCommandTests.recipe]) { folder in
        let planned = await sousvide(
          "plan", folder.path + "/tiny.yaml", "--why", "--runs", folder.path + "/none")
        #expect(planned.code == 0, "\(planned.error)")
        #expect(planned.output.contains("rl     is made: no run has made one like it"))
      }
    }
  }
}
