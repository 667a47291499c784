import Foundation
import Testing

/// The program, where it was built beside the tests, in processes of its own.
enum SousvideProgram {
  static var url: URL? {
    let url = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
      .appendingPathComponent("sousvide")
    return FileManager.default.isExecutableFile(atPath: url.path) ? url : nil
  }

  static func start(
    _ words: [String], output: Any? = FileHandle.nullDevice, error: Any? = FileHandle.nullDevice
  ) throws -> Process {
    let process = Process()
    process.executableURL = url
    process.arguments = words
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = error
    try process.run()
    return process
  }

  static func run(_ words: [String]) throws -> (code: Int32, output: String, error: String) {
    let files = try (0..<2).map { _ in
      let file = FileManager.default.temporaryDirectory
        .appendingPathComponent("sousvide-program-\(UUID().uuidString)")
      try Data().write(to: file)
      return file
    }
    defer { for file in files { try? FileManager.default.removeItem(at: file) } }
    let handles = try files.map { try FileHandle(forWritingTo: $0) }
    let process = try start(words, output: handles[0], error: handles[1])
    process.waitUntilExit()
    let texts = try files.map { try String(contentsOf: $0, encoding: .utf8) }
    return (process.terminationStatus, texts[0], texts[1])
  }

  /// Waits until something holds, for a minute at most.
  static func wait(until condition: () -> Bool) throws {
    let end = ContinuousClock.now + .seconds(60)
    while !condition() {
      try #require(ContinuousClock.now < end, "nothing happened for a minute")
      usleep(20_000)
    }
  }
}
