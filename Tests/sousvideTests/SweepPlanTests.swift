import Foundation
import Testing

@testable import sousvide

/// `sousvide sweep plan`: what would run, before anything does.
@Suite struct SweepPlanTests {
  /// The world of a few clips with a sweep over two params.
  static func recipe(_ sweep: String) -> String {
    SignalTests.RunCommandTests.recipe.replacing(
      "model:\n",
      with: """
        params:
          rate: {type: number, default: 1.0e-3}
          limit: {type: int, default: 24, range: 8..64}
        \(sweep)
        model:

        """
    ).replacing("learning_rate: 1.0e-3", with: "learning_rate: \"${params.rate}\"")
      .replacing(
        "sampling: {max_new_tokens: 24 tok}",
        with: "sampling: {max_new_tokens: \"${params.limit} tok\"}")
  }

  static let sweep = """
    sweep:
      axes:
        rate: {values: [1.0e-3, 2.0e-3]}
        limit: {from: 16, to: 80, by: 32}
      where: params.rate < 0.0015 or params.limit > 16
      seeds: 2
      reseed: [rl]
      controls: {published: {rate: 1.0e-3, limit: 24}}
      objective: {maximize: eval.check.accuracy}
    """

  @Test func aPlanShowsCellsReasonsSharedStagesAndTime() async throws {
    try await with(["tiny.yaml": Self.recipe(Self.sweep)]) { folder in
      let path = folder.path + "/tiny.yaml"
      let plan = await sousvide("sweep", "plan", path)
      #expect(plan.code == 0, "\(plan.error)")
      for text in [
        "tiny: 4 cells x 2 seeds = 8 runs", "3, 4 (of rl)", "maximize eval.check.accuracy",
        "control `published`", "does not hold", "SV2006",
        "1 x sft `cold` instead of 8", "8 x process_aware_grpo `rl`", "one run after the other",
      ] { #expect(plan.output.contains(text), "\(text) in \(plan.output)\(plan.error)") }
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/runs"))

      let again = await sousvide("sweep", "plan", path, "--json")
      let document = try #require(
        try JSONSerialization.jsonObject(with: Data(again.output.utf8)) as? [String: Any])
      #expect(document["schema"] as? String == "sousvide.sweep-plan/1")
      let sweep = try #require(document["sweep"] as? [String: Any])
      let trials = try #require(sweep["trials"] as? [[String: Any]])
      #expect(trials.count == 8)
      #expect(Set(trials.compactMap { $0["digest"] as? String }).count == 8)
      #expect(trials.first?["cell"] as? String == "published")
      #expect(
        trials.last?["arguments"] as? [String] == [
          "--param", "rate=2.0e-3", "--param", "limit=48", "--set", "stages.rl.seed=4",
        ])
    }
  }

  @Test func aSweepThatIsRunAsOneRunIsToldHow() async throws {
    try await with(["tiny.yaml": Self.recipe(Self.sweep)]) { folder in
      let run = await sousvide("run", folder.path + "/tiny.yaml")
      #expect(run.code == 1)
      #expect(run.error.contains("SV6018"))
      #expect(run.error.contains("sousvide sweep run \(folder.path)/tiny.yaml"))
    }
  }

  @Test func aRunIsNamedAndHeldToItsGraph() async throws {
    try await with(["tiny.yaml": SignalTests.RunCommandTests.recipe]) { folder in
      let path = folder.path + "/tiny.yaml"
      let other = await sousvide("run", path, "--graph", "0123", "--runs", folder.path + "/runs")
      #expect(other.code == 1)
      #expect(other.error.contains("another training graph than the one asked for"))
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/runs"))
      for words in [["--name", "a/b"], ["--name", ".."], ["--name", "a", "--fresh"]] {
        let recording = Recording()
        #expect(await Sousvide.tool.run(["run", path] + words, on: recording.console()) == .usage)
      }
    }
  }

  @Test func aRecipeWithoutASweepIsNoSweep() async throws {
    try await with(["tiny.yaml": SignalTests.RunCommandTests.recipe]) { folder in
      let plan = await sousvide("sweep", "plan", folder.path + "/tiny.yaml")
      #expect(plan.code == 1)
      #expect(plan.error.contains("has no `sweep`; `sousvide run"))
    }
    let pipe = await sousvide("sweep", "plan", "-")
    #expect(pipe.code == 1)
    #expect(pipe.error.contains("must be a file"))
  }
}
