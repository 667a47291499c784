import Foundation

/// What a program printed, and how it ended.
struct ProgramCall {
  var exit: TrialExit
  var output: String
  var error: String

  /// What it says first: the errors, or the output where there are none.
  var complaint: String {
    let text = error.isEmpty ? output : error
    return text.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// Nothing that it does is waited for longer.
  struct TookTooLong: Error {
    let seconds: Double
  }

  /// Runs a program to its end. Ctrl-C at the terminal does not reach it.
  ///
  /// - Parameters:
  ///   - input: what it reads; nil for nothing.
  ///   - environment: nil for that of this process.
  ///   - keeping: an open file that it keeps open as long as it lives.
  ///   - seconds: how long it is waited for; then it is ended.
  /// - Throws: `SpawnedProcess.NotStarted`, `TookTooLong`.
  static func run(
    _ program: URL, _ arguments: [String], input: URL? = nil, environment: [String: String]? = nil,
    keeping descriptor: Int32? = nil, seconds: Double
  ) throws -> ProgramCall {
    let folder = FileManager.default.temporaryDirectory
    let files = ["output", "error"].map {
      folder.appendingPathComponent("sousvide-\($0)-\(UUID().uuidString)")
    }
    defer { for file in files { try? FileManager.default.removeItem(at: file) } }
    let process = try SpawnedProcess.start(
      program, arguments, input: input, output: files[0], error: files[1], environment: environment,
      keeping: descriptor)
    let end = ContinuousClock.now + .seconds(seconds)
    while true {
      if let exit = process.poll() {
        let texts = files.map { file in
          (try? Data(contentsOf: file)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        }
        return ProgramCall(exit: exit, output: texts[0], error: texts[1])
      }
      guard ContinuousClock.now < end else {
        process.kill()
        while process.poll() == nil { usleep(5000) }
        throw TookTooLong(seconds: seconds)
      }
      usleep(5000)
    }
  }
}
