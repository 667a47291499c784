import Foundation
import Testing

@testable import Experiments

@Suite("Bundles of runs")
struct RunBundleTests {
  private func with(_ body: (_ folder: URL, _ run: RunDirectory) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("sousvide-bundles-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let run = try SyntheticRun.make(in: folder)
    let checkpoint = run.checkpoint(ofStage: "rl")
    try RunDirectory.makeFolder(checkpoint)
    try Data("{}".utf8).write(to: checkpoint.appendingPathComponent("tokenizer.json"))
    try Data("weights".utf8).write(to: checkpoint.appendingPathComponent("model.safetensors"))
    try body(folder, run)
  }

  private func bundle(
    _ run: RunDirectory, _ url: URL, withWeights: Bool = false, _ secrets: [String: String] = [:]
  ) throws -> BundleManifest {
    try RunBundle.create(
      url, of: run, about: .init(baseModel: "a/b", datasets: ["clipworld"]),
      withWeights: withWeights, secrets: BundleSecrets(secrets))
  }

  @Test func equalFilesMakeEqualBytesAndComeBackAsTheyWere() throws {
    try with { folder, run in
      let (one, two) = (
        folder.appendingPathComponent("1.zip"), folder.appendingPathComponent("2.zip")
      )
      let manifest = try bundle(run, one)
      _ = try bundle(run, two)
      #expect(try Data(contentsOf: one) == Data(contentsOf: two))
      let paths = manifest.members.map(\.path)
      #expect(paths == paths.sorted())
      #expect(paths.contains("README.md") && paths.contains("ro-crate-metadata.json"))
      #expect(paths.contains("checkpoints/rl/tokenizer.json"))
      #expect(!paths.contains("checkpoints/rl/model.safetensors"))
      #expect(manifest.references.map(\.name).contains("checkpoints/rl/model.safetensors"))
      let copy = try RunBundle(one).unpack(into: folder.appendingPathComponent("copy")).run
      for file in RunFile.allCases { #expect(try copy.read(file) == run.read(file), "\(file)") }
      let checks = try RunBundle(one).verified()
      #expect(
        !checks.contains { if case .failed = $0.outcome { true } else { false } }, "\(checks)")
      #expect(throws: BundleError.exists(path: one.path)) { try bundle(run, one) }
      let weights = try bundle(run, folder.appendingPathComponent("3.zip"), withWeights: true)
      #expect(weights.members.map(\.path).contains("checkpoints/rl/model.safetensors"))
    }
  }

  @Test func aFlippedBitIsNamed() throws {
    try with { folder, run in
      let url = folder.appendingPathComponent("1.zip")
      _ = try bundle(run, url)
      var bytes = try Data(contentsOf: url)
      let place = try #require(bytes.range(of: Data("\"responses\":".utf8)))
      bytes[place.lowerBound + 1] ^= 1
      try bytes.write(to: url)
      let failed = try RunBundle(url).verified().filter { $0.outcome != .verified }
      #expect(failed.map(\.name).contains("rollouts.jsonl"), "\(failed)")
      #expect("\(failed)".contains("line 1 is damaged"), "\(failed)")
      #expect(throws: BundleError.self) {
        try RunBundle(url).unpack(into: folder.appendingPathComponent("copy"))
      }
    }
  }

  @Test func secretsAreFoundBeforeAnythingIsWritten() throws {
    try with { folder, run in
      let url = folder.appendingPathComponent("1.zip")
      let recipe = try #require(try run.read(.recipe))
      try run.write(recipe + Data("# the value of it: open-sesame\n".utf8), to: .recipe)
      let lines = recipe.count { $0 == UInt8(ascii: "\n") }
      #expect(
        throws: BundleError.secret(
          file: "recipe.yaml", line: lines + 1, what: "the value of secret `key`")
      ) { try bundle(run, url, ["key": "open-sesame"]) }
      let key = ["sk", "Zq3vT8mWx2Ld9KpR4nYb7Hs"].joined(separator: "-")
      try run.write(recipe + Data("# \(key)\n".utf8), to: .recipe)
      let error = #expect(throws: BundleError.self) { try bundle(run, url) }
      #expect(error.map { "\($0)".contains("looks like an access key") } == true)
      #expect(error.map { "\($0)".contains(key) } == false)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["quickstart"])
    }
  }
}
