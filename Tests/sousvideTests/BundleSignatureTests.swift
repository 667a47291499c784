import Foundation
import Testing

@testable import Experiments
@testable import sousvide

/// Bundles with SSH signatures, by keys that are made here.
@Suite(
  .enabled(
    if: (try? BundleSignature(path: BundleFacts.commandPath)) != nil,
    "ssh-keygen is in no folder of PATH"))
struct BundleSignatureTests {
  /// A run's folder with nothing but a recipe, a key of `me@example.org`, and a file that allows it.
  private func withKey(_ body: (_ folder: URL) async throws -> Void) async throws {
    try await with(["tiny.yaml": SignalTests.RunCommandTests.recipe]) { folder in
      _ = try RunDirectory.create(
        at: folder.appendingPathComponent("run"),
        recipe: RecipeRecord(text: SignalTests.RunCommandTests.recipe))
      try makeKey("key", in: folder)
      let half = try String(contentsOfFile: folder.path + "/key.pub", encoding: .utf8)
      try Data("me@example.org \(half)".utf8).write(to: folder.appendingPathComponent("allowed"))
      try await body(folder)
    }
  }

  private func makeKey(_ name: String, passphrase: String = "", in folder: URL) throws {
    let program = BundleFacts.commandPath.split(separator: ":").map { "\($0)/ssh-keygen" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
    let call = try ProgramCall.run(
      URL(fileURLWithPath: try #require(program)),
      ["-q", "-t", "ed25519", "-N", passphrase, "-C", name, "-f", "\(folder.path)/\(name)"],
      seconds: 60)
    try #require(call.exit == .code(0), "\(call.complaint)")
  }

  @Test func aSignedBundleIsVerifiedAndAnotherIsNot() async throws {
    try await withKey { folder in
      let here = folder.path
      let file = here + "/b.zip"
      let created = await sousvide(
        "bundle", "create", here + "/run", "-o", file, "--sign", here + "/key", "--json")
      #expect(created.code == 0, "\(created.error)")
      #expect(created.output.contains("\"signature\" : \"\(file).sig\""), "\(created.output)")
      let text = try String(contentsOfFile: file + ".sig", encoding: .utf8)
      #expect(text.hasPrefix("-----BEGIN SSH SIGNATURE-----"))
      let allowed = here + "/allowed"
      let verified = await sousvide("bundle", "verify", file, "--signed-by", allowed)
      #expect(verified.code == 0, "\(verified.error)")
      #expect(verified.output.hasPrefix("verified            signature of me@example.org\n"))
      let named = await sousvide(
        "bundle", "verify", file, "--signed-by", allowed, "--identity", "me@example.org")
      #expect(named.code == 0, "\(named.error)")
      let other = await sousvide(
        "bundle", "verify", file, "--signed-by", allowed, "--identity", "you@example.org")
      #expect(other.code == 1)
      #expect(other.output.contains("failed              signature: it does not hold"))

      try makeKey("stranger", in: folder)
      let half = try String(contentsOfFile: here + "/stranger.pub", encoding: .utf8)
      try Data("you@example.org \(half)".utf8).write(to: folder.appendingPathComponent("others"))
      let stranger = await sousvide(
        "bundle", "verify", file, "--signed-by", here + "/others", "--json")
      #expect(stranger.code == 1)
      #expect(stranger.output.contains("\"name\" : \"signature\""), "\(stranger.output)")

      // A signature for something else, which the same key has made.
      let wrong = await sousvide("bundle", "create", here + "/run", "-o", here + "/c.zip")
      #expect(wrong.code == 0, "\(wrong.error)")
      let unsigned = await sousvide("bundle", "verify", here + "/c.zip", "--signed-by", allowed)
      #expect(unsigned.code == 1)
      #expect(unsigned.output.contains("the bundle is not signed: there is no 'c.zip.sig'"))
      var bytes = try Data(contentsOf: URL(fileURLWithPath: file))
      bytes.append(0)
      try bytes.write(to: URL(fileURLWithPath: file))
      let changed = await sousvide("bundle", "verify", file, "--signed-by", allowed)
      #expect(changed.code == 1)
      #expect(changed.output.contains("failed              signature"), "\(changed.output)")
      for junk in [Data(), Data("nonsense".utf8), Data(repeating: 65, count: 1 << 17)] {
        try junk.write(to: URL(fileURLWithPath: file + ".sig"))
        let strange = await sousvide("bundle", "verify", file, "--signed-by", allowed)
        #expect(strange.code == 1 && strange.output.contains("failed              signature"))
      }
    }
  }

  @Test func aKeyThatCannotSignLeavesNoBundle() async throws {
    try await withKey { folder in
      let here = folder.path
      try makeKey("locked", passphrase: "open sesame", in: folder)
      try Data("nonsense\n".utf8).write(to: folder.appendingPathComponent("junk"))
      for (key, said) in [
        ("locked", "Nobody is asked for a passphrase"), ("junk", "cannot sign"),
        ("none", "there is no key"),
      ] {
        let created = await sousvide(
          "bundle", "create", here + "/run", "-o", here + "/b.zip", "--sign", "\(here)/\(key)")
        #expect(created.code == 1)
        #expect(created.error.contains(said), "\(created.error)")
        #expect(!FileManager.default.fileExists(atPath: here + "/b.zip"))
      }
      try Data().write(to: folder.appendingPathComponent("b.zip.sig"))
      let there = await sousvide(
        "bundle", "create", here + "/run", "-o", here + "/b.zip", "--sign", here + "/key")
      #expect(there.code == 1 && there.error.contains("b.zip.sig' is there already"))
    }
  }

  @Test func whoMaySignHasToBeKnown() async throws {
    try await withKey { folder in
      let here = folder.path
      _ = await sousvide("bundle", "create", here + "/run", "-o", here + "/b.zip")
      let none = await sousvide("bundle", "verify", here + "/b.zip", "--signed-by", here + "/none")
      #expect(none.code == 1 && none.error.contains("no such file of allowed signers"))
      let nobody = await sousvide("bundle", "verify", here + "/b.zip", "--identity", "me")
      #expect(nobody.code == 2 && nobody.error.contains("--signed-by"))
    }
  }

  @Test func withoutTheProgramNothingIsSaidToBeVerified() async throws {
    try await withKey { folder in
      #expect(throws: SignatureError.noProgram(path: "/nowhere")) {
        try BundleSignature(path: "/nowhere")
      }
      let bundle = folder.appendingPathComponent("b.zip")
      try Data("x".utf8).write(to: BundleSignature.url(of: bundle))
      let check = try BundleSignature.check(
        bundle, allowed: folder.appendingPathComponent("allowed"), identity: nil, path: "/nowhere")
      if case .notCheckable = check.outcome {} else { Issue.record("\(check)") }
    }
  }
}
