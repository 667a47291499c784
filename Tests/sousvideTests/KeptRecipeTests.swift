import Foundation
import TestSupport
import Testing

@testable import sousvide

extension SignalTests {
  /// The recipe of a run, composed again of what the run has kept.
  @Suite struct KeptRecipeTests {
    /// Parents in two folders, an overlay, a prompt in a file, params and settings.
    private static func withRun(
      _ body: (_ folder: URL, _ run: URL) async throws -> Void
    ) async throws {
      let base = RunCommandTests.recipe
        .replacing(
          "shown: {kind: format", with: "shown: {kind: format, weight: \"${params.heavy}\""
        )
        .replacing(
          "video: {sampler: uniform, frames: 4}",
          with: """
            video: {sampler: uniform, frames: 4}
            params:
              heavy: {type: number, default: 0.5}
              rate: {type: number, default: 1.0e-3}
            """
        )
        .replacing(
          "tokenizer: {train_on: traces, vocabulary_size: 400}",
          with: """
            tokenizer: {train_on: traces, vocabulary_size: 400}
              prompt: {system: "", user: prompts/question.md}
            """)
      try await with(["less.yaml": "stages: {cold: {steps: 3}}\n"]) { folder in
        for (name, text) in [
          ("parents/base.yaml", base),
          ("parents/prompts/question.md", "Look at the clip.\n{item.problem}\nAnswer.\n"),
          ("mine/tiny.yaml", "extends: ../parents/base.yaml\nrun: {name: tiny, seed: 4}\n"),
        ] {
          let file = folder.appendingPathComponent(name)
          try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
          try Data(text.utf8).write(to: file)
        }
        let here = folder.path
        let made = await sousvide(
          "run", here + "/mine/tiny.yaml", "--runs", here + "/runs", "--data", here + "/data",
          "--overlay", here + "/less.yaml", "--param", "rate=2.0e-3", "--set",
          "stages.rl.learning_rate=${params.rate}", "--until", "cold")
        try #require(made.code == 0, "\(made.error)")
        try await body(folder, folder.appendingPathComponent("runs/tiny"))
      }
    }

    private func change(_ file: URL, _ old: String, _ new: String) throws {
      let text = try String(contentsOf: file, encoding: .utf8)
      let range = try #require(text.range(of: old), "\(old): \(text)")
      try Data(text.replacingCharacters(in: range, with: new).utf8).write(to: file)
    }

    @Test func itComesToTheSameWhereverTheRunIs() async throws {
      try await Self.withRun { folder, run in
        let resolved = await sousvide("replay", run.path, "--tier", "resolve")
        #expect(resolved.code == 0, "\(resolved.error)")
        #expect(resolved.output.contains("the recipe as written comes to resolved.yaml, all "))
        for name in ["parents", "mine", "less.yaml"] {
          try FileManager.default.removeItem(atPath: folder.path + "/" + name)
        }
        let elsewhere = folder.appendingPathComponent("a/b/c/d/e/f/other")
        try FileManager.default.createDirectory(
          at: elsewhere.deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.moveItem(at: run, to: elsewhere)
        let moved = await sousvide("replay", elsewhere.path, "--tier", "resolve", "--json")
        #expect(moved.code == 0, "\(moved.error)")
        #expect(moved.output.contains("\"is_equal\" : true"), "\(moved.output)")
      }
    }

    @Test func whatWasChangedIsNamedWithFileLineAndBothValues() async throws {
      try await Self.withRun { folder, run in
        let cases: [(file: String, old: String, new: String, said: [String])] = [
          (
            "recipe/base.yaml", "learning_rate: 1.0e-2", "learning_rate: 3.0e-2",
            [
              "stages.cold.learning_rate   resolved.yaml:", "recorded  0.01",
              "composed  0.03   recipe/base.yaml:",
            ]
          ),
          (
            "recipe/base.yaml", "default: 0.5", "default: 0.75",
            [
              "rewards.shown.weight", "recorded  0.5", "composed  0.75",
              "from params.heavy (recipe/base.yaml:",
            ]
          ),
          (
            "recipe/question.md", "Answer.", "Think.",
            ["model.prompt.user", "recorded  Answer.", "composed  Think.   recipe/question.md:3"]
          ),
          (
            "recipe/less.yaml", "steps: 3", "steps: 4",
            ["stages.cold.steps", "recorded  3", "composed  4   --overlay recipe/less.yaml:1:"]
          ),
          (
            "recipe/arguments.txt", "rate=2.0e-3", "rate=4.0e-3",
            ["stages.rl.learning_rate", "recorded  0.002", "composed  0.004"]
          ),
          (
            "recipe.yaml", "seed: 4", "seed: 5",
            ["run.seed", "recorded  4", "composed  5   recipe.yaml:2:"]
          ),
          (
            "resolved.yaml", "seed: 4", "seed: 6",
            ["run.seed   resolved.yaml:", "recorded  6", "composed  4   recipe.yaml:2:"]
          ),
        ]
        for (name, old, new, said) in cases {
          let file = run.appendingPathComponent(name)
          let whole = try Data(contentsOf: file)
          try change(file, old, new)
          let result = await sousvide("replay", run.path, "--tier", "resolve")
          #expect(result.code == 1, "\(name)")
          for text in said { #expect(result.error.contains(text), "\(text): \(result.error)") }
          #expect(!result.error.contains("/-/-"), "\(result.error)")
          try whole.write(to: file)
        }
      }
    }

    @Test func whatIsNoRecipeAnyMoreSaysSo() async throws {
      try await Self.withRun { folder, run in
        let base = run.appendingPathComponent("recipe/base.yaml")
        let whole = try Data(contentsOf: base)
        try change(base, "group_size: 4", "group_sise: 4")
        let broken = await sousvide("replay", run.path, "--tier", "resolve")
        #expect(broken.code == 1)
        #expect(broken.error.contains("did you mean `group_size`?"), "\(broken.error)")
        #expect(broken.error.contains("recipe/base.yaml:"), "\(broken.error)")
        #expect(broken.error.contains("cannot be composed again"))
        try FileManager.default.removeItem(at: base)
        let absent = await sousvide("replay", run.path, "--tier", "resolve")
        #expect(absent.code == 1)
        #expect(
          absent.error.contains("has no recipe/base.yaml, which its recipe names"),
          "\(absent.error)")
        try whole.write(to: base)
        // One that names a file of this machine is not shown it.
        try Data("extends: /etc/hostname\n".utf8).write(
          to: run.appendingPathComponent("recipe.yaml"))
        let outside = await sousvide("replay", run.path, "--tier", "resolve")
        #expect(outside.code == 1)
        #expect(outside.error.contains("etc/hostname, which its recipe names"), "\(outside.error)")
        let places = run.appendingPathComponent("recipe/places.json")
        try Data("{".utf8).write(to: places)
        let damaged = await sousvide("replay", run.path, "--tier", "resolve")
        #expect(damaged.code == 1)
        #expect(damaged.error.contains("recipe/places.json' is damaged"), "\(damaged.error)")
        try FileManager.default.removeItem(at: places)
        let old = await sousvide("replay", run.path, "--tier", "resolve")
        #expect(old.error.contains("only the graph is compared"), "\(old.error)")
      }
    }
  }
}
