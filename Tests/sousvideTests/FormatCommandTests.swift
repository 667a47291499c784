import Foundation
import Testing

@testable import sousvide

/// `sousvide fmt` as a command: which files it writes, what it says, what it exits with.
struct FormatCommandTests {
  private static let tidy = RecipeTemplate.sft.text(named: "tidy")
  /// The same recipe, with its first two keys the wrong way round.
  private static let untidy: String = {
    var lines = tidy.split(separator: "\n", omittingEmptySubsequences: false)
    if let first = lines.firstIndex(where: { $0.hasPrefix("sousvide:") }),
      let second = lines.firstIndex(where: { $0.hasPrefix("edition:") })
    {
      lines.swapAt(first, second)
    }
    return lines.joined(separator: "\n")
  }()
  private static let broken = "sousvide: 1\nstages: {rl: [\n"

  private func text(_ folder: URL, _ name: String) -> String? {
    try? String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
  }

  @Test func aFileIsFormattedInPlaceAndToldOnce() async throws {
    try #require(Self.untidy != Self.tidy)
    try await with(["a.yaml": Self.untidy]) { folder in
      let first = await sousvide("fmt", "\(folder.path)/a.yaml")
      #expect(first.code == 0, "\(first.error)")
      #expect(first.output == "\(folder.path)/a.yaml: formatted (1 line changed)\n")
      #expect(text(folder, "a.yaml") == Self.tidy)
      let second = await sousvide("fmt", "\(folder.path)/a.yaml")
      #expect(second.code == 0)
      #expect(second.output == "")
      // Nothing is left beside it.
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(names == ["a.yaml"])
    }
  }

  @Test func checkingWritesNothingAndNamesWhatIsNotFormatted() async throws {
    try await with(["good.yaml": Self.tidy, "bad.yaml": Self.untidy]) { folder in
      let both = await sousvide(
        "fmt", "--check", "\(folder.path)/good.yaml", "\(folder.path)/bad.yaml")
      #expect(both.code == 1)
      #expect(both.output == "\(folder.path)/bad.yaml: not formatted (1 line changed)\n")
      #expect(text(folder, "bad.yaml") == Self.untidy)
      let good = await sousvide("fmt", "--check", "\(folder.path)/good.yaml")
      #expect(good.code == 0)
      #expect(good.output == "")
    }
  }

  @Test func aFileThatDoesNotParseIsLeftAloneAndTheOthersAreFormatted() async throws {
    try await with(["a.yaml": Self.untidy, "broken.yaml": Self.broken, "z.yaml": Self.untidy]) {
      folder in
      let result = await sousvide(
        "fmt", "\(folder.path)/a.yaml", "\(folder.path)/broken.yaml", "\(folder.path)/none.yaml",
        "\(folder.path)", "\(folder.path)/z.yaml")
      #expect(result.code == 1)
      #expect(
        result.error.contains(
          "\(folder.path)/broken.yaml: not formatted, because it cannot be read whole"))
      #expect(result.error.contains("there is no file `\(folder.path)/none.yaml`"))
      #expect(result.error.contains("`\(folder.path)` is a folder, not a recipe"))
      #expect(text(folder, "broken.yaml") == Self.broken)
      #expect(text(folder, "a.yaml") == Self.tidy)
      #expect(text(folder, "z.yaml") == Self.tidy)
    }
  }

  @Test func aReadOnlyFileStaysAsItIsAndTheOthersAreFormatted() async throws {
    try await with(["kept.yaml": Self.untidy, "z.yaml": Self.untidy]) { folder in
      let path = "\(folder.path)/kept.yaml"
      try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: path)
      let result = await sousvide("fmt", path, "\(folder.path)/z.yaml")
      #expect(result.code == 1)
      #expect(result.error == "error: \(path): not written, because the file is read-only\n")
      #expect(result.output == "\(folder.path)/z.yaml: formatted (1 line changed)\n")
      #expect(text(folder, "kept.yaml") == Self.untidy)
      #expect(text(folder, "z.yaml") == Self.tidy)
      // To look at it is allowed.
      #expect(await sousvide("fmt", "--check", path).code == 1)
    }
  }

  @Test func permissionsAndLinksStayWhatTheyWere() async throws {
    try await with(["real.yaml": Self.untidy]) { folder in
      let files = FileManager.default
      let (real, link) = ("\(folder.path)/real.yaml", "\(folder.path)/link.yaml")
      try files.setAttributes([.posixPermissions: 0o660], ofItemAtPath: real)
      try files.createSymbolicLink(atPath: link, withDestinationPath: "real.yaml")
      let result = await sousvide("fmt", link)
      #expect(result.code == 0, "\(result.error)")
      let target = try files.destinationOfSymbolicLink(atPath: link)
      #expect(target == "real.yaml")
      #expect(text(folder, "real.yaml") == Self.tidy)
      let mode = try files.attributesOfItem(atPath: real)[.posixPermissions] as? NSNumber
      #expect(mode?.intValue == 0o660)
    }
  }

  @Test func lineEndsOfAnotherSystemAreSaidToBeThat() async throws {
    try await with(["a.yaml": Self.tidy.replacing("\n", with: "\r\n")]) { folder in
      let result = await sousvide("fmt", "\(folder.path)/a.yaml")
      #expect(result.code == 0, "\(result.error)")
      #expect(text(folder, "a.yaml") == Self.tidy)
      #expect(result.output.hasSuffix(": formatted (line ends)\n"), "\(result.output)")
    }
  }

  @Test func standardInputGoesToStandardOutput() throws {
    let formatted = try pipe(Self.untidy, "fmt", "-")
    #expect(formatted.output == Self.tidy)
    #expect(formatted.code == 0)
    // What is canonical comes back as it is.
    #expect(try pipe(Self.tidy, "fmt", "-").output == Self.tidy)
    let checked = try pipe(Self.untidy, "fmt", "--check", "-")
    #expect(checked.output == "<stdin>: not formatted (1 line changed)\n")
    #expect(checked.code == 1)
    // A draft that does not parse gives no text that could be taken for a formatted one.
    let broken = try pipe(Self.broken, "fmt", "-")
    #expect(broken.output == "")
    #expect(broken.code == 1)
  }

  /// What the program that lies beside the tests does with a text on standard input.
  private func pipe(_ text: String, _ words: String...) throws -> (output: String, code: Int32) {
    let tests = try #require(Bundle.main.executableURL)
    let process = Process()
    process.executableURL = tests.resolvingSymlinksInPath().deletingLastPathComponent()
      .appendingPathComponent("sousvide")
    process.arguments = words
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    try input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
    try input.fileHandleForWriting.close()
    let written = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (String(decoding: written, as: UTF8.self), process.terminationStatus)
  }
}
