import Experiments
import Foundation
import Testing

@testable import sousvide

/// `sousvide lock`, and what `run --locked` makes of it.
@Suite struct LockCommandTests {
  private static let items = ["red", "blue", "green"].map { colour in
    #"{"problem_id": "\#(colour)", "problem": "what does \#(colour) pay ?", "problem_type": "numerical", "answer": "4"}"#
  }.joined(separator: "\n")

  /// A recipe with a model, a tokenizer and records in files.
  private func withRecipe(_ body: (_ folder: URL, _ recipe: String) async throws -> Void)
    async throws
  {
    try await with(["locked.yaml": SignalTests.LocalJudgeTests.recipe, "items.jsonl": Self.items]) {
      folder in
      let models = folder.appendingPathComponent("models")
      try FileManager.default.createDirectory(at: models, withIntermediateDirectories: true)
      try ChainModel.judge.write(to: models.appendingPathComponent("judge"))
      try ChainModel.writer.write(to: models.appendingPathComponent("writer"))
      try await body(folder, folder.path + "/locked.yaml")
    }
  }

  private func change(_ url: URL, _ old: String, _ new: String) throws {
    let text = try String(contentsOf: url, encoding: .utf8)
    try #require(text.contains(old), "\(old)")
    try Data(text.replacingOccurrences(of: old, with: new).utf8).write(to: url)
  }

  @Test func aLockIsWrittenTheSameWayAndHolds() async throws {
    try await withRecipe { folder, recipe in
      let lock = folder.appendingPathComponent("locked.lock")
      let missing = await sousvide("lock", recipe, "--check")
      #expect(missing.code == 1)
      #expect(missing.error.contains("SV7002") && missing.error.contains("sousvide lock"))
      let written = await sousvide("lock", recipe)
      #expect(written.code == 0, "\(written.error)")
      let first = try Data(contentsOf: lock)
      #expect(await sousvide("lock", recipe).error.contains("0 facts changed"))
      #expect(try Data(contentsOf: lock) == first)
      #expect(await sousvide("lock", recipe, "--check").code == 0)
      let text = String(decoding: first, as: UTF8.self)
      for fact in ["\"items count\" : \"3\"", "plausible model", "\"edition\" : \"2026-11\""] {
        #expect(text.contains(fact), "\(fact) \(text)")
      }
      // What only people read is no fact, nor is how fast something is.
      try change(URL(fileURLWithPath: recipe), "run: {", "# a remark\nrun: {threads: 1, ")
      #expect(await sousvide("lock", recipe, "--check").code == 0)
    }
  }

  @Test func everyDriftIsNamedWhereItIs() async throws {
    let changes: [(file: String, old: String, new: String, said: [String])] = [
      (
        "locked.yaml", "learning_rate: 1.0e-3", "learning_rate: 2.0e-3",
        [
          "settings `stages.rl.learning_rate` is `constant(0.002)` and not `constant(0.001)`",
          "learning_rate: 2.0e-3",
        ]
      ),
      (
        "items.jsonl", "what does red pay ?", "what does red cost ?",
        ["data `items order`", "data `items records`"]
      ),
      ("models/judge/tokenizer_config.json", "{", "{ ", ["judges `plausible model`"]),
    ]
    for (file, old, new, said) in changes {
      try await withRecipe { folder, recipe in
        #expect(await sousvide("lock", recipe).code == 0)
        try change(folder.appendingPathComponent(file), old, new)
        let checked = await sousvide("lock", recipe, "--check")
        #expect(checked.code == 1, "\(file)")
        for text in said + ["SV7001"] {
          #expect(checked.error.contains(text), "\(file) \(checked.error)")
        }
        let run = await sousvide(
          "run", recipe, "--locked", "--runs", folder.path + "/runs", "--data",
          folder.path + "/data")
        #expect(run.code == 1)
        #expect(run.error.contains("SV7001"))
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/runs"))
      }
    }
  }

  @Test func aLockThatCannotBeComparedIsRefused() async throws {
    try await withRecipe { folder, recipe in
      let lock = folder.appendingPathComponent("locked.lock")
      #expect(await sousvide("lock", recipe).code == 0)
      let whole = try String(contentsOf: lock, encoding: .utf8)
      let cases = [
        (
          whole.replacingOccurrences(of: "sousvide.lock/1", with: "sousvide.lock/2"),
          "sousvide.lock/2"
        ),
        (String(whole.dropLast(20)), "the lock is damaged"),
        (whole.replacingOccurrences(of: "\"judges\"", with: "\"jurors\""), "section `jurors`"),
      ]
      for (text, said) in cases {
        try Data(text.utf8).write(to: lock)
        let checked = await sousvide("lock", recipe, "--check")
        #expect(checked.code == 1)
        #expect(
          checked.error.contains("SV7003") && checked.error.contains(said), "\(checked.error)")
      }
      // An edition that this program does not have is an error of the lock's reader, not silence.
      try Data(whole.replacingOccurrences(of: "2026-11", with: "2030-01").utf8).write(to: lock)
      let edition = await sousvide("lock", recipe, "--check")
      #expect(
        edition.error.contains("program `edition` is `2026-11` and not `2030-01`"),
        "\(edition.error)")
    }
  }
}
