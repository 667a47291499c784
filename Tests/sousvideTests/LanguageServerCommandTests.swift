import Foundation
import TestSupport
import Testing

/// `sousvide lsp` with the client that Python tools are tested with.
struct LanguageServerCommandTests {
  /// A Python that has the client: that of `PEERS_HOME`, or the system's.
  private static let python: String? = {
    let environment = ProcessInfo.processInfo.environment
    let home =
      environment["PEERS_HOME"]
      ?? FileManager.default.homeDirectoryForCurrentUser.path + "/.cache/sousvide-peers"
    return [home + "/venv/bin/python", "/usr/bin/python3", "/usr/local/bin/python3"].first {
      FileManager.default.isExecutableFile(atPath: $0)
        && (try? run($0, ["-c", "import lsprotocol, pygls.lsp.client"]))?.code == 0
    }
  }()

  /// Beside the tests, where the build puts it.
  private static let program = Bundle.main.executableURL?.resolvingSymlinksInPath()
    .deletingLastPathComponent().appendingPathComponent("sousvide").path

  @Test(
    .enabled(
      if: python != nil,
      "NOT RUN with a real client: no Python with pygls and lsprotocol at PEERS_HOME/venv"))
  func aRealClientEditsARecipe() throws {
    let python = try #require(Self.python)
    let program = try #require(Self.program)
    try #require(FileManager.default.isExecutableFile(atPath: program))
    let repository = Fixtures.directory.deletingLastPathComponent().deletingLastPathComponent()
    let (output, code) = try Self.run(
      python,
      [
        repository.appendingPathComponent("Tests/Peers/lsp_session.py").path, program,
        repository.appendingPathComponent("recipes/quickstart.yaml").path,
      ])
    print(output)
    #expect(code == 0, "\(output)")
  }

  @Test func anInputThatEndsEndsTheServer() throws {
    let program = try #require(Self.program)
    try #require(FileManager.default.isExecutableFile(atPath: program))
    #expect(try Self.run(program, ["lsp"]).code == 1)
  }

  private static func run(
    _ program: String, _ arguments: [String]
  ) throws -> (output: String, code: Int32) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    let pipe = Pipe()
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (String(decoding: output, as: UTF8.self), process.terminationStatus)
  }
}
