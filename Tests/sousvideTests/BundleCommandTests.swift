import Foundation
import TestSupport
import Testing

@testable import sousvide

extension SignalTests {
  /// `sousvide bundle` on what `sousvide run` left.
  @Suite struct BundleCommandTests {
    private func sousvide(_ words: String...) async -> (code: Int32, output: String, error: String)
    {
      let recording = Recording()
      let code = await Sousvide.tool.run(words, on: recording.console())
      return (code.rawValue, recording.output, recording.error)
    }

    @Test func aRunIsCheckedAndReplayedElsewhere() async throws {
      try await with(["tiny.yaml": RunCommandTests.recipe]) { folder in
        let here = folder.path
        let made = await sousvide(
          "run", here + "/tiny.yaml", "--runs", here + "/runs", "--data", here + "/data")
        try #require(made.code == 0, "\(made.error)")
        let file = here + "/tiny.zip"
        let created = await sousvide("bundle", "create", here + "/runs/tiny", "-o", file, "--json")
        #expect(
          created.code == 0 && created.output.contains("\"file\" : \"\(file)\""), "\(created)")
        let again = await sousvide("bundle", "create", here + "/runs/tiny", "-o", here + "/2.zip")
        #expect(again.code == 0, "\(again.error)")
        let bytes = try Data(contentsOf: URL(fileURLWithPath: file))
        #expect(try bytes == Data(contentsOf: URL(fileURLWithPath: here + "/2.zip")))

        let verified = await sousvide("bundle", "verify", file)
        #expect(verified.code == 0, "\(verified.output)")
        #expect(verified.output.contains("verified            steps of stage rl"))
        #expect(
          verified.output.contains("not checkable here  checkpoints/rl/model.safetensors"),
          "\(verified.output)")
        let checks = await sousvide("bundle", "verify", file, "--json")
        #expect(checks.code == 0 && checks.output.contains("\"outcome\" : \"not_checkable\""))
        let manifest = await sousvide("bundle", "inspect", file, "--json")
        #expect(manifest.output.contains("\"schema\" : \"sousvide.bundle/1\""))
        let listed = await sousvide("bundle", "inspect", file)
        #expect(listed.output.contains("trace.jsonl") && listed.output.contains("README.md"))

        // Nothing of the first place is there any more.
        try FileManager.default.removeItem(atPath: here + "/runs")
        let elsewhere = here + "/elsewhere/theirs"
        let imported = await sousvide("bundle", "import", file, "--into", elsewhere, "--json")
        #expect(imported.code == 0 && imported.output.contains("\"run\" : "), "\(imported)")
        for tier in ["resolve", "rescore"] {
          let replayed = await sousvide(
            "replay", elsewhere, "--tier", tier, "--threads", "1", "--data", here + "/data")
          #expect(replayed.code == 0, "\(replayed.error)")
        }
        let twice = await sousvide("bundle", "import", file, "--into", elsewhere)
        #expect(twice.code == 1)
        #expect(twice.error.contains("is there already"), "\(twice.error)")

        try await Self.aFlippedBitIsNamed(bytes, in: folder) { await sousvide("bundle", $0, $1) }
      }
    }

    /// In a response of the trace: the step is named, too.
    private static func aFlippedBitIsNamed(
      _ bytes: Data, in folder: URL,
      _ sousvide: (String, String) async -> (code: Int32, output: String, error: String)
    ) async throws {
      let trace = try #require(
        bytes.range(of: Data(#""finish":"length""#.utf8), options: .backwards))
      var flipped = bytes
      flipped[trace.upperBound - 2] ^= 1
      let file = folder.appendingPathComponent("flipped.zip")
      try flipped.write(to: file)
      let found = await sousvide("verify", file.path)
      #expect(found.code == 1)
      #expect(found.output.contains("failed              trace.jsonl: has other bytes"))
      #expect(found.output.contains("'trace.jsonl' line "), "\(found.output)")
    }

    @Test func twoBundlesPartWhereTheirRunsDo() async throws {
      try await with(["tiny.yaml": RunCommandTests.recipe]) { folder in
        let here = folder.path
        var bundles: [String] = []
        for rate in ["1.0e-3", "2.0e-3"] {
          let runs = "\(here)/\(rate)"
          let made = await sousvide(
            "run", here + "/tiny.yaml", "--runs", runs, "--data", here + "/data", "--set",
            "stages.rl.learning_rate=\(rate)")
          try #require(made.code == 0, "\(made.error)")
          bundles.append(here + "/\(rate).zip")
          #expect(
            await sousvide("bundle", "create", runs + "/tiny", "-o", bundles[bundles.count - 1])
              .code == 0)
        }
        let same = await sousvide("bundle", "diff", bundles[0], bundles[0])
        #expect(same.code == 0 && same.output.contains("files and digests are equal"))
        let different = await sousvide("bundle", "diff", bundles[0], bundles[1])
        #expect(different.code == 1)
        for text in [
          "changed   weights      checkpoints/rl/model.safetensors", "~ stages.rl.learning_rate",
          "- 0.001   1.0e-3.zip/resolved.yaml:",
          "cold: 12 steps equal, of 12", "rl: 0 steps equal, of 2",
        ] { #expect(different.output.contains(text), "\(text): \(different.output)") }
        #expect(!different.output.contains("checkpoints/cold/model.safetensors"))
        #expect(different.error.contains("step 1 of stage rl"), "\(different.error)")
        let json = await sousvide("bundle", "diff", bundles[0], bundles[1], "--json")
        #expect(json.code == 1)
        #expect(json.output.contains("\"stages.rl.learning_rate\""), "\(json.output)")
        let absent = await sousvide("bundle", "diff", bundles[0], here + "/none.zip")
        #expect(absent.code == 1 && absent.error.contains("there is no such file"))
      }
    }

    @Test func whatIsNoBundleSaysSo() async throws {
      try await with(["a.zip": "no archive"]) { folder in
        let none = await sousvide("bundle", "verify", folder.path + "/none.zip")
        #expect(none.code == 1)
        #expect(none.error.contains("there is no such file"), "\(none.error)")
        let text = await sousvide("bundle", "inspect", folder.path + "/a.zip")
        #expect(text.code == 1)
        #expect(text.error.contains("is not a bundle"), "\(text.error)")
        let nowhere = await sousvide("bundle", "import", folder.path + "/a.zip")
        #expect(nowhere.code == 2)
        #expect(nowhere.error.contains("--into"), "\(nowhere.error)")
      }
    }
  }
}
