import Foundation
import TestSupport
import Testing

@testable import sousvide

extension SignalTests {
  /// What a person sees when a recipe, a file or a folder is wrong: message, place, exit code.
  @Suite struct BadInputTests {
    /// The quick start of this repository, with replacements, as a file in `folder`.
    static func recipe(_ replacements: [(String, String)], in folder: URL) throws -> String {
      let source = Fixtures.directory.deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("recipes/quickstart.yaml")
      var text = try String(contentsOf: source, encoding: .utf8)
      for (old, new) in replacements {
        try #require(text.contains(old), "the quick start no longer has '\(old)'")
        text = text.replacingOccurrences(of: old, with: new)
      }
      let url = folder.appendingPathComponent("recipe.yaml")
      try Data(text.utf8).write(to: url)
      return url.path
    }

    static func sousvide(_ words: String...) async -> (code: Int32, output: String, error: String) {
      let recording = Recording()
      let code = await Sousvide.tool.run(words, on: recording.console())
      return (code.rawValue, recording.output, recording.error)
    }

    struct Mistake: Sendable, CustomTestStringConvertible {
      var old: String
      var new: String
      var message: String
      /// What the reported line holds.
      var line: String
      var testDescription: String { message }
    }

    static let mistakes = [
      Mistake(
        old: "group_size: 8", new: "group_sise: 8", message: "group_sise", line: "group_sise: 8"),
      Mistake(
        old: "kind: accuracy", new: "kind: acuracy", message: "`accuracy`", line: "kind: acuracy"),
      Mistake(
        old: "window: 8..32 tok", new: "window: 8..32 s", message: "seconds", line: "8..32 s"),
      Mistake(
        old: "window: 8..32 tok", new: "window: 32..8 tok", message: "32..8", line: "32..8 tok"),
      Mistake(
        old: "of: [answer], credit: reasoning", new: "of: [reply], credit: reasoning",
        message: "reply", line: "of: [reply]"),
      Mistake(
        old: "answer: {process: reasoning}", new: "answer: {process: conclusion}",
        message: "conclusion", line: "conclusion"),
      Mistake(old: "group_size: 8", new: "group_size: 1", message: "std", line: "group_size: 1"),
      Mistake(
        old: "prompts_per_step: 16", new: "prompts_per_step: 16\n    prompts_per_step: 8",
        message: "prompts_per_step", line: "prompts_per_step: 8"),
      Mistake(
        old: "    group_size: 8", new: "\tgroup_size: 8", message: "tab", line: "group_size: 8"),
    ]

    @Test(arguments: mistakes)
    func aMistakeInARecipeIsShownAtItsLineAndEndsWithOne(_ mistake: Mistake) async throws {
      let folder = try temporaryFolder()
      defer { try? FileManager.default.removeItem(at: folder) }
      let path = try Self.recipe([(mistake.old, mistake.new)], in: folder)
      for command in ["check", "plan", "run"] {
        let result = await Self.sousvide(command, path)
        #expect(result.code == 1)
        #expect(result.output == "")
        #expect(result.error.contains("error[SV"))
        #expect(result.error.contains(mistake.message), "\(result.error)")
        let text = try String(contentsOfFile: path, encoding: .utf8).split(
          separator: "\n", omittingEmptySubsequences: false)
        let lines = text.indices.filter { text[$0].contains(mistake.line) }.map { $0 + 1 }
        #expect(lines.contains { result.error.contains("\(path):\($0):") }, "\(result.error)")
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["recipe.yaml"])
    }

    @Test func dataThatAreNotThereAreFoundBeforeTheRun() async throws {
      let folder = try temporaryFolder()
      defer { try? FileManager.default.removeItem(at: folder) }
      let path = try Self.recipe([("data: questions", "data: mine")], in: folder)
      var text = try String(contentsOfFile: path, encoding: .utf8)
      text = text.replacingOccurrences(
        of: "data:\n  # Truthful",
        with: "data:\n  mine: {kind: records, path: nowhere.json, media: .}\n  # Truthful")
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      let result = await Self.sousvide("run", path)
      #expect(result.code == 1)
      #expect(result.error.contains("`nowhere.json` does not exist"), "\(result.error)")
      #expect(result.error.contains("error[SV5752 missing-data]"), "\(result.error)")
    }

    @Test(
      arguments: [
        ("missing.yaml", nil, "missing.yaml"),
        ("prose.yaml", "this is: [not, yaml", "prose.yaml:1:"),
        ("empty.yaml", "", "empty.yaml"),
      ] as [(String, String?, String)])
    func aFileThatIsNoRecipeIsNamed(name: String, text: String?, message: String) async throws {
      let folder = try temporaryFolder()
      defer { try? FileManager.default.removeItem(at: folder) }
      let url = folder.appendingPathComponent(name)
      if let text { try Data(text.utf8).write(to: url) }
      let result = await Self.sousvide("check", url.path)
      #expect(result.code == 1)
      #expect(result.error.contains(message), "\(result.error)")
    }

    @Test func aModelFolderWithTruncatedWeightsIsNamedBeforeAnythingIsTrained() async throws {
      let folder = try temporaryFolder()
      defer { try? FileManager.default.removeItem(at: folder) }
      let model = folder.appendingPathComponent("model")
      try FileManager.default.copyItem(at: Fixtures.url("tiny-vl"), to: model)
      let weights = model.appendingPathComponent("model.safetensors")
      try Data(contentsOf: weights).prefix(100_000).write(to: weights)
      let path = try Self.recipe([("from: scratch", "from: model")], in: folder)
      let result = await Self.sousvide(
        "run", path, "--runs", folder.path + "/runs", "--data", folder.path + "/data")
      #expect(result.code == 1)
      #expect(result.error.contains("model.safetensors"), "\(result.error)")
    }

    @Test func aConfigurationThatContradictsTheTensorsNamesBoth() async throws {
      let folder = try temporaryFolder()
      defer { try? FileManager.default.removeItem(at: folder) }
      let model = folder.appendingPathComponent("model")
      try FileManager.default.copyItem(at: Fixtures.url("tiny-vl"), to: model)
      let config = model.appendingPathComponent("config.json")
      let text = try String(contentsOf: config, encoding: .utf8)
      let edited = text.replacingOccurrences(
        of: "\"intermediate_size\": 352", with: "\"intermediate_size\": 384")
      try #require(edited != text)
      try Data(edited.utf8).write(to: config)
      let path = try Self.recipe([("from: scratch", "from: model")], in: folder)
      let result = await Self.sousvide(
        "run", path, "--runs", folder.path + "/runs", "--data", folder.path + "/data")
      #expect(result.code == 1)
      #expect(result.error.contains("mlp"), "\(result.error)")
      #expect(result.error.contains("384"), "\(result.error)")
    }
  }
}
