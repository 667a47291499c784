import Foundation

@testable import sousvide

/// Runs the command line in this process.
func sousvide(_ words: String...) async -> (code: Int32, output: String, error: String) {
  let recording = Recording()
  let code = await Sousvide.tool.run(words, on: recording.console())
  return (code.rawValue, recording.output, recording.error)
}

/// Gives a folder with files in it, by name, and removes it afterwards.
func with(_ files: [String: String], _ body: (URL) async throws -> Void) async throws {
  let folder = try temporaryFolder()
  defer { try? FileManager.default.removeItem(at: folder) }
  for (name, text) in files {
    try Data(text.utf8).write(to: folder.appendingPathComponent(name))
  }
  try await body(folder)
}

/// A folder of its own.
func temporaryFolder() throws -> URL {
  let url = FileManager.default.temporaryDirectory
    .appendingPathComponent("sousvide-cli-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  return url
}
