import Foundation
import RecipeLanguage
import TestSupport
import Testing

@testable import sousvide

extension SignalTests {
  /// `--set`, `--param`, `--overlay`, and the commands that look at what a recipe comes to.
  @Suite struct RecipeLayersTests {
    static let recipes: [String] = {
      let folder = Fixtures.directory.deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("recipes").resolvingSymlinksInPath()
      let found = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String }
      return (found ?? []).filter { $0.hasSuffix(".yaml") }.sorted()
        .map { folder.appendingPathComponent($0).path }
    }()

    private static func sousvide(_ words: String...) async -> (
      code: Int32, output: String, error: String
    ) {
      let recording = Recording()
      let code = await Sousvide.tool.run(words, on: recording.console())
      return (code.rawValue, recording.output, recording.error)
    }

    private static var quickstart: String {
      recipes.first { $0.hasSuffix("quickstart.yaml") } ?? ""
    }

    /// What changes results; a resolved recipe is one run, and no sweep over many.
    private static func differences(_ a: CheckResult, _ b: CheckResult) -> [RecipeDifference] {
      RecipeComparison(a, b, vocabulary: .standard).differences
        .filter { $0.changesResults && $0.path != "sweep" }
    }

    @Test(arguments: recipes)
    func aResolvedRecipeMeansTheSame(path: String) throws {
      let result = RecipeChecker.check(path: path, vocabulary: .standard)
      // Overlays and other fragments are no recipes of their own.
      guard let recipe = result.recipe else { return }
      let yaml = ResolvedRecipe(recipe, vocabulary: .standard).yaml
      let again = RecipeChecker.check(text: yaml, path: path, vocabulary: .standard)
      let resolved = try #require(again.recipe, "\(again.diagnostics)\n\(yaml)")
      #expect(Self.differences(result, again) == [])
      #expect(ResolvedRecipe(resolved, vocabulary: .standard).yaml == yaml)
      let json = ResolvedRecipe(recipe, vocabulary: .standard).json
      let fromJSON = RecipeChecker.check(text: json, path: path, vocabulary: .standard)
      #expect(Self.differences(result, fromJSON) == [])
      #expect(fromJSON.recipe != nil, "\(fromJSON.diagnostics)")
    }

    @Test func settingsReachEveryCommand() async throws {
      let set = "--set=stages.rl.steps=140"
      let plan = await Self.sousvide("plan", Self.quickstart, set, "--format", "json")
      #expect(plan.code == 0, "\(plan.error)")
      #expect(
        plan.output != (await Self.sousvide("plan", Self.quickstart, "--format", "json")).output)
      let resolved = await Self.sousvide("resolve", Self.quickstart, set, "--provenance")
      #expect(resolved.output.contains("    steps: 140  # --set stages.rl.steps=140\n"))
      let explained = await Self.sousvide("explain", Self.quickstart, "stages.rl.steps", set)
      #expect(explained.output.hasPrefix("stages.rl.steps = 140\n"))
      #expect(explained.output.contains("overrides  150   \(Self.quickstart):"))
      let wrong = await Self.sousvide("check", Self.quickstart, "--set=stages.rl.stepps=7")
      #expect(wrong.code == 1)
      #expect(wrong.error.contains("did you mean `steps`?"))
      #expect(wrong.error.contains("--set stages.rl.stepps=7"))
    }

    @Test func argumentsThatGiveNothingAreUsageErrors() async {
      for option in ["--set", "--param"] {
        let result = await Self.sousvide("check", Self.quickstart, option, "steps")
        #expect(result.code == 2)
        #expect(result.error.contains(option))
      }
      let both = await Self.sousvide("resolve", Self.quickstart, "--provenance", "--format=json")
      #expect(both.code == 2)
    }

    @Test func aDiffSaysWhetherResultsCanDiffer() async throws {
      let folder = try temporaryFolder()
      defer { try? FileManager.default.removeItem(at: folder) }
      let renamed = folder.appendingPathComponent("renamed.yaml")
      try Data("extends: \(Self.quickstart)\nabout: {title: \"Another\"}\n".utf8).write(to: renamed)
      let same = await Self.sousvide("diff", Self.quickstart, renamed.path)
      #expect(same.code == 0)
      #expect(same.output.contains("about.title"))
      #expect(same.output.hasSuffix("results cannot differ\n"))
      let shorter = folder.appendingPathComponent("shorter.yaml")
      try Data("extends: \(Self.quickstart)\nstages: {rl: {steps: 140}}\n".utf8).write(to: shorter)
      let other = await Self.sousvide("diff", Self.quickstart, shorter.path, "--format", "json")
      #expect(other.code == 1)
      #expect(other.output.contains("\"path\" : \"stages.rl.steps\""))
      let broken = await Self.sousvide("diff", Self.quickstart, folder.path + "/none.yaml")
      #expect(broken.code == 2)
    }

    @Test func aRunKeepsAllThatItsRecipeWasMadeOf() async throws {
      let folder = try temporaryFolder()
      defer { try? FileManager.default.removeItem(at: folder) }
      let base = folder.appendingPathComponent("base.yaml")
      try Data(RunCommandTests.recipe.utf8).write(to: base)
      let child = folder.appendingPathComponent("child.yaml")
      try Data("extends: base.yaml\n".utf8).write(to: child)
      let overlay = folder.appendingPathComponent("less.yaml")
      try Data("stages: {cold: {steps: 1}, rl: {steps: 1}}\n".utf8).write(to: overlay)
      let result = await Self.sousvide(
        "run", child.path, "--runs", folder.path + "/runs", "--data", folder.path + "/data",
        "--overlay", overlay.path, "--set", "run.name=layered")
      #expect(result.code == 0, "\(result.error)")
      let run = folder.appendingPathComponent("runs/layered")
      func text(_ name: String) throws -> String {
        try String(contentsOf: run.appendingPathComponent(name), encoding: .utf8)
      }
      #expect(try text("recipe.yaml") == "extends: base.yaml\n")
      #expect(try text("recipe/base.yaml") == RunCommandTests.recipe)
      #expect(try text("recipe/less.yaml").contains("steps: 1"))
      #expect(try text("recipe/arguments.txt").contains("--set run.name=layered\n"))
      let resolved = RecipeChecker.check(
        path: run.appendingPathComponent("resolved.yaml").path, vocabulary: .standard)
      let stages = try #require(resolved.recipe, "\(resolved.diagnostics)").root.record("stages")
      #expect(try stages.record("rl").integer("steps") == 1)
    }
  }
}
