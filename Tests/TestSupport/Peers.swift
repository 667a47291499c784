import Foundation

/// The Python environment with the reference libraries, which some machines have: the folder
/// `venv` in `PEERS_HOME`, by default in `~/.cache/sousvide-peers`.
public enum Peers {
  static let python: URL = {
    let environment = ProcessInfo.processInfo.environment
    let home =
      environment["PEERS_HOME"].map { URL(fileURLWithPath: $0) }
      ?? FileManager.default.homeDirectoryForCurrentUser
      .appendingPathComponent(".cache/sousvide-peers")
    return home.appendingPathComponent("venv/bin/python")
  }()

  public static var isAvailable: Bool { FileManager.default.isExecutableFile(atPath: python.path) }

  /// What a test says that is skipped without it.
  public static let absence =
    "NOT COMPARED with the reference libraries: no Python environment at PEERS_HOME/venv"

  /// What a script ends with that needs a package which the environment does not have.
  public static let notInstalled: Int32 = 77

  /// Runs `Tests/Peers/<script>`; its output and exit code.
  public static func run(_ script: String, _ arguments: [String]) throws -> (
    output: String, code: Int32
  ) {
    let process = Process()
    process.executableURL = python
    let path = Fixtures.directory.deletingLastPathComponent()
      .appendingPathComponent("Peers/\(script)").path
    process.arguments = [path] + arguments
    var environment = ProcessInfo.processInfo.environment
    for (key, value) in [
      ("HF_HUB_OFFLINE", "1"), ("TRANSFORMERS_OFFLINE", "1"), ("TOKENIZERS_PARALLELISM", "false"),
      ("OMP_NUM_THREADS", "1"), ("PYTHONDONTWRITEBYTECODE", "1"),
    ] {
      environment[key] = value
    }
    process.environment = environment
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (String(decoding: output, as: UTF8.self), process.terminationStatus)
  }
}
