import Foundation
import Testing

@testable import sousvide

/// What commands print for programs.
@Suite struct JSONOptionTests {
  private func object(_ text: String) throws -> [String: Any] {
    try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any], "\(text)")
  }

  @Test func everyCommandThatEndsHasIt() {
    // What these print is for programs in the first place.
    let without: Set = ["lsp", "completions", "schema"]
    for command in Sousvide.tool.commands {
      let specification = command.specification
      guard let word = specification.words.first, !without.contains(word) else { continue }
      let names = specification.arguments.map(\.name)
      #expect(names.contains("json") || names.contains("format"), "\(specification.words)")
    }
  }

  @Test func aFileThatIsWrittenIsNamed() async throws {
    try await with([:]) { folder in
      let path = folder.path + "/mine.yaml"
      let result = await sousvide("init", "sft", "--into", path, "--json")
      #expect(result.code == 0, "\(result.error)")
      let file = try object(result.output)["file"] as? String
      #expect(file == path)
      let refused = await sousvide("judge", "sample", folder.path, "--json")
      #expect(refused.code == 2)
      #expect(refused.error.contains("--into"))
    }
  }

  @Test func formattingSaysWhatBecameOfEachFile() async throws {
    let well = "sousvide: 1\nrun: {name: a, seed: 1}\n"
    try await with([
      "well.yaml": well, "not.yaml": "run: {seed: 1, name: a}\nsousvide: 1\n", "bad.yaml": "a: [\n",
    ]) {
      folder in
      let paths = ["well", "not", "bad"].map { folder.path + "/\($0).yaml" }
      func expect(_ words: [String], code: Int32, _ outcomes: [String]) async throws {
        let recording = Recording()
        let found = await Sousvide.tool.run(["fmt"] + words + paths, on: recording.console())
        #expect(found.rawValue == code)
        let files = try #require(try object(recording.output)["files"] as? [[String: String]])
        #expect(files.compactMap { $0["outcome"] } == outcomes)
      }
      try await expect(["--check", "--json"], code: 1, ["unchanged", "unformatted", "failed"])
      try await expect(["--json"], code: 1, ["unchanged", "formatted", "failed"])
      try await expect(["--check", "--json"], code: 1, ["unchanged", "unchanged", "failed"])
      #expect(await sousvide("fmt", "-", "--json").code == 2)
    }
  }

  @Test func explanationsOfCodesAndSettings() async throws {
    let page = await sousvide("explain", "SV5203", "--json")
    #expect(page.code == 0, "\(page.error)")
    let code = try object(page.output)["code"] as? String
    #expect(code == "SV5203")
    try await with(["a.yaml": "sousvide: 1\nrun: {name: a, seed: 7}\n"]) { folder in
      let setting = await sousvide("explain", folder.path + "/a.yaml", "run.seed", "--json")
      let found = try object(setting.output)
      #expect(found["value"] as? String == "7")
      #expect(found["effect"] as? String == "result")
    }
  }

  @Test func aWorldOfClips() async throws {
    try await with([:]) { folder in
      let result = await sousvide(
        "clipworld", "generate", folder.path + "/world", "--clips", "2", "--json")
      #expect(result.code == 0, "\(result.error)")
      let clips = try object(result.output)["clips"] as? Int
      #expect(clips == 2)
    }
  }
}
