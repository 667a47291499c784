import Foundation
import TestSupport
import Testing

@testable import Experiments
@testable import sousvide

extension SignalTests {
  /// Bundles that bring their data along, on machines that have nothing else.
  @Suite struct BundleDataTests {
    /// Clips in files, one of them as records of JSON lines, and texts that passages come from.
    static let recipe =
      RunCommandTests.recipe
      .replacing(
        "traces: {kind: clipworld, split: foundation, clips: 8, seed: 1}",
        with: "traces: {kind: records, path: world/records.json, media: world}"
      )
      .replacing(
        "questions: {kind: clipworld, split: train, clips: 6, seed: 2}",
        with: "questions: {kind: records, path: few/questions.jsonl, media: world}"
      )
      .replacing(
        "tokenizer: {train_on: traces, vocabulary_size: 400}",
        with: """
          tokenizer: {train_on: traces, vocabulary_size: 400}
            prompt: {system: "", user: "{item.passages} {item.problem}"}
          """)
      + "\nretrieval: {collection: facts, passages: 1}\n"

    /// A folder with a finished run, and its data beside it.
    static func withRun(
      _ body: (_ folder: URL, _ run: String) async throws -> Void
    ) async throws {
      try await with(["tiny.yaml": recipe]) { folder in
        let here = folder.path
        let world = await sousvide(
          "clipworld", "generate", here + "/world", "--clips", "8", "--seed", "1", "--split",
          "foundation", "--threads", "1")
        try #require(world.code == 0, "\(world.error)")
        let records = try JSONSerialization.jsonObject(
          with: Data(contentsOf: folder.appendingPathComponent("world/records.json")))
        let lines = try #require(records as? [[String: Any]]).prefix(6).map {
          try JSONSerialization.data(withJSONObject: $0) + Data("\n".utf8)
        }
        for name in ["few", "facts"] {
          try FileManager.default.createDirectory(
            at: folder.appendingPathComponent(name), withIntermediateDirectories: true)
        }
        try lines.reduce(Data(), +).write(to: folder.appendingPathComponent("few/questions.jsonl"))
        try Data("red pays four\nblue pays five\n".utf8).write(
          to: folder.appendingPathComponent("facts/prices.txt"))
        let made = await sousvide(
          "run", here + "/tiny.yaml", "--runs", here + "/runs", "--data", here + "/data")
        try #require(made.code == 0, "\(made.error)")
        try await body(folder, here + "/runs/tiny")
      }
    }

    @Test func aRunIsMadeAgainWhereItsDataNeverWere() async throws {
      try await Self.withRun { folder, run in
        let here = folder.path
        let without = await sousvide("bundle", "create", run, "-o", here + "/without.zip")
        #expect(without.code == 0, "\(without.error)")
        let file = here + "/with.zip"
        let created = await sousvide("bundle", "create", run, "-o", file, "--with-data")
        #expect(created.code == 0, "\(created.error)")
        #expect(created.error.contains("records: 4 files, "), "\(created.error)")
        // The data sets share their clips.
        #expect(created.error.contains("media: 8 files, "), "\(created.error)")
        let again = await sousvide("bundle", "create", run, "-o", here + "/2.zip", "--with-data")
        #expect(again.code == 0)
        #expect(
          try Data(contentsOf: URL(fileURLWithPath: file))
            == Data(contentsOf: URL(fileURLWithPath: here + "/2.zip")))

        for name in ["runs", "world", "few", "facts"] {
          try FileManager.default.removeItem(atPath: here + "/" + name)
        }
        let verified = await sousvide("bundle", "verify", file)
        #expect(verified.code == 0, "\(verified.output)")
        #expect(
          verified.output.contains("verified            data/questions/records/questions.jsonl"))
        #expect(verified.output.contains("verified            collection/prices.txt"))
        #expect(!verified.output.contains("not checkable here  data/"), "\(verified.output)")
        let theirs = here + "/deep/er/theirs"
        #expect(await sousvide("bundle", "import", file, "--into", theirs).code == 0)
        for tier in ["resolve", "rescore", "update", "rerun"] {
          let replayed = await sousvide("replay", theirs, "--tier", tier)
          #expect(replayed.code == 0, "\(tier): \(replayed.error)")
        }
        let stage = await sousvide("replay", theirs, "--tier", "rerun", "--stage", "cold")
        #expect(stage.code == 0, "\(stage.error)")
        let twice = await sousvide(
          "bundle", "create", theirs, "-o", here + "/3.zip", "--with-data")
        #expect(twice.code == 0, "\(twice.error)")
        let differences = await sousvide("bundle", "diff", file, here + "/3.zip")
        #expect(!differences.output.contains("changed   records"), "\(differences.output)")
        #expect(!differences.output.contains("changed   media"), "\(differences.output)")

        let bare = here + "/bare"
        #expect(
          await sousvide("bundle", "import", here + "/without.zip", "--into", bare).code == 0)
        #expect(await sousvide("replay", bare).code == 0)
        let absent = await sousvide("replay", bare, "--tier", "rerun")
        #expect(absent.code == 1)
        #expect(absent.error.contains("records.json"), "\(absent.error)")
      }
    }

    @Test func otherDataThanTheRunsAreNotIncluded() async throws {
      try await Self.withRun { folder, run in
        let questions = folder.appendingPathComponent("few/questions.jsonl")
        let text = try String(contentsOf: questions, encoding: .utf8)
        try Data((text + text).utf8).write(to: questions)
        let created = await sousvide(
          "bundle", "create", run, "-o", folder.path + "/1.zip", "--with-data")
        #expect(created.code == 1)
        #expect(created.error.contains("data questions: the records are no longer those"))
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/1.zip"))
      }
    }

    @Test func secretsInDataAreFound() async throws {
      try await Self.withRun { folder, run in
        let key = ["sk", "Zq3vT8mWx2Ld9KpR4nYb7Hs"].joined(separator: "-")
        let facts = folder.appendingPathComponent("facts/prices.txt")
        try Data("red pays four\nthe key is \(key)\n".utf8).write(to: facts)
        // The text is part of what the run was made with; here only the search is looked at.
        try FileManager.default.removeItem(atPath: run + "/recipe/places.json")
        let created = await sousvide(
          "bundle", "create", run, "-o", folder.path + "/1.zip", "--with-data")
        #expect(created.code == 1)
        #expect(
          created.error.contains("'collection/prices.txt' line 2 has a text that looks like"),
          "\(created.error)")
        #expect(created.error.contains("does not say how its recipe was written"))
        #expect(!created.error.contains(key))
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/1.zip"))
      }
    }
  }
}
